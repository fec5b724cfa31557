package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Volume} keeps, whatever file system is behind it. Subclasses say which. */
public abstract class VolumeContract {
    /** The volume under test. */
    protected abstract Volume volume();

    /** An empty folder in it. */
    protected abstract Path folder();

    private Path path(String name) {
        return folder().resolve(name);
    }

    private Path file(String name, byte[] content) throws IOException {
        Path path = path(name);
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(content));
        }
        return path;
    }

    private byte[] content(Path path) throws IOException {
        return volume().readAll(path, 1 << 24);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        byte[] content = Patterns.mixed(1, 100_000);
        Path path = file("a", content);

        assertThat(content(path)).isEqualTo(content);
        assertThat(volume().exists(path)).isTrue();
        assertThat(volume().facts(path).size()).isEqualTo(100_000);
        assertThat(volume().facts(path).kind()).isEqualTo(FileFacts.Kind.FILE);
    }

    @Test
    void movesOnlyTheBuffersPosition() throws IOException {
        byte[] content = Patterns.random(2, 1000);
        Path path = file("a", content);
        try (BlockFile file = volume().open(path, OpenMode.READ)) {
            ByteBuffer into = ByteBuffer.allocate(300).position(100).limit(200);

            assertThat(file.read(500, into)).isEqualTo(100);
            assertThat(into.position()).isEqualTo(200);
            assertThat(into.limit()).isEqualTo(200);
            assertThat(Arrays.copyOfRange(into.array(), 100, 200)).isEqualTo(Arrays.copyOfRange(content, 500, 600));
        }
    }

    @Test
    void writesFromTheBuffersPositionToItsLimit() throws IOException {
        Path path = path("a");
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            ByteBuffer from =
                    ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}).position(2).limit(5);
            file.writeFully(1, from);

            assertThat(from.hasRemaining()).isFalse();
        }
        assertThat(content(path)).containsExactly(0, 3, 4, 5);
    }

    @Test
    void takesReadOnlyAndDirectBuffers() throws IOException {
        Path path = path("a");
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {7, 8}).asReadOnlyBuffer());
            ByteBuffer into = ByteBuffer.allocateDirect(2);
            file.readFully(0, into);

            assertThat(into.get(0)).isEqualTo((byte) 7);
            assertThat(into.get(1)).isEqualTo((byte) 8);
        }
    }

    @Test
    void readsLessAtTheEndAndNothingBehindIt() throws IOException {
        Path path = file("a", new byte[10]);
        try (BlockFile file = volume().open(path, OpenMode.READ)) {
            assertThat(file.read(6, ByteBuffer.allocate(10))).isEqualTo(4);
            assertThat(file.read(10, ByteBuffer.allocate(10))).isZero();
            assertThat(file.read(1000, ByteBuffer.allocate(10))).isZero();
            assertThat(file.read(0, ByteBuffer.allocate(0))).isZero();
        }
    }

    @Test
    void refusesToFillABufferFromAFileThatEndsEarlier() throws IOException {
        Path path = file("a", new byte[10]);
        try (BlockFile file = volume().open(path, OpenMode.READ)) {
            assertThatThrownBy(() -> file.readFully(6, ByteBuffer.allocate(5)))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("10 bytes");
        }
    }

    @Test
    void growsWithZerosWhenWrittenBehindTheEnd() throws IOException {
        Path path = file("a", new byte[] {1});
        try (BlockFile file = volume().open(path, OpenMode.WRITE)) {
            file.writeFully(10_000, ByteBuffer.wrap(new byte[] {2}));

            assertThat(file.size()).isEqualTo(10_001);
        }
        byte[] expected = new byte[10_001];
        expected[0] = 1;
        expected[10_000] = 2;
        assertThat(content(path)).isEqualTo(expected);
    }

    @Test
    void readsZerosWhereAFileWasCutAndGrownAgain() throws IOException {
        Path path = file("a", Patterns.filled(9, 10_000));
        try (BlockFile file = volume().open(path, OpenMode.WRITE)) {
            file.setSize(100);
            file.setSize(20_000);

            assertThat(file.size()).isEqualTo(20_000);
        }
        assertThat(content(path)).isEqualTo(Arrays.copyOf(Patterns.filled(9, 100), 20_000));
    }

    @Test
    void keepsItsSizeWhenSetToTheSame() throws IOException {
        byte[] content = Patterns.random(3, 500);
        Path path = file("a", content);
        try (BlockFile file = volume().open(path, OpenMode.WRITE)) {
            file.setSize(500);
        }
        assertThat(content(path)).isEqualTo(content);
    }

    @Test
    void showsOneHandlesWritesToAnother() throws IOException {
        Path path = file("a", new byte[10]);
        try (BlockFile writer = volume().open(path, OpenMode.WRITE);
                BlockFile reader = volume().open(path, OpenMode.READ)) {
            writer.writeFully(3, ByteBuffer.wrap(new byte[] {5}));
            ByteBuffer into = ByteBuffer.allocate(1);
            reader.readFully(3, into);

            assertThat(into.get(0)).isEqualTo((byte) 5);
        }
    }

    @Test
    void refusesWritesThroughAReadingHandle() throws IOException {
        byte[] content = {1, 2, 3};
        Path path = file("a", content);
        try (BlockFile file = volume().open(path, OpenMode.READ)) {
            assertThatThrownBy(() -> file.writeFully(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> file.setSize(1)).isInstanceOf(NonWritableChannelException.class);
            assertThat(file.punch(0, 3)).isFalse();
            assertThat(file.allocate(0, 3)).isFalse();
        }
        assertThat(content(path)).isEqualTo(content);
    }

    @Test
    void closesTwiceAndServesNothingAfterwards() throws IOException {
        BlockFile file = volume().open(file("a", new byte[10]), OpenMode.WRITE);
        file.close();
        file.close();

        assertThatThrownBy(file::size).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> file.writeFully(0, ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void findsAllDataBetweenTheHolesItReports() throws IOException {
        int island = 64 * 1024;
        Path path = path("a");
        byte[] content = new byte[16 * island];
        Arrays.fill(content, 5 * island, 6 * island, (byte) 1);
        Arrays.fill(content, 11 * island, 12 * island, (byte) 2);
        try (BlockFile file = volume().open(path, OpenMode.CREATE)) {
            file.writeFully(5L * island, ByteBuffer.wrap(content, 5 * island, island));
            file.writeFully(11L * island, ByteBuffer.wrap(content, 11 * island, island));
            file.setSize(content.length);
            byte[] seen = new byte[content.length];
            long at = file.nextData(0);
            while (at < file.size()) {
                long end = file.nextHole(at);
                assertThat(end).as("hole behind data at %d", at).isGreaterThan(at);
                file.readFully(at, ByteBuffer.wrap(seen, (int) at, (int) (end - at)));
                at = end == file.size() ? end : file.nextData(end);
            }

            assertThat(seen).isEqualTo(content);
            assertThat(file.nextData(content.length)).isEqualTo(content.length);
            assertThat(file.nextHole(content.length)).isEqualTo(content.length);
        }
    }

    @Test
    void zeroesExactlyTheRangeItPunchesOrNothing() throws IOException {
        byte[] content = Patterns.random(4, 200_000);
        Path path = file("a", content);
        try (BlockFile file = volume().open(path, OpenMode.WRITE)) {
            boolean punched = file.punch(5_000, 100_001);

            if (punched) {
                Arrays.fill(content, 5_000, 105_001, (byte) 0);
            }
            assertThat(file.size()).isEqualTo(200_000);
        }
        assertThat(content(path)).isEqualTo(content);
    }

    @Test
    void leavesContentAndSizeAloneWhenItReserves() throws IOException {
        byte[] content = Patterns.random(5, 10_000);
        Path path = file("a", content);
        try (BlockFile file = volume().open(path, OpenMode.WRITE)) {
            file.allocate(5_000, 1 << 20);

            assertThat(file.size()).isEqualTo(10_000);
        }
        assertThat(content(path)).isEqualTo(content);
    }

    @Test
    void refusesToOpenWhatIsNotThere() {
        assertThatThrownBy(() -> volume().open(path("none"), OpenMode.READ).close())
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> volume().open(path("none"), OpenMode.WRITE).close())
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> volume().facts(path("none"))).isInstanceOf(NoSuchFileException.class);
        assertThat(volume().exists(path("none"))).isFalse();
    }

    @Test
    void refusesToCreateOverAnExistingFile() throws IOException {
        Path path = file("a", new byte[] {1});

        assertThatThrownBy(() -> volume().open(path, OpenMode.CREATE).close())
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(content(path)).containsExactly(1);
    }

    @Test
    void refusesToOpenAFolder() throws IOException {
        volume().createFolder(path("sub"));

        assertThatThrownBy(() -> volume().open(path("sub"), OpenMode.READ).close())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("folder");
    }

    @Test
    void refusesToCreateInAMissingFolder() {
        assertThatThrownBy(() -> volume().open(path("none").resolve("a"), OpenMode.CREATE)
                        .close())
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void listsNamesInOrder() throws IOException {
        file("b", new byte[1]);
        file("a", new byte[1]);
        volume().createFolder(path("c").resolve("deep"));

        assertThat(volume().list(folder())).containsExactly(path("a"), path("b"), path("c"));
        assertThat(volume().list(path("c"))).containsExactly(path("c").resolve("deep"));
        assertThat(volume().facts(path("c")).kind()).isEqualTo(FileFacts.Kind.FOLDER);
        volume().createFolder(path("c"));
    }

    @Test
    void renamesOverAnExistingFile() throws IOException {
        Path from = file("from", new byte[] {1});
        Path to = file("to", new byte[] {2, 2});

        volume().rename(from, to);

        assertThat(content(to)).containsExactly(1);
        assertThat(volume().exists(from)).isFalse();
        assertThatThrownBy(() -> volume().rename(from, to)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void deletesFilesAndEmptyFoldersOnly() throws IOException {
        volume().createFolder(path("sub"));
        Path file = path("sub").resolve("a");
        try (BlockFile created = volume().open(file, OpenMode.CREATE)) {
            created.force();
        }

        assertThatThrownBy(() -> volume().delete(path("sub"))).isInstanceOf(DirectoryNotEmptyException.class);
        volume().delete(file);
        volume().delete(path("sub"));
        assertThat(volume().exists(path("sub"))).isFalse();
        assertThatThrownBy(() -> volume().delete(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void forcesFilesAndNames() throws IOException {
        try (BlockFile file = volume().open(path("a"), OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {1}));
            file.force();
        }
        volume().forceNames(folder());

        assertThat(content(path("a"))).containsExactly(1);
        assertThatThrownBy(() -> volume().forceNames(path("none"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> volume().forceNames(path("a"))).isInstanceOf(IOException.class);
    }

    @Test
    void tellsTwoFilesApart() throws IOException {
        Path a = file("a", new byte[1]);
        Path b = file("b", new byte[1]);

        assertThat(volume().facts(a).key())
                .isEqualTo(volume().facts(a).key())
                .isNotEqualTo(volume().facts(b).key());
    }

    @Test
    void knowsRoomAndNameOfTheStore() throws IOException {
        assertThat(volume().freeBytes(folder())).isPositive();
        assertThat(volume().storeName(folder())).isNotBlank();
    }

    @Test
    void readsSmallFilesWholeAndRefusesLargerOnes() throws IOException {
        Path path = file("a", new byte[100]);

        assertThat(volume().readAll(path, 100)).hasSize(100);
        assertThatThrownBy(() -> volume().readAll(path, 99))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("100 bytes");
    }

    @Test
    void replacesContentAndLeavesNothingBeside() throws IOException {
        Path path = file("a", new byte[] {1, 2, 3});
        file("a" + AtomicName.SUFFIX, new byte[] {9});

        volume().replace(path, new byte[] {4});

        assertThat(content(path)).containsExactly(4);
        assertThat(volume().list(folder())).containsExactly(path);
    }

    @Test
    void givesALockToOneHolderOnly() throws IOException {
        Path lockFile = path("lock");
        try (Closeable lock = volume().lock(lockFile)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> volume().lock(lockFile).close())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk");
            assertThatThrownBy(() -> volume().lock(lockFile).close()).isInstanceOf(UnsafeStateException.class);
            volume().lock(path("other")).close();
        }
        volume().lock(lockFile).close();
        assertThat(volume().exists(lockFile)).isTrue();
    }

    @Test
    void freesALockOnlyOnceHoweverOftenItIsClosed() throws IOException {
        Closeable first = volume().lock(path("lock"));
        first.close();
        try (Closeable second = volume().lock(path("lock"))) {
            first.close();

            assertThat(second).isNotNull();
            assertThatThrownBy(() -> volume().lock(path("lock")).close()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void refusesALockInAMissingFolder() {
        Path lockFile = path("none").resolve("lock");

        assertThatThrownBy(() -> volume().lock(lockFile).close()).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> volume().lock(lockFile).close()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void changesOnlyWhatLiesInTheFoldersThatAreNamed() throws IOException {
        Path inner = path("inner");
        volume().createFolder(inner);
        Path outside = file("outside", new byte[] {1});
        Volume confined = volume().within(List.of(inner));

        try (BlockFile file = confined.open(inner.resolve("a"), OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(new byte[] {7}));
        }
        confined.createFolder(inner.resolve("deep"));
        confined.rename(inner.resolve("a"), inner.resolve("deep").resolve("b"));
        assertThat(content(inner.resolve("deep").resolve("b"))).containsExactly(7);
        assertThat(confined.readAll(outside, 10)).containsExactly(1);

        Path around = inner.resolve("..").resolve("outside");
        for (Path path : List.of(outside, around)) {
            assertThatThrownBy(() -> confined.open(path, OpenMode.WRITE)).isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> confined.delete(path)).isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> confined.rename(inner.resolve("deep").resolve("b"), path))
                    .isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> confined.rename(path, inner.resolve("c")))
                    .isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> confined.lock(path)).isInstanceOf(UnsafeStateException.class);
            assertThatThrownBy(() -> confined.createFolder(path.resolve("x"))).isInstanceOf(UnsafeStateException.class);
        }
        assertThat(content(outside)).containsExactly(1);
        confined.delete(inner.resolve("deep").resolve("b"));
        confined.delete(inner.resolve("deep"));
        assertThat(volume().list(inner)).isEmpty();
    }

    @Test
    void makesANewFolderOnce() throws IOException {
        Path inner = path("inner");
        volume().makeFolder(inner);

        assertThat(volume().entry(inner))
                .get()
                .satisfies(entry -> assertThat(entry.kind()).isEqualTo(Entry.Kind.FOLDER));
        assertThatThrownBy(() -> volume().makeFolder(inner)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(volume().entry(path("none"))).isEmpty();
    }

    @Test
    void holdsAFileForOneWhoChangesItOrManyWhoRead() throws IOException {
        Path path = file("a", new byte[] {1, 2});
        Closeable writer = volume().hold(path, Hold.EXCLUSIVE);
        assertThatThrownBy(() -> volume().hold(path, Hold.SHARED).close())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("another vmdisk");
        writer.close();
        writer.close();
        Closeable one = volume().hold(path, Hold.SHARED);
        Closeable other = volume().hold(path, Hold.SHARED);
        one.close();
        one.close();
        assertThatThrownBy(() -> volume().hold(path, Hold.EXCLUSIVE).close()).isInstanceOf(UnsafeStateException.class);
        other.close();
        volume().hold(path, Hold.EXCLUSIVE).close();

        assertThat(content(path)).containsExactly(1, 2);
        assertThat(volume().list(folder())).containsExactly(path);
    }

    @Test
    void holdsTheFileAndNotItsName() throws IOException {
        Path path = file("a", new byte[] {1});
        Closeable held = volume().hold(path, Hold.EXCLUSIVE);
        try (held) {
            volume().rename(path, path("b"));
            assertThatThrownBy(() -> volume().hold(path("b"), Hold.SHARED).close())
                    .isInstanceOf(UnsafeStateException.class);
            volume().hold(file("a", new byte[] {2}), Hold.EXCLUSIVE).close();
        }
        volume().hold(path("b"), Hold.EXCLUSIVE).close();
    }

    @Test
    void holdsNothingThatIsNotThere() {
        assertThatThrownBy(() -> volume().hold(path("none"), Hold.SHARED).close())
                .isInstanceOf(NoSuchFileException.class);
    }
}
