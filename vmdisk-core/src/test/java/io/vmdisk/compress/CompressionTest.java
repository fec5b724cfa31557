package io.vmdisk.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.testkit.Patterns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 10, -1})
    void refusesLevelsZlibDoesNotHave(int level) {
        assertThatThrownBy(() -> Compression.deflater(level).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(level));
    }

    @Test
    void spendsLessRoomAtAHigherLevel() {
        byte[] content = Patterns.text(1, 65536);
        byte[] room = new byte[Compression.boundBytes(content.length)];
        int fast;
        int small;
        try (GrainDeflater one = Compression.deflater(1);
                GrainDeflater nine = Compression.deflater(9)) {
            fast = one.deflate(content, 0, content.length, room, 0);
            small = nine.deflate(content, 0, content.length, room, 0);
        }

        assertThat(small).isLessThan(fast).isPositive();
    }

    @Test
    void boundsLengthsUpToAGigabyteOnly() {
        assertThat(Compression.boundBytes(0)).isPositive();
        assertThat(Compression.boundBytes(1 << 30)).isGreaterThan(1 << 30);
        assertThatThrownBy(() -> Compression.boundBytes(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Compression.boundBytes((1 << 30) + 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void usesNoLibraryOnTheBaseline() {
        assertThat(Libdeflate.available()).isFalse();
        assertThat(Compression.implementation()).isEqualTo("java.util.zip");
    }
}
