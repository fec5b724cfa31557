package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Blank lines and blanks take up what a value grew or shrank by, so that one sector is all that a crash can tear. */
class OneSectorEditTest {
    private static final int AREA = 2048;
    private static final String HEAD = "# Disk DescriptorFile\nversion=1\n";
    /** Reaches over several sectors behind the change. */
    private static final String TAIL = "# Extent description\n" + "RW 4192256 SPARSE \"web01.vmdk\"\n".repeat(30);

    private static byte[] area(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), AREA);
    }

    private static byte[] edit(String present, String wanted) {
        return OneSectorEdit.of(area(present), area(wanted));
    }

    private static String text(byte[] area) {
        return new String(area, StandardCharsets.US_ASCII).replace("\0", "");
    }

    private static void assertOneSectorDiffers(String present, byte[] edited) {
        byte[] before = area(present);
        assertThat(Arrays.mismatch(before, edited)).isLessThan(512);
        assertThat(Arrays.copyOfRange(edited, 512, AREA)).isEqualTo(Arrays.copyOfRange(before, 512, AREA));
    }

    @Test
    void aChangeOfTheSameLengthStaysAsItIs() {
        String present = HEAD + "CID=11111111\n" + TAIL;
        String wanted = HEAD + "CID=22222222\n" + TAIL;

        assertThat(edit(present, wanted)).isEqualTo(area(wanted));
    }

    @Test
    void aShorterValueIsMadeUpForByBlankLines() {
        String present = HEAD + "parentFileNameHint=\"web01-000001.vmdk\"\n" + TAIL;
        String wanted = HEAD + "parentFileNameHint=\"web01.vmdk\"\n" + TAIL;

        byte[] edited = edit(present, wanted);

        assertOneSectorDiffers(present, edited);
        assertThat(text(edited)).isEqualTo(wanted.replace("# Extent", "\n".repeat(7) + "# Extent"));
    }

    @Test
    void aLongerValueTakesBlankLinesAway() {
        String present = HEAD + "parentFileNameHint=\"web01.vmdk\"\n" + "\n".repeat(9) + TAIL;
        String wanted = HEAD + "parentFileNameHint=\"web01-000001.vmdk\"\n" + "\n".repeat(9) + TAIL;

        byte[] edited = edit(present, wanted);

        assertOneSectorDiffers(present, edited);
        assertThat(text(edited)).isEqualTo(HEAD + "parentFileNameHint=\"web01-000001.vmdk\"\n" + "\n\n" + TAIL);
    }

    @Test
    void blanksAroundEqualsSignsOfTheDatabaseGiveWayTooButNotThoseOfValues() {
        String present = HEAD + "CID=1\nddb.comment = \"a = b\"\nddb.uuid = \"1\"\n" + TAIL;
        String wanted = HEAD + "CID=123\nddb.comment = \"a = b\"\nddb.uuid = \"1\"\n" + TAIL;

        byte[] edited = edit(present, wanted);

        assertOneSectorDiffers(present, edited);
        assertThat(text(edited)).contains("CID=123\nddb.comment=\"a = b\"\nddb.uuid = \"1\"\n");
    }

    @Test
    void whereNothingCanGiveWayTheTextIsAsItWasGiven() {
        String present = HEAD + "CID=1\n" + TAIL;
        String wanted = HEAD + "CID=123\n" + TAIL;

        assertThat(edit(present, wanted)).isEqualTo(area(wanted));
    }
}
