package io.vmdisk.dictionary;

import com.google.common.base.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** Finds out with which charset a document is to be read. */
final class CharsetFinder {
    static final String ENCODING = ".encoding";
    static final String BARE_ENCODING = "encoding";

    private CharsetFinder() {}

    /** The charset of a document: as it declares, else what fits all its lines. */
    static DictionaryCharset find(Collection<Slot> slots) {
        String dotted = null;
        String bare = null;
        for (Slot slot : slots) {
            DictionaryLine line = slot.line;
            if (line.isAssignment() && line.name().end() - line.name().start() <= ENCODING.length()) {
                String name = Ascii.toLowerCase(ascii(line, line.name()));
                if (name.equals(ENCODING)) {
                    dotted = ascii(line, line.value());
                } else if (name.equals(BARE_ENCODING)) {
                    bare = ascii(line, line.value());
                }
            }
        }
        String declared = dotted != null ? dotted : bare;
        return declared != null ? DictionaryCharset.declaredAs(declared) : undeclared(slots);
    }

    private static String ascii(DictionaryLine line, DictionaryLine.Span span) {
        return new String(line.bytes(), span.start(), span.end() - span.start(), StandardCharsets.ISO_8859_1);
    }

    private static DictionaryCharset undeclared(Collection<Slot> slots) {
        boolean utf8 = slots.stream()
                .allMatch(slot -> DictionaryCharset.isText(
                        slot.line.bytes(), slot.line.start(), slot.line.end(), StandardCharsets.UTF_8));
        return DictionaryCharset.undeclared(utf8);
    }
}
