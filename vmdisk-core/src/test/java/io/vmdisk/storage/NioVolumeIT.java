package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.VolumeContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract again, on the packaged jar, where a JVM from 22 on has the native tier; then what only that tier can. */
class NioVolumeIT extends VolumeContract {
    private static final int BLOCK = 64 * 1024;

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
    void neverUsesTheTierBeforeJava22() {
        assumeTrue(Runtime.version().feature() < 22, "this JVM may use it");

        assertThat(NativeFile.available()).isFalse();
    }

    @Test
    void findsTheEdgesOfDataAndHoles() throws IOException {
        assumeTrue(NativeFile.available());
        try (BlockFile file = create("a")) {
            file.setSize(16L * BLOCK);
            file.writeFully(4L * BLOCK, ByteBuffer.wrap(Patterns.random(1, BLOCK)));

            assertThat(file.nextData(0)).isEqualTo(4L * BLOCK);
            assertThat(file.nextData(4L * BLOCK + 5)).isEqualTo(4L * BLOCK + 5);
            assertThat(file.nextHole(0)).isZero();
            assertThat(file.nextHole(4L * BLOCK)).isEqualTo(5L * BLOCK);
            assertThat(file.nextData(16L * BLOCK)).isEqualTo(16L * BLOCK);
        }
    }

    @Test
    void givesBlocksBackToTheFileSystem() throws IOException {
        assumeTrue(NativeFile.available());
        byte[] content = Patterns.random(2, 8 * BLOCK);
        try (BlockFile file = create("a")) {
            file.writeFully(0, ByteBuffer.wrap(content));
            file.force();
            long before = file.allocatedBytes();
            assumeTrue(file.punch(2L * BLOCK, 4L * BLOCK), "this file system can't punch");

            assertThat(before).isGreaterThanOrEqualTo(8L * BLOCK);
            assertThat(file.allocatedBytes()).isEqualTo(before - 4L * BLOCK);
            assertThat(file.nextHole(0)).isEqualTo(2L * BLOCK);
            assertThat(file.nextData(2L * BLOCK)).isEqualTo(6L * BLOCK);
        }
        Arrays.fill(content, 2 * BLOCK, 6 * BLOCK, (byte) 0);
        assertThat(volume().readAll(folder.resolve("a"), 8 * BLOCK)).isEqualTo(content);
    }

    @Test
    void tellsWhetherNewFilesOfAFolderCanShareAndLeavesNoneThere() throws IOException {
        byte[] content = Patterns.random(3, 2 * BLOCK + 5);
        Path made = Files.createDirectory(folder.resolve("made"));
        try (BlockFile file = create("a")) {
            file.writeFully(0, ByteBuffer.wrap(content));
            boolean shares = volume().sharesBlocksOf(made, file);

            assertThat(volume().list(made)).isEmpty();
            assertThat(volume().sharesBlocksOf(folder.resolve("none"), file)).isFalse();
            if (shares) {
                try (BlockFile other = volume().open(made.resolve("b"), OpenMode.CREATE)) {
                    assertThat(other.share(0, file, 0, BLOCK)).isTrue();
                }
            }
        }
    }

    @Test
    void reservesBlocksWithoutTouchingTheSize() throws IOException {
        assumeTrue(NativeFile.available());
        try (BlockFile file = create("a")) {
            file.setSize(BLOCK);
            long before = file.allocatedBytes();
            assumeTrue(file.allocate(0, 8L * BLOCK), "this file system can't reserve");

            assertThat(file.allocatedBytes()).isGreaterThanOrEqualTo(before + 7L * BLOCK);
            assertThat(file.size()).isEqualTo(BLOCK);
        }
    }

