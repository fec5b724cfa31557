package io.vmdisk.vm;

import com.google.common.xml.XmlEscapers;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .vmxf}: XML that names the machine's configuration and an id of its own.
 *
 * <p>Read without document types or entities. Renaming changes nothing but the text of {@code vmxPathName}; the rest keeps
 * its bytes. Immutable.
 *
 * @since 0.1
 */
public final class ExtendedConfiguration {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 64;
    private static final String ROOT = "Foundry";
    private static final String MACHINE = "VM";
    private static final String ID = "VMId";
    private static final String PATH = "vmxPathName";
    private static final Pattern PATH_TEXT =
            Pattern.compile("(<vmxPathName(?:\\s[^<>]*)?>)([^<>]*)(</vmxPathName\\s*>)");

    private static final int DECLARATION_BYTES = 200;
    private static final Pattern ENCODING =
            Pattern.compile("^(?:\u00ef\u00bb\u00bf)?<\\?xml[^>]*\\sencoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"']");

    /** Bytes from 80 on, which stand for no letters of their own. */
    private static final Pattern ESCAPED_BYTES = Pattern.compile("(?:&#x[89A-Fa-f][0-9A-Fa-f];)+");

    private final byte[] bytes;
    private final @Nullable Path source;
    private final List<Machine> machines;

    /**
     * What is said of a machine; old hosts appended several.
     *
     * @param id 16 bytes as hex digits in VMware's grouping, empty if absent
     * @param configuration the name of the {@code .vmx}, empty if absent
     */
    public record Machine(String id, String configuration) {}

    private ExtendedConfiguration(byte[] bytes, @Nullable Path source, List<Machine> machines) {
        this.bytes = bytes;
        this.source = source;
        this.machines = List.copyOf(machines);
    }

    /** Reads a file. */
    public static ExtendedConfiguration read(Volume volume, Path file) throws IOException {
        return parse(volume.readAll(file, MAX_BYTES), file);
    }

    /** Parses bytes. */
    public static ExtendedConfiguration parse(byte[] bytes, @Nullable Path source) throws IOException {
        if (bytes.length > MAX_BYTES) {
            throw new LimitExceededException(
                    "file-size", source, bytes.length + " bytes, at most " + MAX_BYTES + " are read");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text(bytes, source)));
            return new ExtendedConfiguration(bytes.clone(), source, machines(xml, source));
        } catch (XMLStreamException e) {
            throw malformed(source, e.getLocation().getCharacterOffset(), "it is not well-formed XML");
        } catch (RuntimeException e) {
            // The JDK's parser is known to let its own mistakes through on broken encodings.
            throw malformed(source, -1, "it is not XML that can be read");
        }
    }

    /** Decoded here, since the JDK's parser prints on standard error what it can't decode. */
    private static String text(byte[] bytes, @Nullable Path source) throws MalformedFileException {
        try {
            String text = charset(bytes)
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw malformed(source, -1, "its text is not in the encoding that it declares");
        }
    }

    /** XML 1.0, appendix F: a mark in front, else what the first line says, else UTF-8. */
    private static Charset charset(byte[] bytes) {
        String head = new String(bytes, 0, Math.min(bytes.length, DECLARATION_BYTES), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u00fe\u00ff") || head.startsWith("\u00ff\u00fe")) {
            return StandardCharsets.UTF_16;
        }
        Matcher declared = ENCODING.matcher(head);
        return declared.find() ? Charset.forName(declared.group(1)) : StandardCharsets.UTF_8;
    }

    private static List<Machine> machines(XMLStreamReader xml, @Nullable Path source)
            throws XMLStreamException, IOException {
        List<Machine> machines = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        String id = "";
        String path = "";
        int depth = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD -> throw malformed(source, -1, "it has a document type, which none has");
                case XMLStreamConstants.START_ELEMENT -> {
                    text.setLength(0);
                    if (++depth > MAX_DEPTH
                            || (depth == 1 && !xml.getLocalName().equals(ROOT))) {
                        throw malformed(
                                source,
                                -1,
                                depth == 1
                                        ? "the root is <" + xml.getLocalName() + ">, <" + ROOT + "> is expected"
                                        : "its elements are nested more than " + MAX_DEPTH + " deep");
                    }
                    if (xml.getLocalName().equals(MACHINE)) {
                        id = "";
                        path = "";
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    depth--;
                    switch (xml.getLocalName()) {
                        case ID -> id = text.toString().strip();
                        case PATH -> path = unescaped(text.toString().strip());
                        case MACHINE -> machines.add(new Machine(id, path));
                        default -> {
                            // Nothing that matters here.
                        }
                    }
                    text.setLength(0);
                }
                default -> {
                    // Comments and processing instructions.
                }
            }
        }
        return machines;
    }

    /**
     * VMware writes each byte of a letter beyond ASCII as a reference, and escapes its ampersand once more.
     * Text in which such references are no UTF-8 stays as it is.
     */
    private static String unescaped(String text) {
        Matcher matcher = ESCAPED_BYTES.matcher(text);
        StringBuilder plain = new StringBuilder();
        while (matcher.find()) {
            byte[] letters = HexFormat.ofDelimiter(";")
                    .parseHex(matcher.group().replace("&#x", "").replaceAll(";$", ""));
            String decoded = new String(letters, StandardCharsets.UTF_8);
            boolean whole = Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), letters);
            matcher.appendReplacement(plain, Matcher.quoteReplacement(whole ? decoded : matcher.group()));
        }
        return matcher.appendTail(plain).toString();
    }

    private static MalformedFileException malformed(@Nullable Path source, long offset, String problem) {
        return new MalformedFileException(
                "vmxf", source, offset, problem, "hosts write a new one if it is missing: it may be removed");
    }

    /** The text for a machine that has none yet, with a fresh id. */
    public static ExtendedConfiguration create(String configuration, RandomGenerator random) throws IOException {
        String text = """
                <?xml version="1.0"?>
                <Foundry>
                <VM>
                <VMId type="string">%s</VMId>
                <ClientMetaData>
                <clientMetaDataAttributes/>
                <HistoryEventList/></ClientMetaData>
                <vmxPathName type="string">%s</vmxPathName></VM></Foundry>
                """.formatted(freshId(random), escaped(configuration));
        return parse(text.getBytes(StandardCharsets.UTF_8), null);
    }

    private static String freshId(RandomGenerator random) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        // Every id seen begins so.
        id[0] = 0x52;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < id.length; i++) {
            text.append(i == 0 ? "" : i == 8 ? "-" : " ").append(String.format("%02x", id[i]));
        }
        return text.toString();
    }

    private static String escaped(String text) {
        return XmlEscapers.xmlContentEscaper().escape(text);
    }

    /** The machines it speaks of, mostly one. */
    public List<Machine> machines() {
        return machines;
    }

    /** The name of the {@code .vmx}, of the first machine that has one. */
    public Optional<String> configuration() {
        return machines.stream()
                .map(Machine::configuration)
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    /**
     * With another configuration's name in the place of {@link #configuration}.
     *
     * @throws UnsupportedFeatureException if the place can't be found in the text for certain
     */
    public ExtendedConfiguration withConfiguration(String name) throws IOException {
        // Byte by byte, so that everything else survives whatever its encoding.
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String fresh = new String(escaped(name).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Matcher matcher = PATH_TEXT.matcher(text);
        while (matcher.find()) {
            String edited = text.substring(0, matcher.start(2)) + fresh + text.substring(matcher.end(2));
            ExtendedConfiguration changed = parse(edited.getBytes(StandardCharsets.ISO_8859_1), source);
            boolean right =
                    changed.configuration().orElse("").equals(name) && changed.machines.size() == machines.size();
            if (right) {
                return changed;
            }
        }
        throw new UnsupportedFeatureException(
                "vmxf",
                source,
                "the name of the configuration can't be replaced in it",
                "remove it together with the key extendedConfigFile; hosts write a new one");
    }

    /** The text, byte for byte. */
    public byte[] toBytes() {
        return bytes.clone();
    }
}
