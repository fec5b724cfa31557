package io.vmdisk.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class NoiseTest {
    private static final int GRAIN = 65536;
    private static final int SECTOR = 512;

    private final Noise noise = new Noise();

    @Test
    void randomBytesAreNoise() {
        int found = 0;
        for (int seed = 0; seed < 100; seed++) {
            found += noise.is(Patterns.random(seed, GRAIN), 0, GRAIN) ? 1 : 0;
        }

        assertThat(found).isGreaterThan(90);
    }

    @Test
    void looksOnlyAtTheRange() {
        byte[] bytes = Patterns.filled(7, 3 * GRAIN);
        System.arraycopy(Patterns.random(1, GRAIN), 0, bytes, GRAIN, GRAIN);

        assertThat(noise.is(bytes, GRAIN, GRAIN)).isTrue();
        assertThat(noise.is(bytes, 2 * GRAIN, GRAIN)).isFalse();
        assertThat(noise.is(bytes, 0, 2 * GRAIN)).isFalse();
    }

    @Test
    void whatCanBePackedIsNoNoise() {
        byte[] once = Patterns.random(1, GRAIN);
        byte[] twice = once.clone();
        System.arraycopy(once, 0, twice, GRAIN / 2, GRAIN / 2);
        byte[] sixBits = once.clone();
        for (int i = 0; i < GRAIN; i++) {
            sixBits[i] &= 0x3F;
        }

        for (byte[] bytes : new byte[][] {
            new byte[GRAIN],
            Patterns.text(2, GRAIN),
            Patterns.mixed(3, GRAIN),
            twice,
            sixBits,
            Patterns.filled(9, GRAIN)
        }) {
            assertThat(noise.is(bytes, 0, GRAIN)).isFalse();
        }
    }

    @Test
    void aLittleTextOrRepetitionAnywhereShows() {
        for (int at = 0; at <= GRAIN - SECTOR; at += 1023) {
            byte[] bytes = Patterns.random(at, GRAIN);
            System.arraycopy(Patterns.text(at, SECTOR), 0, bytes, at, SECTOR);
            assertThat(noise.is(bytes, 0, GRAIN)).as("text at %d", at).isFalse();

            bytes = Patterns.random(at, GRAIN);
            int copy = (at + GRAIN / 3) % (GRAIN - SECTOR);
            System.arraycopy(bytes, at, bytes, copy, SECTOR);
            assertThat(noise.is(bytes, 0, GRAIN)).as("copy of %d", at).isFalse();
        }
    }

    @Test
    void storingNoiseCostsLessThanASector() {
        byte[] room = new byte[Compression.boundBytes(GRAIN)];
        Deflater best = new Deflater(9);
        int found = 0;
        for (int changed = 0; changed < GRAIN; changed += 97) {
            byte[] bytes = Patterns.random(changed, GRAIN);
            Arrays.fill(bytes, changed / 97 % 3 * 1000, changed / 97 % 3 * 1000 + changed / 97, (byte) changed);
            if (noise.is(bytes, 0, GRAIN)) {
                found++;
                best.reset();
                best.setInput(bytes);
                best.finish();
                int packed = best.deflate(room);
                assertThat(StoredStream.write(bytes, 0, GRAIN, room, 0)).isLessThan(packed + SECTOR);
            }
        }
        best.end();

        assertThat(found).isPositive();
    }

    @Test
    void aFewBytesAreNeverNoise() {
        byte[] bytes = Patterns.random(1, Noise.LEAST_BYTES);

        assertThat(noise.is(bytes, 0, Noise.LEAST_BYTES - 1)).isFalse();
        assertThat(noise.is(bytes, 0, 0)).isFalse();
        assertThat(noise.is(bytes, 0, Noise.LEAST_BYTES)).isTrue();
    }
}
