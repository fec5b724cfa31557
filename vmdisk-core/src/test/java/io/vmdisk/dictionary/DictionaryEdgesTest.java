package io.vmdisk.dictionary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.DictionaryProblem.Kind;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first and last values of each limit, and lines that end where documents end. */
class DictionaryEdgesTest {
    private static Dictionary parse(String text) throws VmdiskException {
        return Dictionary.parse(text.getBytes(StandardCharsets.ISO_8859_1), null);
    }

    private static String text(Dictionary dictionary) {
        return new String(dictionary.toBytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "9, 9",
        "-1, -1",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void readsEveryNumberOf64Bits(String text, long number) {
        assertThat(DecimalNumber.parse(text)).hasValue(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "/", ":", "+1", "1 ", "9223372036854775808", "00000000000000000000001", "\u0661", "--1"
            })
    void takesNothingElseForANumber(String text) {
        assertThat(DecimalNumber.parse(text)).isEmpty();
    }

    @Test
    void saysWhereItCameFromAndWhatItHolds() throws VmdiskException {
        Path file = Path.of("a.vmx");
        Dictionary dictionary = Dictionary.parse("a = \"1\"\nb = \"2\"\n".getBytes(StandardCharsets.UTF_8), file);

        assertThat(dictionary.source()).contains(file);
        assertThat(dictionary.toMap())
                .containsEntry("a", "1")
                .containsEntry("b", "2")
                .hasSize(2);
        assertThat(dictionary.entries()).extracting(DictionaryEntry::line).containsExactly(1, 2);
        assertThat(dictionary.declaresCharset()).isFalse();
        assertThat(parse(".encoding = \"UTF-8\"\n").declaresCharset()).isTrue();
    }

    @Test
    void aCopyIsChangedAlone() throws VmdiskException {
        Dictionary first = parse("a = \"1\"\n");
        Dictionary copy = first.copy();
        copy.set("a", "2");

        assertThat(text(first)).isEqualTo("a = \"1\"\n");
        assertThat(text(copy)).isEqualTo("a = \"2\"\n");
    }

    @Test
    void withoutItsLastLineADocumentEndsAsItDid() throws VmdiskException {
        Dictionary open = parse("a = \"1\"\r\nb = \"2\"");
        assertThat(open.removeIf("b"::equals)).isEqualTo(1);
        assertThat(text(open)).isEqualTo("a = \"1\"");

        Dictionary closed = parse("a = \"1\"\r\nb = \"2\"\r\n");
        assertThat(closed.removeIf("b"::equals)).isEqualTo(1);
        assertThat(text(closed)).isEqualTo("a = \"1\"\r\n");
        assertThat(closed.get("b")).isEmpty();
    }

    @Test
    void withoutItsDeclarationADocumentHasTheCharsetOfItsBytes() throws VmdiskException {
        Dictionary dictionary = parse(".encoding = \"windows-1252\"\na = \"\u00C3\u00A9\"\n");
        assertThat(dictionary.get("a")).contains("\u00C3\u00A9");

        dictionary.removeIf(".encoding"::equals);

        assertThat(dictionary.declaresCharset()).isFalse();
        assertThat(dictionary.get("a")).contains("\u00E9");
    }

    @Test
    void aNewValueKeepsIndentAndComment() throws VmdiskException {
        Dictionary dictionary = parse("  a = 1  # why\n\tb=\"2\"# and\nc = \"x\" y\n");
        dictionary.set("a", "10");
        dictionary.set("b", "20");

        assertThat(text(dictionary)).isEqualTo("  a = \"10\"  # why\n\tb = \"20\"# and\nc = \"x\" y\n");
        dictionary.rename(name -> name.equals("b") ? "beta" : name);
        assertThat(text(dictionary)).isEqualTo("  a = \"10\"  # why\n\tbeta = \"20\"# and\nc = \"x\" y\n");
    }

    @Test
    void tellsUtf16ByItsMarkAndMarksOfUtf8() throws VmdiskException {
        assertThat(kinds("\u00FF\u00FE")).contains(Kind.UTF_16);
        assertThat(kinds("\u00FE\u00FFa")).contains(Kind.UTF_16);
        assertThat(kinds("\u00FE")).doesNotContain(Kind.UTF_16);
        assertThat(kinds("\u00FF\u00FDa")).doesNotContain(Kind.UTF_16);
        assertThat(kinds("a\u00FF\u00FE")).doesNotContain(Kind.UTF_16);
        assertThat(kinds("\u00EF\u00BB\u00BFa = \"1\"\n")).containsExactly(Kind.BYTE_ORDER_MARK);
        assertThat(kinds("a = \"1\"\n")).isEmpty();
        assertThat(kinds("")).isEmpty();
    }

    private static List<Kind> kinds(String text) throws VmdiskException {
        return parse(text).problems().stream().map(DictionaryProblem::kind).toList();
    }

    @Test
    void aFileThatAnotherChangedMeanwhileIsNotOverwrittenUnderEitherName() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path file = MemoryVolume.folder().resolve("a.vmx");
        volume.put(file, "a = \"1\"\n".getBytes(StandardCharsets.UTF_8));
        Dictionary dictionary = Dictionary.read(volume, file);
        dictionary.set("a", "2");
        dictionary.saveNamed(volume);
        assertThat(volume.bytes(file)).asString(StandardCharsets.UTF_8).isEqualTo("a = \"2\"\n");
        assertThat(dictionary.isChanged()).isFalse();

        volume.put(file, "a = \"9\"\n".getBytes(StandardCharsets.UTF_8));
        dictionary.set("a", "3");
        assertThatThrownBy(() -> dictionary.saveNamed(volume)).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> dictionary.save(volume)).isInstanceOf(UnsafeStateException.class);
        assertThat(volume.bytes(file)).asString(StandardCharsets.UTF_8).isEqualTo("a = \"9\"\n");
    }

    @Test
    void boundsTheSizeOfADocument() {
        assertThatThrownBy(() -> Dictionary.parse(new byte[Dictionary.MAX_BYTES + 1], null))
                .isInstanceOf(LimitExceededException.class);
    }
}
