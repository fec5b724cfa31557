package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHoldTest {
    @TempDir
    Path folder;

    private final Volume volume = Volume.system();
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        // A temporary folder may itself lie behind a link.
        folder = folder.toRealPath();
        file = Files.write(folder.resolve("disk.vmdk"), new byte[4096]);
    }

    private List<Path> otherNames() throws IOException {
        Path apart = Files.createDirectory(folder.resolve("apart"));
        Path within = Files.createSymbolicLink(folder.resolve("link"), folder).resolve("disk.vmdk");
        return List.of(
                file,
                folder.resolve("apart/../disk.vmdk"),
                Files.createSymbolicLink(folder.resolve("soft.vmdk"), file),
                Files.createLink(folder.resolve("hard.vmdk"), file),
                Files.createLink(apart.resolve("hard.vmdk"), file),
                within);
    }

    private void assertLocked(Path name) {
        assertThatThrownBy(() -> volume.hold(name, Hold.EXCLUSIVE).close())
                .as(name.toString())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("another vmdisk works on it");
    }

    @Test
    void belongsToTheFileWhateverItsName() throws IOException {
        List<Path> names = otherNames();
        for (Path held : names) {
            Closeable hold = volume.hold(held, Hold.EXCLUSIVE);
            try (hold) {
                names.forEach(this::assertLocked);
            }
        }
        volume.hold(file, Hold.EXCLUSIVE).close();
    }

    @Test
    void keepsOtherProcessesOutWhateverNameTheyUseAndWhateverIsOpenedAndClosedHere() throws IOException {
        Path[] names = otherNames().toArray(Path[]::new);
        BlockFile openedBefore = volume.open(file, OpenMode.READ);
        Closeable hold = volume.hold(file, Hold.EXCLUSIVE);
        try (hold) {
            openedBefore.close();
            for (OpenMode mode : List.of(OpenMode.READ, OpenMode.WRITE, OpenMode.READ)) {
                volume.open(file, mode).close();
            }
            volume.readAll(names[3], 4096);
            assertLocked(names[2]);

            assertThat(HolderProcess.tries(Hold.EXCLUSIVE, names)).containsOnly("locked");
            assertThat(HolderProcess.tries(Hold.SHARED, file)).containsOnly("locked");
        }
        assertThat(HolderProcess.tries(Hold.EXCLUSIVE, file)).containsOnly("holds");
    }

    @Test
    void isSharedByReadersOfAllProcessesAndKeepsWritersOut() throws IOException {
        Closeable one = volume.hold(file, Hold.SHARED);
        Closeable other = volume.hold(file, Hold.SHARED);
        one.close();

        assertThat(HolderProcess.tries(Hold.SHARED, file)).containsOnly("holds");
        assertThat(HolderProcess.tries(Hold.EXCLUSIVE, file)).containsOnly("locked");
        assertLocked(file);
        other.close();
        volume.hold(file, Hold.EXCLUSIVE).close();
    }

    @Test
    void endsWithItsProcessHoweverThatEnds() throws IOException, InterruptedException {
        try (HolderProcess other = HolderProcess.holding(file, Hold.EXCLUSIVE)) {
            assertLocked(file);
            other.kill();
            volume.hold(file, Hold.EXCLUSIVE).close();
        }
        assertThat(volume.list(folder)).containsExactly(file);
    }

    @Test
    void leavesTheFileAndItsFolderAsTheyAre() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Closeable hold = volume.hold(file, Hold.EXCLUSIVE);
        try (hold) {
            assertThat(volume.list(folder)).containsExactly(file);
        }
        assertThat(volume.list(folder)).containsExactly(file);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void hindersNobodyFromReadingAndWriting() throws IOException {
        Closeable hold = volume.hold(file, Hold.EXCLUSIVE);
        try (hold;
                BlockFile opened = volume.open(file, OpenMode.WRITE)) {
            opened.writeFully(0, ByteBuffer.wrap(new byte[] {7}));
            assertThat(Files.readAllBytes(file)[0]).isEqualTo((byte) 7);
        }
    }

    @Test
    void closedFilesServeNothingWhileTheirDescriptorWaitsForTheLock() throws IOException {
        Closeable hold = volume.hold(file, Hold.EXCLUSIVE);
        try (hold) {
            BlockFile closed = volume.open(file, OpenMode.WRITE);
            closed.close();
            try (BlockFile again = volume.open(file, OpenMode.WRITE)) {
                assertThat(again.size()).isEqualTo(4096);
                assertThatThrownBy(closed::size).isInstanceOf(java.nio.channels.ClosedChannelException.class);
                assertThatThrownBy(() -> closed.writeFully(0, ByteBuffer.allocate(1)))
                        .isInstanceOf(java.nio.channels.ClosedChannelException.class);
            }
        }
    }

    @Test
    void staysWithTheFileWhenAnotherTakesItsName() throws IOException {
        Closeable hold = volume.hold(file, Hold.EXCLUSIVE);
        try (hold) {
            volume.replace(file, new byte[3]);
            volume.hold(file, Hold.EXCLUSIVE).close();
        }
    }

    @Test
    void letsOneOfManyThreadsIn() throws Exception {
        List<Path> names = otherNames();
        ExecutorService threads = Executors.newFixedThreadPool(names.size());
        try {
            for (int round = 0; round < 200; round++) {
                CountDownLatch start = new CountDownLatch(1);
                CountDownLatch all = new CountDownLatch(names.size());
                List<Future<Boolean>> results = new ArrayList<>();
                for (Path name : names) {
                    results.add(threads.submit(() -> {
                        start.await();
                        try (Closeable hold = volume.hold(name, Hold.EXCLUSIVE)) {
                            all.countDown();
                            all.await();
                            return hold != null;
                        } catch (UnsafeStateException e) {
                            all.countDown();
                            return false;
                        }
                    }));
                }
                start.countDown();
                int in = 0;
                for (Future<Boolean> result : results) {
                    in += result.get() ? 1 : 0;
                }
                assertThat(in).isEqualTo(1);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void neitherTakesNorFreesALockOfOtherCodeInThisProcess() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertLocked(file);
            assertLocked(file);
            assertThat(HolderProcess.tries(Hold.EXCLUSIVE, file)).containsOnly("locked");
        }
        volume.hold(file, Hold.EXCLUSIVE).close();
        assertThat(HolderProcess.tries(Hold.EXCLUSIVE, file)).containsOnly("holds");
    }

    @Test
    void aLockFileIsOneWhateverItsNameToo() throws IOException {
        Path lockFile = folder.resolve(".vmdisk-lock");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        Closeable lock = volume.lock(lockFile);
        try (lock) {
            assertThatThrownBy(() -> volume.lock(link.resolve(".vmdisk-lock")).close())
                    .isInstanceOf(UnsafeStateException.class);
            assertThat(HolderProcess.tries(Hold.SHARED, lockFile)).containsOnly("locked");
        }
    }

    @Test
    void aLockFileThatIsASecondNameOfSomebodysFileIsRefusedAndNotEmptied() throws IOException {
        Path thesis = Files.write(folder.resolve("thesis.txt"), new byte[] {1, 2, 3});
        Path lockFile = Files.createLink(folder.resolve(".vmdisk-lock"), thesis);

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> volume.lock(lockFile).close())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("a second name of another file");
            assertThatThrownBy(() -> FolderLock.take(volume, folder).close())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("move it away");
        }

        assertThat(thesis).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(lockFile).exists();
        Files.delete(lockFile);
        FolderLock.take(volume, folder).close();
        assertThat(volume.list(folder)).containsExactlyInAnyOrder(file, thesis);
    }

    @Test
    void ofSeveralFilesTakesAllOrNoneAndEachOnce() throws IOException {
        Path second = Files.write(folder.resolve("second.vmdk"), new byte[1]);
        Path hard = Files.createLink(folder.resolve("hard.vmdk"), file);
        FileLocks wanted = new FileLocks(volume)
                .read(file)
                .changed(hard)
                .read(second)
                .read(folder.resolve("missing"))
                .changed(folder);
        Closeable held = wanted.take();
        try (held) {
            assertLocked(file);
            volume.hold(second, Hold.SHARED).close();
            assertThatThrownBy(() -> new FileLocks(volume)
                            .changed(second)
                            .read(hard)
                            .take()
                            .close())
                    .isInstanceOf(UnsafeStateException.class);
        }
        Closeable reading = volume.hold(second, Hold.SHARED);
        try (reading) {
            assertThatThrownBy(() -> new FileLocks(volume)
                            .changed(file)
                            .changed(second)
                            .take()
                            .close())
                    .isInstanceOf(UnsafeStateException.class);
            volume.hold(file, Hold.EXCLUSIVE).close();
        }
    }
}
