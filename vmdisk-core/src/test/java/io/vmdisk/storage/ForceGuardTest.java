package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A force that failed once is never taken for good afterwards. */
class ForceGuardTest {
    @Test
    void refusesEverythingThatWritesAfterAFailedForce(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("disk.vmdk");
        FailingForce channel = new FailingForce(FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try (NioBlockFile file = new NioBlockFile(path, channel, true, null, new LockTable())) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            assertThatThrownBy(file::force).hasMessage(path + ": Input/output error");

            assertThatThrownBy(file::force)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Input/output error")
                    .hasMessageContaining("run the command again");
            assertThatThrownBy(() -> file.writeFully(0, ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.setSize(9)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> file.punch(0, 1)).isInstanceOf(IOException.class);
            assertThat(channel.forces).isEqualTo(1);
            ByteBuffer still = ByteBuffer.allocate(3);
            file.readFully(0, still);
            assertThat(still.array()).containsExactly(1, 2, 3);
        }
    }

    /** Whichever force of a flush fails: neither the next flush nor closing calls the data safe. */
    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"VMFS_THIN", "MONOLITHIC_SPARSE", "SE_SPARSE"})
    void aDiskWhoseFlushFailedNeverSaysThatItIsSafe(DiskFormat format) throws IOException {
        MemoryVolume before = new MemoryVolume();
        Path disk = MemoryVolume.folder().resolve("disk.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(format, 1 << 20), before, Progress.NONE);
        int failedFlushes = 0;
        for (int n = 1; ; n++) {
            FaultVolume faulty = FaultVolume.failOnce(before.copy(), n);
            if (!failsAFlush(faulty, disk)) {
                if (faulty.failed().isEmpty()) {
                    break;
                }
                continue;
            }
            failedFlushes++;
        }
        assertThat(failedFlushes).isPositive();
    }

    /** Whether a force failed while the disk was flushed. */
    private static boolean failsAFlush(FaultVolume volume, Path path) throws IOException {
        VirtualDisk disk;
        try {
            disk = VirtualDisk.open(path, OpenOptions.writable().withVolume(volume));
            disk.write(4096, ByteBuffer.wrap(new byte[] {1}));
        } catch (InjectedFaultException e) {
            return false;
        }
        try {
            disk.flush();
            disk.close();
            return false;
        } catch (InjectedFaultException e) {
            if (!volume.failed().orElseThrow().startsWith("force")) {
                return false;
            }
        }
        assertThatThrownBy(() -> {
                    disk.flush();
                    disk.close();
                })
                .as(volume.failed().orElseThrow())
                .isInstanceOf(IOException.class);
        return true;
    }

    /** A drive that fails once, and then says that all is well. */
    private static final class FailingForce extends FileChannel {
        private final FileChannel channel;
        private int forces;

        FailingForce(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            forces++;
            if (forces == 1) {
                throw new IOException("Input/output error");
            }
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) throws IOException {
            return channel.read(into, offset, length);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return channel.write(from);
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
            return channel.write(from, offset, length);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            return channel.position(position);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            return channel.truncate(size);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return channel.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            return channel.transferFrom(source, position, count);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            return channel.write(from, position);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return channel.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return channel.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }
}
