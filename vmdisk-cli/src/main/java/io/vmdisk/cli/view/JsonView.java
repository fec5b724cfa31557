package io.vmdisk.cli.view;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import io.vmdisk.names.PlainText;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Streams one JSON document, always UTF-8, without holding it.
 *
 * <p>What drives a terminal or turns the direction of text, as {@link PlainText} knows it, is escaped as {@code
 * \\uNNNN}, which means the same.
 *
 * <p>A document that fails halfway stays visibly cut off: it is never closed as if it were whole. Single thread. The
 * stream below is flushed, never closed.
 */
public final class JsonView implements Closeable {
    private static final JsonFactory FACTORY = new JsonFactory().setCharacterEscapes(new PlainEscapes());
    private static final String LINE_END = "\n";

    private final JsonGenerator generator;
    private final OutputStream out;

    private JsonView(OutputStream out, JsonGenerator generator) {
        this.out = out;
        this.generator = generator;
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    }

    private static final class PlainEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7F;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
            codes[DELETE] = CharacterEscapes.ESCAPE_STANDARD;
            return codes;
        }

        /** Halves of a pair are asked for one by one, and escaped anyway. */
        @Override
        public @Nullable SerializableString getEscapeSequence(int unit) {
            return Character.isSurrogate((char) unit) || PlainText.isPlain(unit)
                    ? null
                    : new SerializedString(String.format("\\u%04X", unit));
        }
    }

    /** How a document is laid out. */
    public enum Layout {
        /** For the eye: each member on a line of its own. */
        INDENTED,
        /** For long lists: each element of an array on a line of its own. */
        ROWS,
        /** On one line. */
        COMPACT
    }

    /** Starts a document. */
    public static JsonView on(OutputStream out, Layout layout) throws IOException {
        JsonView view = new JsonView(out, FACTORY.createGenerator(out, JsonEncoding.UTF8));
        if (layout != Layout.COMPACT) {
            DefaultPrettyPrinter.Indenter lines = new DefaultIndenter("  ", LINE_END);
            DefaultPrettyPrinter.Indenter objects =
                    layout == Layout.ROWS ? DefaultPrettyPrinter.FixedSpaceIndenter.instance : lines;
            view.generator.setPrettyPrinter(new DefaultPrettyPrinter()
                    .withObjectIndenter(objects)
                    .withArrayIndenter(lines)
                    .withSeparators(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));
        }
        return view;
    }

    /** Opens an object: the document itself, or an element of an array. */
    public JsonView object() throws IOException {
        generator.writeStartObject();
        return this;
    }

    /** Opens an object under a key. */
    public JsonView object(String key) throws IOException {
        generator.writeObjectFieldStart(key);
        return this;
    }

    /** Names what is written next. */
    public JsonView under(String key) throws IOException {
        generator.writeFieldName(key);
        return this;
    }

    /** Closes the innermost object. */
    public JsonView endObject() throws IOException {
        generator.writeEndObject();
        return this;
    }

    /** Opens an array: the document itself, or an element of an array. */
    public JsonView array() throws IOException {
        generator.writeStartArray();
        return this;
    }

    /** Opens an array under a key. */
    public JsonView array(String key) throws IOException {
        generator.writeArrayFieldStart(key);
        return this;
    }

    /** Closes the innermost array. */
    public JsonView endArray() throws IOException {
        generator.writeEndArray();
        return this;
    }

    /** A text, or null. */
    public JsonView field(String key, @Nullable String value) throws IOException {
        generator.writeStringField(key, value);
        return this;
    }

    /** A whole number. */
    public JsonView field(String key, long value) throws IOException {
        generator.writeNumberField(key, value);
        return this;
    }

    /** True or false. */
    public JsonView field(String key, boolean value) throws IOException {
        generator.writeBooleanField(key, value);
        return this;
    }

    /** A whole number, or null if there is none. */
    public JsonView number(String key, OptionalLong value) throws IOException {
        return value.isPresent() ? field(key, value.getAsLong()) : nothing(key);
    }

    /** Null under a key: known to be absent. */
    public JsonView nothing(String key) throws IOException {
        generator.writeNullField(key);
        return this;
    }

    /** A text as element of an array. */
    public JsonView element(String value) throws IOException {
        generator.writeString(value);
        return this;
    }

    /** A whole number as element of an array. */
    public JsonView element(long value) throws IOException {
        generator.writeNumber(value);
        return this;
    }

    /** Ends the document with a line end. */
    @Override
    public void close() throws IOException {
        generator.close();
        out.write('\n');
        out.flush();
    }
}
