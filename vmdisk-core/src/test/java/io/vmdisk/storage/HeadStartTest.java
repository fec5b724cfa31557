package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeadStartTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(HeadStart.class)
    void linkingAheadChangesNoAnswer(HeadStart start) throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});

        assertThatCode(() -> NativeFile.link(start)).doesNotThrowAnyException();
        start.begin();

        try (BlockFile file = Volume.system().open(path, OpenMode.READ)) {
            assertThat(file.nextData(0)).isZero();
            assertThat(file.nextHole(0)).isEqualTo(3);
            assertThat(file.allocatedBytes()).isGreaterThanOrEqualTo(-1);
        }
    }
}
