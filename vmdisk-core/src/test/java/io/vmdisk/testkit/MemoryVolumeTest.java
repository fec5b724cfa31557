package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryVolumeTest extends VolumeContract {
    private final MemoryVolume volume = new MemoryVolume();
    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");

    @Override
    protected Volume volume() {
        return volume;
    }

    @Override
    protected Path folder() {
        return MemoryVolume.folder();
    }

    @Test
    void knowsWhatIsStillLocked() throws IOException {
        Path lockFile = MemoryVolume.folder().resolve("lock");
        try (Closeable lock = volume.lock(lockFile)) {
            assertThat(lock).isNotNull();
            assertThat(volume.locked()).containsExactly(lockFile);
        }
        assertThat(volume.locked()).isEmpty();
    }

    @Test
    void knowsWhatIsStillOpen() throws IOException {
        try (BlockFile file = volume.open(disk, OpenMode.CREATE)) {
            assertThat(volume.openFiles()).containsExactly(file.path());
        }
        assertThat(volume.openFiles()).isEmpty();
    }

    @Test
    void keepsADeletedFileForThoseWhoHaveItOpen() throws IOException {
        volume.put(disk, new byte[] {1});
        try (BlockFile file = volume.open(disk, OpenMode.READ)) {
            volume.delete(disk);
            ByteBuffer into = ByteBuffer.allocate(1);
            file.readFully(0, into);

            assertThat(into.get(0)).isEqualTo((byte) 1);
        }
        assertThat(volume.files()).isEmpty();
    }

    @Test
    void holdsATerabyteOfHoles() throws IOException {
        try (BlockFile file = volume.open(disk, OpenMode.CREATE)) {
            file.setSize(1L << 40);
            file.writeFully((1L << 40) - 1, ByteBuffer.wrap(new byte[] {1}));

            assertThat(file.allocatedBytes()).isEqualTo(SparseBytes.PAGE);
            assertThat(file.nextData(0)).isEqualTo((1L << 40) - SparseBytes.PAGE);
            assertThat(file.punch(0, 1L << 40)).isTrue();
            assertThat(file.allocatedBytes()).isZero();
        }
    }

    @Test
    void keepsCopiesApart() throws IOException {
        byte[] content = Patterns.random(1, 10_000);
        volume.put(disk, content);
        MemoryVolume copy = volume.copy();
        try (BlockFile left = volume.open(disk, OpenMode.WRITE);
                BlockFile right = copy.open(disk, OpenMode.WRITE)) {
            left.writeFully(0, ByteBuffer.wrap(new byte[] {1, 1}));
            right.writeFully(1, ByteBuffer.wrap(new byte[] {2, 2}));
        }

        byte[] expectedLeft = content.clone();
        expectedLeft[0] = 1;
        expectedLeft[1] = 1;
        byte[] expectedRight = content.clone();
        expectedRight[1] = 2;
        expectedRight[2] = 2;
        assertThat(volume.bytes(disk)).isEqualTo(expectedLeft);
        assertThat(copy.bytes(disk)).isEqualTo(expectedRight);
    }

    @Test
    void fillsUpBlockByBlockAsASmallFileStoreDoes() throws IOException {
        volume.put(disk, new byte[100]);
        volume.leaveFree(2 * SparseBytes.PAGE);
        try (BlockFile file = volume.open(disk, OpenMode.WRITE)) {
            file.writeFully(0, ByteBuffer.allocate(SparseBytes.PAGE));
            assertThat(volume.freeBytes(MemoryVolume.folder())).isEqualTo(2 * SparseBytes.PAGE);

            assertThatThrownBy(() -> file.writeFully(SparseBytes.PAGE, ByteBuffer.allocate(3 * SparseBytes.PAGE)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");
            assertThat(file.size()).isEqualTo(3 * SparseBytes.PAGE);
            assertThat(volume.freeBytes(MemoryVolume.folder())).isZero();

            file.punch(0, SparseBytes.PAGE);
            file.writeFully(3 * SparseBytes.PAGE, ByteBuffer.allocate(SparseBytes.PAGE));
        }
    }
}
