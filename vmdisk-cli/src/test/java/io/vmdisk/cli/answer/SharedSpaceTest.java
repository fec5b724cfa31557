package io.vmdisk.cli.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedSpaceTest {
    private static String line(Long... links) {
        return new SharedSpace(List.of(links).stream()
                        .map(bytes -> bytes < 0 ? Optional.<Long>empty() : Optional.of(bytes))
                        .toList())
                .line();
    }

    @Test
    void saysWhatTheDiskAndItsChainShare() {
        assertThat(line(4096L)).isEqualTo("4 KiB of that");
        assertThat(line(0L, 1L << 20)).isEqualTo("0 bytes of that, whole chain 1 MiB");
    }

    @Test
    void saysNothingOfWhatAFileSystemDoesNotTell() {
        assertThat(line(4096L, -1L)).isEqualTo("4 KiB of that");
        assertThat(line(-1L, 4096L)).isEqualTo("unknown: the file system does not tell");
        assertThat(line()).isEqualTo("unknown: the file system does not tell");
    }
}