    @Test
    void neverPunchesAnotherFileThatTookTheName() throws IOException {
        assumeTrue(NativeFile.available());
        byte[] other = Patterns.random(3, 4 * BLOCK);
        Path path = folder.resolve("a");
        Path usurper = Files.write(folder.resolve("b"), other);
        try (BlockFile file = create("a")) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.random(4, 4 * BLOCK)));
            Files.move(usurper, path, StandardCopyOption.REPLACE_EXISTING);

            assertThat(file.punch(0, 4L * BLOCK)).isFalse();
            assertThat(file.allocatedBytes()).isEqualTo(-1);
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(other);
    }

    @Test
    void doesWithoutTheTierWhenTheNameIsGone() throws IOException {
        assumeTrue(NativeFile.available());
        try (BlockFile file = create("a")) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.random(5, BLOCK)));
            volume().rename(folder.resolve("a"), folder.resolve("b"));

            assertThat(file.punch(0, BLOCK)).isFalse();
            assertThat(file.nextData(0)).isZero();
            assertThat(file.nextHole(0)).isEqualTo(BLOCK);
        }
    }

    @Test
    void keepsWorkingUnderANewNameOnceItWasUsed() throws IOException {
        assumeTrue(NativeFile.available());
        try (BlockFile file = create("a")) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.random(6, 4 * BLOCK)));
            assumeTrue(file.punch(0, BLOCK), "this file system can't punch");
            volume().rename(folder.resolve("a"), folder.resolve("b"));

            assertThat(file.punch(BLOCK, BLOCK)).isTrue();
        }
        assertThat(volume().readAll(folder.resolve("b"), 4 * BLOCK)).startsWith(new byte[2 * BLOCK]);
    }

    @Test
    void findsFilesWhoseNamesAreNotAscii() throws IOException {
        assumeTrue(NativeFile.available());
        try (BlockFile file = create("Sicherung-größe-磁盘")) {
            file.writeFully(0, ByteBuffer.wrap(Patterns.random(7, BLOCK)));
            file.force();

            assertThat(file.allocatedBytes()).isPositive();
        } catch (java.nio.file.InvalidPathException e) {
            assumeTrue(false, "file names are ASCII here");
        }
    }

    @Test
    void servesManyThreadsAndClosesUnderThem() throws IOException {
        assumeTrue(NativeFile.available());
        for (int round = 0; round < 20; round++) {
            BlockFile file = create("round" + round);
            file.setSize(4L * BLOCK);
            file.nextData(0);
            IntStream.range(0, 4).parallel().forEach(thread -> {
                try {
                    if (thread == 3) {
                        file.close();
                    }
                    for (int i = 0; i < 50; i++) {
                        assertThat(file.nextData(0)).isEqualTo(file.nextData(1));
                    }
                } catch (ClosedChannelException e) {
                    // The answer that a closed file gives.
                    return;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                assertThat(thread).as("a thread that saw the file closed").isNotEqualTo(3);
            });
        }
    }

    @Test
    void servesNothingOnceClosed() throws IOException {
        BlockFile used = create("a");
        used.nextData(0);
        used.close();
        BlockFile unused = create("b");
        unused.close();

        assertThatThrownBy(used::allocatedBytes).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(unused::allocatedBytes).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void leavesNoDescriptorBehind() throws IOException {
        assumeTrue(NativeFile.available());
        for (int i = 0; i < 3; i++) {
            try (BlockFile file = create("leak" + i)) {
                file.nextData(0);
                assertThat(descriptorsOf("leak" + i)).isEqualTo(2);
            }
            assertThat(descriptorsOf("leak" + i)).isZero();
        }
    }

    private static long descriptorsOf(String name) throws IOException {
        long count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    count += Files.readSymbolicLink(descriptor).endsWith(name) ? 1 : 0;
                } catch (java.nio.file.NoSuchFileException e) {
                    // The descriptor of this very listing.
                    continue;
                }
            }
        }
        return count;
    }

    private BlockFile create(String name) throws IOException {
        return volume().open(folder.resolve(name), OpenMode.CREATE);
    }
}
