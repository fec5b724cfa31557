package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Of a damaged file nothing is refused: what can't be meant, and what the file is too short for, is lost. */
class SalvageCodecTest {
    private static final long END = 4 << 20;

    private final SalvageCodec wide;
    private final SalvageCodec tiny = new SalvageCodec(new TinyFormat(), END);

    SalvageCodecTest() throws IOException {
        wide = new SalvageCodec(new WideFormat(), END);
    }

    @Test
    void soundEntriesMeanWhatTheyMeanInTheFormat() {
        assertThat(wide.entryBytes()).isEqualTo(8);
        assertThat(tiny.entryBytes()).isEqualTo(4);
        assertThat(wide.state(WideFormat.GRAINS_AT + 1, 0)).isEqualTo(WideFormat.GRAINS_AT);
        assertThat(wide.state(0, 0)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(tiny.state(1, 0)).isEqualTo(GrainState.ZERO);
        assertThat(wide.tableOffset(2048, 0)).isEqualTo(2048);
        assertThat(wide.tableOffset(0, 0)).isEqualTo(GrainState.UNALLOCATED);
        assertThat(wide.rawDirectoryEntry(2048)).isEqualTo(2048);
        assertThat(wide.rawEntry(4096)).isEqualTo(4097);
    }

    @Test
    void whatTheFormatRefusesIsLost() {
        assertThat(wide.state(WideFormat.BAD, 0)).isEqualTo(GrainState.LOST);
        assertThat(wide.tableOffset(WideFormat.BAD, 0)).isEqualTo(GrainState.LOST);
        assertThat(wide.isCutOff(WideFormat.BAD, 0)).isFalse();
    }

    @Test
    void whatLiesBehindTheEndIsLostAndCutOff() {
        assertThat(wide.state(END, 0)).isEqualTo(END - 1);
        assertThat(wide.state(END + 1, 0)).isEqualTo(GrainState.LOST);
        assertThat(wide.tableOffset(END - 2, 0)).isEqualTo(END - 2);
        assertThat(wide.tableOffset(END, 0)).isEqualTo(GrainState.LOST);
        assertThat(wide.isCutOff(END, 0)).isFalse();
        assertThat(wide.isCutOff(END + 1, 0)).isTrue();
    }

    @Test
    void anEntryThatCouldNotBeReadIsLostInEitherWidth() {
        assertThat(wide.unreadable()).isEqualTo(-1);
        assertThat(tiny.unreadable()).isEqualTo(0xFFFF_FFFFL);
        for (SalvageCodec codec : new SalvageCodec[] {wide, tiny}) {
            long raw = codec.unreadable();
            assertThat(codec.state(raw, 0)).isEqualTo(GrainState.LOST);
            assertThat(codec.tableOffset(raw, 0)).isEqualTo(GrainState.LOST);
            assertThat(codec.isCutOff(raw, 0)).isFalse();
            assertThat(codec.rawEntry(GrainState.LOST)).isEqualTo(raw);
        }
    }
}
