package io.vmdisk.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FreeRunsProperties {
    private static final int BLOCK = 4096;

    private final List<long[]> found = new ArrayList<>();

    @Property(tries = 500, seed = "4711")
    void namesTheZeroBitsJoinedAcrossPieces(
            @ForAll @Size(min = 1, max = 40) byte[] bitmap, @ForAll @IntRange(min = 0, max = 40) int cut)
            throws IOException {
        int bits = bitmap.length * 8 - 3;
        int first = Math.min(bits, cut * 8);
        FreeRuns runs = runs(bits);
        byte[] tail = Arrays.copyOfRange(bitmap, first / 8, bitmap.length);
        runs.addZeroBits(ByteBuffer.wrap(bitmap), first, 0);
        runs.addZeroBits(ByteBuffer.wrap(tail), bits - first, first);
        runs.finish();

        BitSet expected = BitSet.valueOf(bitmap);
        expected.flip(0, bits);
        expected.clear(bits, bitmap.length * 8);
        assertThat(runs.total()).isEqualTo(expected.cardinality());
        int bit = expected.nextSetBit(0);
        for (long[] run : found) {
            int end = expected.nextClearBit(bit);
            assertThat(run).containsExactly(1000 + (long) bit * BLOCK, (long) (end - bit) * BLOCK);
            bit = expected.nextSetBit(end);
        }
        assertThat(bit).isEqualTo(-1);
    }

    @Example
    void refusesBlocksThatGoBackwardsOverlapOrLeave() throws IOException {
        FreeRuns runs = runs(100);
        runs.add(10, 10);
        assertThatThrownBy(() -> runs.add(19, 1)).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> runs.add(5, 1)).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> runs.add(99, 2)).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> runs.add(30, 0)).isInstanceOf(MalformedFileException.class);
        assertThatThrownBy(() -> runs.add(Long.MAX_VALUE, 1)).isInstanceOf(MalformedFileException.class);
        runs.add(20, 80);
        runs.finish();
        assertThat(found).hasSize(1);
        assertThat(found.get(0)).containsExactly(1000 + 10 * BLOCK, 90 * BLOCK);
    }

    private FreeRuns runs(long blocks) {
        GuestBytes none = new GuestBytes() {
            @Override
            public long size() {
                return Long.MAX_VALUE;
            }

            @Override
            public void read(long at, ByteBuffer into) {
                throw new AssertionError("nothing is read");
            }
        };
        GuestWindow window = new GuestWindow(none, new ByteRange(1000, blocks * BLOCK), Progress.NONE);
        found.clear();
        return new FreeRuns(window, 0, BLOCK, blocks, (start, length) -> found.add(new long[] {start, length}));
    }
}
