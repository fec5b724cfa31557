package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ZeroScanTest {
    private static final int LENGTH = 200_000;

    @Test
    void allZerosAreZeroWhateverTheRange() {
        ByteBuffer zeros = ByteBuffer.allocate(LENGTH);
        assertThat(ZeroScan.isZero(zeros, 0, LENGTH)).isTrue();
        assertThat(ZeroScan.isZero(zeros, 13, 14)).isTrue();
        assertThat(ZeroScan.isZero(zeros, 13, 13)).isTrue();
    }

    @Property(tries = 300, seed = "41")
    void oneByteIsFoundWhereverItIsAndNowhereElse(
            @ForAll @IntRange(max = LENGTH - 1) int place,
            @ForAll @IntRange(max = LENGTH) int a,
            @ForAll @IntRange(max = LENGTH) int b) {
        int from = Math.min(a, b);
        int to = Math.max(a, b);
        for (ByteBuffer bytes : new ByteBuffer[] {ByteBuffer.allocate(LENGTH), ByteBuffer.allocateDirect(LENGTH)}) {
            bytes.put(place, (byte) 0x80);
            assertThat(ZeroScan.isZero(bytes, from, to)).isEqualTo(place < from || place >= to);
        }
    }
}
