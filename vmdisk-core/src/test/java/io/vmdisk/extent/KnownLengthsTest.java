package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownLengthsTest {
    private static final int SECTOR = 512;

    /** Answers with a number made of the place, and notes who asked; grains of sector 13 are damaged. */
    private static final class Heads implements GrainDecoder {
        private final List<Long> asked = new ArrayList<>();
        private boolean closed;

        @Override
        public int storedLength(long fileOffset) throws IOException {
            asked.add(fileOffset);
            if (fileOffset == 13 * SECTOR) {
                throw new IOException("damaged");
            }
            return length(fileOffset);
        }

        @Override
        public void inflate(long start, long fileOffset, int storedLength, ByteBuffer into) {
            into.put((byte) storedLength);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static int length(long fileOffset) {
        return 1 + (int) (fileOffset / SECTOR * 31 % 2_097_676);
    }

    private final Heads heads = new Heads();
    private final KnownLengths known = new KnownLengths(heads);

    @Test
    void asksOnceForEachGrainOfAStretch() throws IOException {
        for (int round = 0; round < 3; round++) {
            for (long sector = 128; sector < 128 + 100 * 27; sector += 27) {
                assertThat(known.storedLength(sector * SECTOR)).isEqualTo(length(sector * SECTOR));
            }
        }

        // Two may share a slot.
        assertThat(heads.asked).hasSizeBetween(100, 120);
    }

    @Test
    void neverAnswersForAnotherGrain() throws IOException {
        for (int round = 0; round < 2; round++) {
            for (long sector = 14; sector < 20_000; sector++) {
                assertThat(known.storedLength(sector * SECTOR)).isEqualTo(length(sector * SECTOR));
            }
            for (long sector = (1L << 32) - 500; sector < 1L << 32; sector++) {
                assertThat(known.storedLength(sector * SECTOR)).isEqualTo(length(sector * SECTOR));
            }
        }
        assertThat(known.storedLength(700)).isEqualTo(length(700));
        assertThat(known.storedLength(701)).isEqualTo(length(701));
        assertThat(heads.asked).endsWith(700L, 701L);
    }

    @Test
    void aDamagedHeadIsReadAnew() {
        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> known.storedLength(13 * SECTOR)).hasMessage("damaged");
        }
        assertThat(heads.asked).hasSize(2);
    }

    @Test
    void passesOnTheRest() throws IOException {
        ByteBuffer into = ByteBuffer.allocate(1);
        known.inflate(0, 512, 7, into);
        known.close();

        assertThat(into.get(0)).isEqualTo((byte) 7);
        assertThat(heads.closed).isTrue();
    }
}
