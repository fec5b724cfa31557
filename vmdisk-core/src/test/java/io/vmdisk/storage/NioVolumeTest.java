package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.VolumeContract;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The default file system. */
class NioVolumeTest extends VolumeContract {
    @TempDir
    Path folder;

    @Override
    protected Volume volume() {
        return Volume.system();
    }

    @Override
    protected Path folder() {
        return folder;
    }

    @Test
    void keepsOtherProcessesOutWhileItIsLocked() throws IOException {
        Path lockFile = folder.resolve("lock");
        try (Closeable lock = volume().lock(lockFile)) {
            assertThat(lock).isNotNull();
            assertThat(lockElsewhere(lockFile)).isEqualTo("refused");
        }
        assertThat(lockElsewhere(lockFile)).isEqualTo("taken");
    }

    @Test
    void keepsTheLockWhileItsFileIsReadAndReplacedElsewhere() throws IOException {
        Path lockFile = folder.resolve("lock");
        Path disk = Files.write(folder.resolve("disk.vmdk"), new byte[512]);
        try (Closeable lock = volume().lock(lockFile)) {
            assertThat(lock).isNotNull();
            volume().readAll(disk, 512);
            volume().replace(disk, new byte[] {1});
            volume().facts(lockFile);
            volume().list(folder);

            assertThat(lockElsewhere(lockFile)).isEqualTo("refused");
        }
    }

    private static String lockElsewhere(Path lockFile) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        return Command.run(null, List.of(java, "-cp", classPath, LockProbe.class.getName(), lockFile.toString()))
                .outOrFail()
                .trim();
    }

    /** A second process that wants the lock. */
    static final class LockProbe {
        private LockProbe() {}

        public static void main(String[] arguments) throws IOException {
            try (Closeable lock = Volume.system().lock(Path.of(arguments[0]))) {
                System.out.println(lock == null ? "nothing" : "taken");
            } catch (UnsafeStateException e) {
                System.out.println("refused");
            }
        }
    }

    @Test
    void cutsAndGrowsWithoutTakingSpaceForTheHole() throws IOException {
        Path path = folder.resolve("a");
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            file.setSize(1L << 40);

            assertThat(file.size()).isEqualTo(1L << 40);
            assertThat(file.read((1L << 40) - 1, ByteBuffer.allocate(2))).isEqualTo(1);
        }
    }

    @Test
    void servesManyThreadsAtOnce() throws IOException {
        Path path = folder.resolve("a");
        int block = 4096;
        byte[] content = Patterns.random(1, 256 * block);
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            IntStream.range(0, 256).parallel().forEach(i -> {
                try {
                    file.writeFully((long) i * block, ByteBuffer.wrap(content, i * block, block));
                    ByteBuffer into = ByteBuffer.allocate(block);
                    file.readFully((long) i * block, into);
                    assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(content, i * block, block));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void followsSymbolicLinksToFiles() throws IOException {
        Path target = Files.write(folder.resolve("target"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        assertThat(volume().readAll(link, 1)).containsExactly(1);
        assertThat(volume().facts(link).key()).isEqualTo(volume().facts(target).key());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void refusesADeviceThatWasNotAllowed() throws IOException {
        Path device = Path.of("/dev/null");

        assertThatThrownBy(() -> volume().open(device, OpenMode.READ).close())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("not a regular file");
        volume().openDevice(device).close();
    }
}
