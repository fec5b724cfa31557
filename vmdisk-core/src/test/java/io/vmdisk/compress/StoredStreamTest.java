package io.vmdisk.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.testkit.Patterns;
import java.util.Arrays;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredStreamTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 65534, 65535, 65536, 131070, 131071})
    void stockZlibReadsTheSameBytes(int length) throws Exception {
        byte[] source = Patterns.random(length, length + 20);
        byte[] packed = Patterns.filled(0x5A, Compression.boundBytes(length) + 7);

        int written = StoredStream.write(source, 20, length, packed, 7);

        Inflater stock = new Inflater();
        stock.setInput(packed, 7, written);
        byte[] out = new byte[length + 1];
        assertThat(stock.inflate(out)).isEqualTo(length);
        assertThat(stock.finished()).isTrue();
        assertThat(stock.getRemaining()).isZero();
        stock.end();
        assertThat(Arrays.copyOf(out, length)).isEqualTo(Arrays.copyOfRange(source, 20, 20 + length));
        assertThat(Arrays.copyOf(packed, 7)).containsOnly(0x5A);
        assertThat(Arrays.copyOfRange(packed, 7 + written, packed.length)).containsOnly(0x5A);
    }

    @Test
    void aGrainGrowsBySixteenBytes() {
        byte[] room = new byte[Compression.boundBytes(65536)];

        assertThat(StoredStream.write(new byte[65536], 0, 65536, room, 0)).isEqualTo(65552);
    }

    @Test
    void refusesADestinationWithoutRoomForTheBound() {
        byte[] tight = new byte[Compression.boundBytes(100) - 1];

        assertThatThrownBy(() -> StoredStream.write(new byte[100], 0, 100, tight, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
