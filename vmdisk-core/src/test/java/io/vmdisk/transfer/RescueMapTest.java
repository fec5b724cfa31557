package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class RescueMapTest {
    @Test
    void tellsOfEveryByteWhetherItWasRead() {
        List<ByteRange> lost = List.of(new ByteRange(0, 512), new ByteRange(65536, 65536));
        assertThat(RescueMap.text(1 << 20, lost).lines().filter(line -> !line.startsWith("#")))
                .containsExactly(
                        "0x00100000     +               1",
                        "0x00000000  0x00000200  -",
                        "0x00000200  0x0000FE00  +",
                        "0x00010000  0x00010000  -",
                        "0x00020000  0x000E0000  +");
    }
}
