package io.vmdisk.disk.make;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class StagedFileTest {
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path PAGE = FOLDER.resolve("page.html");

    private static byte[] text(String words) {
        return words.getBytes(StandardCharsets.US_ASCII);
    }

    private static MemoryVolume empty() throws IOException {
        MemoryVolume files = new MemoryVolume();
        files.createFolder(FOLDER);
        return files;
    }

    private static void make(Volume volume, String words) throws IOException {
        try (StagedFile staged = StagedFile.create(PAGE, volume)) {
            staged.file().writeFully(0, ByteBuffer.wrap(text(words)));
            staged.publish();
        }
    }

    @Test
    void ofTwoWhoMakeOneFileOneIsRefusedAndTheOtherOnesIsWhole() throws IOException {
        MemoryVolume files = empty();
        try (StagedFile first = StagedFile.create(PAGE, files)) {
            first.file().writeFully(0, ByteBuffer.wrap(text("first")));
            assertThatThrownBy(() -> make(files, "second"))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk");
            first.publish();
        }

        assertThat(files.list(FOLDER)).containsExactly(PAGE);
        assertThat(files.readAll(PAGE, 100)).isEqualTo(text("first"));
        assertThatThrownBy(() -> make(files, "third")).hasMessageContaining("is there already");
    }

    @Test
    void whatIsGivenUpLeavesNothing() throws IOException {
        MemoryVolume files = empty();
        StagedFile.create(PAGE, files).close();

        assertThat(files.list(FOLDER)).isEmpty();
    }

    @Test
    void aNameThatWasTakenMeanwhileStaysWithWhoTookIt() throws IOException {
        MemoryVolume files = empty();
        try (StagedFile staged = StagedFile.create(PAGE, files)) {
            files.put(PAGE, text("somebody's"));
            assertThatThrownBy(staged::publish).isInstanceOf(UnsafeStateException.class);
        }

        assertThat(files.readAll(PAGE, 100)).isEqualTo(text("somebody's"));
    }

    @TestFactory
    Stream<DynamicTest> aCrashLeavesAWholeFileOrNone() throws IOException {
        return CrashReplay.record(empty(), volume -> make(volume, "whole"))
                .states(2, 1)
                .map(crash -> DynamicTest.dynamicTest(crash.toString(), () -> {
                    MemoryVolume files = crash.volume();
                    if (files.exists(PAGE)) {
                        assertThat(files.readAll(PAGE, 100)).isEqualTo(text("whole"));
                    }
                    StagedDisk.recover(files, FOLDER);
                    if (!files.exists(PAGE)) {
                        make(files, "whole");
                    }
                    assertThat(files.list(FOLDER)).containsExactly(PAGE);
                    assertThat(files.readAll(PAGE, 100)).isEqualTo(text("whole"));
                }));
    }

    @Test
    void aFailureOfAnyCallLeavesAWholeFileOrNone() throws IOException {
        for (int n = 1; ; n++) {
            MemoryVolume files = empty();
            FaultVolume volume = FaultVolume.failOnce(files, n);
            try {
                make(volume, "whole");
            } catch (IOException e) {
                // What was left is looked at.
            }
            if (files.exists(PAGE)) {
                assertThat(files.readAll(PAGE, 100)).isEqualTo(text("whole"));
            }
            assertThat(files.openFiles()).isEmpty();
            if (volume.failed().isEmpty()) {
                break;
            }
        }
    }
}
