package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A cut file is not written to: what would be appended would take the place of what it lost. */
class GrainTailTest {
    private static final int GRAIN = WideFormat.GRAIN;
    private static final long PLACE = WideFormat.GRAINS_AT + 3 * GRAIN;

    private final WideFormat wide;

    GrainTailTest() throws IOException {
        wide = new WideFormat();
        wide.grain(70, PLACE);
    }

    private void require(GrainTail tail, long fileBytes) throws IOException {
        wide.file.setSize(fileBytes);
        tail.requireWhole(wide.file, wide.map());
    }

    private void refuses(GrainTail tail, long fileBytes) {
        assertThatThrownBy(() -> require(tail, fileBytes))
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe.truncated"))
                .hasMessageContaining("ends after " + fileBytes)
                .hasMessageContaining("grain 70 at byte " + PLACE);
    }

    @Test
    void aFileThatHoldsAllOfItsLastGrainIsWhole() {
        assertThatCode(() -> require(GrainTail.IS_DAMAGE, PLACE + GRAIN)).doesNotThrowAnyException();
        assertThatCode(() -> require(GrainTail.MAY_BE_TRIMMED, PLACE + GRAIN)).doesNotThrowAnyException();
    }

    @Test
    void aFileThatLacksOneByteOfItIsCutWhereTailsAreNotTrimmed() {
        refuses(GrainTail.IS_DAMAGE, PLACE + GRAIN - 1);
    }

    @Test
    void aTrimmedTailNeedsItsFirstByte() {
        assertThatCode(() -> require(GrainTail.MAY_BE_TRIMMED, PLACE + 1)).doesNotThrowAnyException();
        refuses(GrainTail.MAY_BE_TRIMMED, PLACE);
        refuses(GrainTail.MAY_BE_TRIMMED, PLACE - 1);
    }

    @Test
    void ofTheLastGrainOfTheDiskOnlyWhatTheDiskHasMustBeThere() throws IOException {
        long last = WideFormat.GEOMETRY.grains() - 1;
        wide.grain(last, PLACE + GRAIN);

        assertThatCode(() -> require(GrainTail.IS_DAMAGE, PLACE + GRAIN + 512)).doesNotThrowAnyException();
        assertThatThrownBy(() -> require(GrainTail.IS_DAMAGE, PLACE + GRAIN + 511))
                .hasMessageContaining("grain " + last);
    }
}
