package io.vmdisk.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipeEscapeTest {
    private static String decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new String(PipeEscape.decode(bytes, 0, bytes.length), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({"a|22b,a\"b", "|7C,|", "|7c|7C,||", "|0Ax,'\nx'", "|e9,\u00e9", "x|41|42,xAB"})
    void decodesPipeAndTwoDigits(String stored, String meant) {
        assertThat(decode(stored)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"||22", "|2|22", "|zz", "|", "|4", "a|", "|4g1", "|g41"})
    void leavesWhatIsNoEscapeAsItIs(String stored) {
        byte[] bytes = stored.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(decode(stored)).isEqualTo(stored);
        assertThat(PipeEscape.isAmbiguous(bytes, 0, bytes.length)).isTrue();
    }

    @Test
    void takesUpScanningBehindTheByteThatDisprovedAnEscape() {
        assertThat(decode("|||22")).isEqualTo("||\"");
        assertThat(decode("|x|22")).isEqualTo("|x\"");
    }

    @Test
    void escapesControlBytesButNotTheTab() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        String encoded = new String(PipeEscape.encode(all), StandardCharsets.ISO_8859_1);

        assertThat(encoded)
                .startsWith("|00|01|02|03|04|05|06|07|08\t|0A|0B|0C|0D")
                .contains(" !|22#$", "{|7C}~|7F\u0080");
        assertThat(decode(encoded).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(all);
    }

    @Test
    void escapesThatAreWellFormedAreNotAmbiguous() {
        byte[] bytes = "C:|5Cx|22".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(PipeEscape.isAmbiguous(bytes, 0, bytes.length)).isFalse();
    }
}
