package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadStartTest {
    @TempDir
    Path folder;

    @Test
    void linkingAheadChangesNoAnswer() throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});

        assertThatCode(NativeFile::link).doesNotThrowAnyException();
        HeadStart.begin();
        HeadStart.begin();

        try (BlockFile file = Volume.system().open(path, OpenMode.READ)) {
            assertThat(file.nextData(0)).isZero();
            assertThat(file.nextHole(0)).isEqualTo(3);
            assertThat(file.allocatedBytes()).isGreaterThanOrEqualTo(-1);
        }
    }
}
