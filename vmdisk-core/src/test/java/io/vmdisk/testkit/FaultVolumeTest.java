package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultVolumeTest extends VolumeContract {
    private final MemoryVolume below = new MemoryVolume();
    private final FaultVolume calm = FaultVolume.failFrom(below, Integer.MAX_VALUE);
    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");

    @Override
    protected Volume volume() {
        return calm;
    }

    @Override
    protected Path folder() {
        return MemoryVolume.folder();
    }

    @Test
    void failsEachCallOfABodyInTurn() throws IOException {
        List<String> failures = new ArrayList<>();
        int n = 1;
        while (true) {
            FaultVolume faulty = FaultVolume.failOnce(new MemoryVolume(), n);
            try {
                writeTwice(faulty);
            } catch (InjectedFaultException e) {
                assertThat(e).hasMessageContaining(faulty.failed().orElseThrow());
            }
            if (faulty.failed().isEmpty()) {
                break;
            }
            failures.add(faulty.failed().get());
            n++;
        }

        assertThat(failures)
                .containsExactly(
                        "open#1 disk.vmdk CREATE",
                        "write#2 disk.vmdk@0+512",
                        "write#3 disk.vmdk@512+512",
                        "force#4 disk.vmdk");
    }

    @Test
    void failsOnceAndThenNoMore() throws IOException {
        FaultVolume faulty = FaultVolume.failOnce(below, 2);
        try (BlockFile file = faulty.open(disk, OpenMode.CREATE)) {
            assertThatThrownBy(() -> file.writeFully(0, ByteBuffer.allocate(512)))
                    .isInstanceOf(InjectedFaultException.class);
            file.writeFully(0, ByteBuffer.allocate(512));
        }
        assertThat(below.bytes(disk)).hasSize(512);
    }

    @Test
    void failsForEver() throws IOException {
        FaultVolume faulty = FaultVolume.failFrom(below, 2);
        try (BlockFile file = faulty.open(disk, OpenMode.CREATE)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> file.writeFully(0, ByteBuffer.allocate(512)))
                        .isInstanceOf(InjectedFaultException.class);
            }
        }
        assertThat(below.bytes(disk)).isEmpty();
        assertThat(faulty.failed()).contains("write#2 disk.vmdk@0+512");
    }

    @Test
    void leavesWhatStillFittedOnAFullDisk() throws IOException {
        FaultVolume full = FaultVolume.fullAfter(below, 700);
        assertThatThrownBy(() -> writeTwice(full))
                .isInstanceOf(InjectedFaultException.class)
                .hasMessageContaining("No space left");

        assertThat(below.bytes(disk)).hasSize(700);
        assertThat(full.freeBytes(MemoryVolume.folder())).isZero();
        assertThat(below.openFiles()).isEmpty();
    }

    private void writeTwice(Volume volume) throws IOException {
        try (BlockFile file = volume.open(disk, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.random(1, 512)));
            file.writeFully(512, ByteBuffer.wrap(Patterns.random(2, 512)));
            file.force();
        }
    }
}
