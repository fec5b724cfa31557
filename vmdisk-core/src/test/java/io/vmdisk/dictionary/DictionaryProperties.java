package io.vmdisk.dictionary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class DictionaryProperties {
    private static final String SEED = "20261124";

    @Property(tries = 500, seed = SEED)
    void anyBytesPrintAsTheyWereParsed(@ForAll byte[] bytes) throws IOException {
        Dictionary dictionary = Dictionary.parse(bytes, null);

        assertThat(dictionary.toBytes()).isEqualTo(bytes);
        assertThat(dictionary.copy().toBytes()).isEqualTo(bytes);
        assertThat(dictionary.isChanged()).isFalse();
        dictionary.problems();
        dictionary.entries();
    }

    @Property(tries = 500, seed = SEED)
    void documentsPrintAsTheyWereParsed(@ForAll("documents") String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);

        assertThat(Dictionary.parse(bytes, null).toBytes()).isEqualTo(bytes);
    }

    @Property(tries = 500, seed = SEED)
    void settingANewKeyAndRemovingItLeavesNoTrace(@ForAll("documents") String text, @ForAll("names") String name)
            throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        Dictionary dictionary = Dictionary.parse(bytes, null);
        String fresh = (name.startsWith(".") ? "." : "") + "fresh" + name;

        dictionary.set(fresh, "plain \"text\" | with\n all\tthat\0");
        assertThat(Dictionary.parse(dictionary.toBytes(), null).get(fresh))
                .contains("plain \"text\" | with\n all\tthat\0");
        assertThat(dictionary.remove(fresh)).isTrue();

        assertThat(dictionary.toBytes()).isEqualTo(bytes);
    }

    @Property(tries = 500, seed = SEED)
    void aSetValueIsReadBackAndOtherLinesStay(@ForAll("documents") String text, @ForAll("values") String value)
            throws IOException {
        Dictionary dictionary = Dictionary.parse((".encoding = UTF-8\na = x\n" + text).getBytes(UTF_8), null);
        List<String> before = lines(dictionary);
        int line = dictionary.lineOf("a").orElseThrow();

        dictionary.set("a", value);

        assertThat(dictionary.get("A")).contains(value);
        Dictionary again = Dictionary.parse(dictionary.toBytes(), null);
        assertThat(again.get("a")).contains(value);
        List<String> after = lines(again);
        assertThat(after).hasSameSizeAs(before);
        after.set(line - 1, before.get(line - 1));
        assertThat(after).isEqualTo(before);
    }

    private static List<String> lines(Dictionary dictionary) {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= dictionary.lineCount(); i++) {
            lines.add(dictionary.lineText(i));
        }
        return lines;
    }

    @Property(tries = 500, seed = SEED)
    void valuesSurviveInEveryUsualCharset(@ForAll("charsets") String charset, @ForAll("values") String text)
            throws IOException {
        Charset target = Charset.forName(charset);
        String value = new String(text.getBytes(target), target);
        Dictionary dictionary = Dictionary.empty(null);
        dictionary.set(".encoding", charset);

        dictionary.set("key", value);

        assertThat(Dictionary.parse(dictionary.toBytes(), null).get("key")).contains(value);
    }

    @Property(tries = 500, seed = SEED)
    void escapingLosesNothing(@ForAll byte[] bytes) {
        byte[] encoded = PipeEscape.encode(bytes);

        assertThat(PipeEscape.decode(encoded, 0, encoded.length)).isEqualTo(bytes);
    }

    @Provide
    Arbitrary<String> charsets() {
        return Arbitraries.of("UTF-8", "windows-1252", "windows-1251", "GBK", "Big5", "EUC-KR", "Shift_JIS");
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings()
                .withChars("ab01 \t#=\"|\\\r\n\0.\u00e9\u4e2d\u30dd\u0436")
                .ofMaxLength(20);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("abAB01.:\"").ofMinLength(1).ofMaxLength(5);
    }

    @Provide
    Arbitrary<String> documents() {
        Arbitrary<String> blanks = Arbitraries.of("", " ", "\t", "  \t");
        Arbitrary<String> value =
                Arbitraries.strings().withChars("aB0=#| \"\u00e9|22").ofMaxLength(6);
        Arbitrary<String> assignment = Combinators.combine(blanks, names(), blanks, value, Arbitraries.of("", "\""))
                .as((indent, name, gap, text, quote) -> indent + name + gap + "=" + gap + quote + text + quote + gap);
        Arbitrary<String> odd = Arbitraries.of(
                "",
                "#!/usr/bin/vmware",
                "# note",
                "  ",
                ".encoding = \"UTF-8\"",
                "nonsense",
                "= x",
                "a = \"x",
                "a = \0b");
        Arbitrary<String> line = Arbitraries.frequencyOf(Tuple.of(4, assignment), Tuple.of(2, odd));
        Arbitrary<String> end = Arbitraries.of("\n", "\r\n", "\r");
        Arbitrary<String> lines = Combinators.combine(line, end)
                .as((text, terminator) -> text + terminator)
                .list()
                .ofMaxSize(8)
                .map(all -> String.join("", all));
        return Combinators.combine(Arbitraries.of("", "\u00ef\u00bb\u00bf"), lines, Arbitraries.of("", "tail = 1"))
                .as((mark, text, tail) -> mark + text + tail);
    }
}
