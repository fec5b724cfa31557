package io.vmdisk.dictionary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.DictionaryProblem.Kind;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DictionaryTest {
    private static Dictionary parse(String text) throws IOException {
        return Dictionary.parse(text.getBytes(UTF_8), null);
    }

    private static String print(Dictionary dictionary) {
        return new String(dictionary.toBytes(), UTF_8);
    }

    // --- grammar

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a = \"b\"~b",
                "  a=b~b",
                "a =~''",
                "a = # nothing~''",
                "a = \"\"~''",
                "a = b=c~b=c",
                "a = b\"c~b\"c",
                "a = \"x # y\" # z~x # y",
                "a = \"C:\\dir\\x\"~C:\\dir\\x",
                "a = \"x|0Ay|7C\"~'x\ny|'",
                "a = un|22quoted~un\"quoted",
                "a = \"2 \"~'2 '"
            })
    void readsTheValueOfALegalLine(String line, String value) throws IOException {
        Dictionary dictionary = parse(line + "\n");

        assertThat(dictionary.get("a")).contains(value);
        assertThat(dictionary.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "= b,NO_NAME",
        "just text,NO_EQUALS",
        "a#b = c,NO_EQUALS",
        "'a = \"b',UNCLOSED_QUOTE",
        "'a = \"b\" c',TEXT_BEHIND_QUOTE",
        "'a = \"b\"c\"',TEXT_BEHIND_QUOTE",
        "a = C:/My Files/x,BLANK_IN_VALUE"
    })
    void reportsAMalformedLineWithItsNumberAndKeepsIt(String line, Kind kind) throws IOException {
        Dictionary dictionary = parse("# first\n" + line + "\nx = \"y\"\n");

        assertThat(dictionary.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.kind()).isEqualTo(kind);
            assertThat(problem.kind().isMalformedLine()).isTrue();
            assertThat(problem.detail()).isEqualTo(line);
        });
        assertThat(dictionary.names()).containsExactly("x");
        assertThat(print(dictionary)).contains("\n" + line + "\n");
    }

    @Test
    void acceptsQuotesAndBytesBeyondAsciiInNames() throws IOException {
        assertThat(parse("n\u00e4\"me = \"v\"\n").get("N\u00e4\"ME")).contains("v");
    }

    @Test
    void ignoresWhatStandsBehindARawNul() throws IOException {
        Dictionary dictionary = parse("a = b\0c d \" e\n");

        assertThat(dictionary.get("a")).contains("b");
        assertThat(dictionary.problems()).extracting(DictionaryProblem::kind).containsExactly(Kind.NUL);
        assertThat(print(dictionary)).isEqualTo("a = b\0c d \" e\n");
    }

    @Test
    void readsAFileOfZerosAsOneBlankLine() throws IOException {
        Dictionary dictionary = Dictionary.parse(new byte[4096], null);

        assertThat(dictionary.names()).isEmpty();
        assertThat(dictionary.problems()).extracting(DictionaryProblem::kind).containsExactly(Kind.NUL);
        assertThat(dictionary.toBytes()).isEqualTo(new byte[4096]);
    }

    @Test
    void findsKeysWhateverTheirCase() throws IOException {
        Dictionary dictionary = parse("memSize = \"512\"\nscsi0:0.fileName = \"x.vmdk\"\n");

        assertThat(dictionary.get("MEMSIZE")).contains("512");
        assertThat(dictionary.contains("SCSI0:0.filename")).isTrue();
        assertThat(dictionary.entriesBelow("SCSI0:0.")).isEqualTo(Map.of("scsi0:0.fileName", "x.vmdk"));
    }

    @Test
    void takesTheLastOfDuplicatesAndReportsIt() throws IOException {
        Dictionary dictionary = parse("a = \"1\"\nb = \"2\"\nA = \"3\"\n");

        assertThat(dictionary.get("a")).contains("3");
        assertThat(dictionary.names()).containsExactly("b", "A");
        assertThat(dictionary.lineOf("a")).hasValue(3);
        assertThat(dictionary.entries()).extracting(DictionaryEntry::value).containsExactly("1", "2", "3");
        assertThat(dictionary.problems())
                .singleElement()
                .asString()
                .isEqualTo("line 3: the key was already set; this line wins: A, also on line 1");
    }

    @Test
    void knowsEachLineEndItMet() throws IOException {
        Dictionary dictionary = parse("a = 1\r\nb = 2\rc = 3\nd = 4");

        assertThat(dictionary.names()).containsExactly("a", "b", "c", "d");
        assertThat(dictionary.lineEnds()).containsExactlyInAnyOrder(LineEnd.LF, LineEnd.CRLF, LineEnd.CR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12 ", "", "-", "0x10", "1.5", "99999999999999999999", "twelve", "+1"})
    void refusesWhatIsNotADecimalNumber(String value) throws IOException {
        Dictionary dictionary = parse("n = \"" + value + "\"\n");

        assertThat(dictionary.number("n")).isEmpty();
        assertThatThrownBy(() -> dictionary.requireNumber("n"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("line 1: n is '" + value + "'");
    }

    @Test
    void readsNumbersAndTruthValues() throws IOException {
        Dictionary dictionary = parse("n = \"-814770620\"\nt = \"True\"\nf = \"FALSE\"\nq = \"maybe\"\n");

        assertThat(dictionary.number("n")).hasValue(-814770620L);
        assertThat(dictionary.requireNumber("N")).isEqualTo(-814770620L);
        assertThat(dictionary.flag("t")).contains(true);
        assertThat(dictionary.flag("f")).contains(false);
        assertThat(dictionary.flag("q")).isEmpty();
        assertThat(dictionary.flag("none")).isEmpty();
        assertThatThrownBy(() -> dictionary.requireNumber("none")).hasMessageContaining("none is missing");
    }

    // --- charsets

    @Test
    void decodesWithTheDeclaredCharset() throws IOException {
        byte[] bytes = ".encoding = \"windows-1252\"\ndisplayName = \"caf\u00e9\"\n".getBytes(ISO_8859_1);

        Dictionary dictionary = Dictionary.parse(bytes, null);

        assertThat(dictionary.get("displayName")).contains("caf\u00e9");
        assertThat(dictionary.charset()).isEqualTo(Charset.forName("windows-1252"));
        assertThat(dictionary.declaresCharset()).isTrue();
    }

    @Test
    void acceptsTheDeclarationWithoutItsDot() throws IOException {
        byte[] bytes = "encoding = \"GBK\"\nn = \"\u4e2d\u6587\"\n".getBytes(Charset.forName("GBK"));

        assertThat(Dictionary.parse(bytes, null).get("n")).contains("\u4e2d\u6587");
    }

    @Test
    void keepsAPipeThatIsTheSecondByteOfACharacterApartFromEscapes() throws IOException {
        Dictionary dictionary = parse(".encoding = \"Shift_JIS\"\n");
        String text = "\u30dd22"; // Its second byte is 7C.

        dictionary.set("n", text);

        assertThat(dictionary.get("n")).contains(text);
        assertThat(Dictionary.parse(dictionary.toBytes(), null).get("n")).contains(text);
        assertThat(new String(dictionary.toBytes(), ISO_8859_1)).contains("\u0083|7C22");
    }

    @Test
    void takesUndeclaredTextForUtf8IfItCanBe() throws IOException {
        Dictionary dictionary = parse("n = \"\u00fcber\"\n");

        assertThat(dictionary.get("n")).contains("\u00fcber");
        assertThat(dictionary.problems()).isEmpty();
    }

    @Test
    void takesOtherUndeclaredTextForWindows1252AndSaysSo() throws IOException {
        Dictionary dictionary = Dictionary.parse("n = \"\u00fcber\"\n".getBytes(ISO_8859_1), null);

        assertThat(dictionary.get("n")).contains("\u00fcber");
        assertThat(dictionary.problems()).extracting(DictionaryProblem::kind).containsExactly(Kind.UNDECLARED_CHARSET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-charset", "UTF-16", "", "*?"})
    void readsBytesAsTheyAreIfTheDeclaredCharsetIsUseless(String name) throws IOException {
        Dictionary dictionary =
                Dictionary.parse((".encoding = \"" + name + "\"\nn = \"\u00e9\"\n").getBytes(ISO_8859_1), null);

        assertThat(dictionary.get("n")).contains("\u00e9");
        assertThat(dictionary.problems()).extracting(DictionaryProblem::kind).containsExactly(Kind.UNKNOWN_CHARSET);
    }

    @Test
    void reportsBytesThatContradictTheDeclaredCharset() throws IOException {
        Dictionary dictionary = Dictionary.parse(".encoding = \"UTF-8\"\nn = \"\u00e9\"\n".getBytes(ISO_8859_1), null);

        assertThat(dictionary.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.kind()).isEqualTo(Kind.UNDECODABLE);
        });
    }

    @Test
    void recognisesUtf16() throws IOException {
        byte[] bytes = "\uFEFFa = \"b\"\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);

        assertThat(Dictionary.parse(bytes, null).problems())
                .extracting(DictionaryProblem::kind)
                .contains(Kind.UTF_16);
    }

    @Test
    void refusesTextThatTheCharsetLacks() throws IOException {
        Dictionary dictionary = parse(".encoding = \"windows-1252\"\nn = \"x\"\n");

        assertThatThrownBy(() -> dictionary.set("n", "\u4e2d"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("windows-1252");
        assertThat(dictionary.get("n")).contains("x");
    }

    @Test
    void declaresUtf8WithTheFirstTextThatNeedsIt() throws IOException {
        Dictionary dictionary = parse("#!/usr/bin/vmware\na = \"b\"\n");

        dictionary.set("n", "caf\u00e9");

        assertThat(print(dictionary))
                .isEqualTo("#!/usr/bin/vmware\n.encoding = \"UTF-8\"\na = \"b\"\nn = \"caf\u00e9\"\n");
    }

    // --- editing

    @Test
    void rewritesOnlyTheEffectiveLineAndKeepsItsComment() throws IOException {
        Dictionary dictionary = parse("\uFEFF# c\r\nA = one\r\n\r\nbroken line\r\n  a = two # why\r\n\tb=3\r\n");

        dictionary.set("a", "tw\"o");

        assertThat(print(dictionary))
                .isEqualTo("\uFEFF# c\r\nA = one\r\n\r\nbroken line\r\n  a = \"tw|22o\" # why\r\n\tb=3\r\n");
        assertThat(dictionary.get("A")).contains("tw\"o");
    }

    @Test
    void leavesALineThatHasTheValueAlready() throws IOException {
        Dictionary dictionary = parse("a=1\n");

        dictionary.set("A", "1");

        assertThat(dictionary.isChanged()).isFalse();
    }

    @Test
    void appendsNewKeysInTheFilesOwnStyle() throws IOException {
        Dictionary dictionary = parse("a = \"1\"\r\n\r\nb = \"2\"");

        dictionary.set("C", "3");

        assertThat(print(dictionary)).isEqualTo("a = \"1\"\r\n\r\nb = \"2\"\r\nC = \"3\"");
        dictionary.remove("c");
        assertThat(print(dictionary)).isEqualTo("a = \"1\"\r\n\r\nb = \"2\"");
    }

    @Test
    void putsDotKeysFirst() throws IOException {
        Dictionary dictionary = parse(".encoding = \"UTF-8\"\na = \"1\"\n");

        dictionary.set(".other", "x");

        assertThat(print(dictionary)).isEqualTo(".encoding = \"UTF-8\"\n.other = \"x\"\na = \"1\"\n");
    }

    @Test
    void removesEveryDuplicate() throws IOException {
        Dictionary dictionary = parse("a = 1\nb = 2\nA = 3\n");

        assertThat(dictionary.remove("a")).isTrue();

        assertThat(print(dictionary)).isEqualTo("b = 2\n");
        assertThat(dictionary.contains("a")).isFalse();
        assertThat(dictionary.remove("a")).isFalse();
    }

    @Test
    void removesASubtree() throws IOException {
        Dictionary dictionary = parse("s0.a = 1\nS0.b.c = 2\ns01.a = 3\ns0 = 4\n");

        assertThat(dictionary.removeBelow("s0.")).isEqualTo(2);

        assertThat(print(dictionary)).isEqualTo("s01.a = 3\ns0 = 4\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a#", "a\tb", "a\nb", "a\0"})
    void refusesNamesThatCannotBeKeys(String name) throws IOException {
        Dictionary dictionary = parse("");

        assertThatThrownBy(() -> dictionary.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void copiesAreIndependent() throws IOException {
        Dictionary dictionary = parse("a = 1\n");
        Dictionary copy = dictionary.copy();

        copy.set("a", "2");
        copy.set("b", "3");

        assertThat(print(dictionary)).isEqualTo("a = 1\n");
        assertThat(dictionary.get("b")).isEmpty();
        assertThat(print(copy)).isEqualTo("a = \"2\"\nb = \"3\"\n");
    }

    // --- files and limits

    @Test
    void savesIntoItsFileAndRefusesIfAnotherChangedIt() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/vm/web01.vmx");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "a = \"1\"\n");
            Dictionary first = Dictionary.read(Volume.system(), file);
            Dictionary second = Dictionary.read(Volume.system(), file);

            first.set("a", "2");
            first.save(Volume.system());
            first.set("a", "3");
            first.save(Volume.system());

            assertThat(file).hasContent("a = \"3\"\n");
            second.set("a", "4");
            assertThatThrownBy(() -> second.save(Volume.system())).isInstanceOf(UnsafeStateException.class);
            assertThat(file).hasContent("a = \"3\"\n");
        }
    }

    @Test
    void makesANewFileButReplacesNone() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/work/new.vmsd");
            Dictionary dictionary = Dictionary.empty(file);
            dictionary.set(".encoding", "UTF-8");

            dictionary.save(Volume.system());

            assertThat(file).hasContent(".encoding = \"UTF-8\"\n");
            assertThatThrownBy(() -> Dictionary.empty(file).save(Volume.system()))
                    .isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void renamesKeysInPlaceAndKeepsTheRestOfTheirLines() throws IOException {
        Dictionary dictionary = parse("  Snapshot1.uid=|41 # why\r\nother = \"snapshot1.\"\nsnapshot1.uid = \"2\"\n");

        dictionary.rename(name -> name.replaceFirst("(?i)^snapshot1\\.", "snapshot0."));

        assertThat(print(dictionary))
                .isEqualTo("  snapshot0.uid=|41 # why\r\nother = \"snapshot1.\"\nsnapshot0.uid = \"2\"\n");
        assertThat(dictionary.get("snapshot0.uid")).contains("2");
        assertThat(dictionary.contains("snapshot1.uid")).isFalse();
    }

    @Test
    void renamesNothingIfOneNewNameIsNoKey() throws IOException {
        Dictionary dictionary = parse("a = \"1\"\nb = \"2\"\n");

        assertThatThrownBy(() -> dictionary.rename(name -> name.equals("b") ? "c d" : "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(print(dictionary)).isEqualTo("a = \"1\"\nb = \"2\"\n");
    }

    @Test
    void worksWithTwoHundredThousandKeys() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append("key").append(i).append(" = \"").append(i).append("\"\n");
        }

        Dictionary dictionary = parse(text.toString());

        assertThat(dictionary.get("key199999")).contains("199999");
        assertThat(print(dictionary)).isEqualTo(text.toString());
    }

    @Test
    void refusesAMillionLines() {
        byte[] lines = new byte[1_000_000];
        Arrays.fill(lines, (byte) '\n');

        assertThatThrownBy(() -> Dictionary.parse(lines, null))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("262144 lines");
    }

    @Test
    void readsALineOfSixteenMebibytes() throws IOException {
        String value = "x".repeat(16 << 20);

        Dictionary dictionary = parse("a = \"" + value + "\"\n");

        assertThat(dictionary.get("a").orElseThrow()).hasSize(16 << 20);
    }

    @Test
    void refusesFilesPastTheLimit() {
        assertThatThrownBy(() -> Dictionary.parse(new byte[Dictionary.MAX_BYTES + 1], null))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void showsAPhysicalLine() throws IOException {
        Dictionary dictionary = parse("# one\nbroken\n");

        assertThat(List.of(dictionary.lineText(1), dictionary.lineText(2))).containsExactly("# one", "broken");
        assertThat(dictionary.lineCount()).isEqualTo(2);
    }
}
