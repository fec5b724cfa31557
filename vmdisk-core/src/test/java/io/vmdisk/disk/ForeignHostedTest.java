package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosted sparse files as other writers, or accidents, leave them: read well, and never made worse by writing. */
class ForeignHostedTest {
    private static final int SECTOR = 512;
    private static final int GRAIN = 8192;
    private static final int CAPACITY = 3 * 512 * GRAIN;
    private static final Path DISK = TestDisks.DISK;

    private final MemoryVolume volume = new MemoryVolume();
    private final byte[] model = new byte[CAPACITY];

    @TempDir
    Path folder;

    @BeforeEach
    void create() throws IOException {
        TestDisks.create(volume, DISK, TestDisks.small(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        write(GRAIN, Patterns.random(1, 3 * GRAIN));
    }

    private void write(int at, byte[] bytes) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(DISK, OpenOptions.writable().withVolume(volume))) {
            disk.write(at, ByteBuffer.wrap(bytes));
        }
        System.arraycopy(bytes, 0, model, at, bytes.length);
    }

    @FunctionalInterface
    private interface Edit {
        void on(ByteBuffer file);
    }

    private void edit(Edit edit) throws IOException {
        byte[] bytes = volume.bytes(DISK);
        edit.on(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        volume.put(DISK, bytes);
    }

    private static int directory(ByteBuffer file) {
        return (int) file.getLong(56) * SECTOR;
    }

    private static int redundantDirectory(ByteBuffer file) {
        return (int) file.getLong(48) * SECTOR;
    }

    private static int entryAt(ByteBuffer file, int directory, int grain) {
        return file.getInt(directory + grain / 512 * 4) * SECTOR + grain % 512 * 4;
    }

    private void assertHolds() throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(DISK, OpenOptions.readOnly().withVolume(volume))) {
            assertThat(DiskContent.of(disk)).isEqualTo(model);
            DiskContent.assertRunsAgree(disk);
        }
    }

    private void assertQemuAgrees() throws IOException {
        Qemu.assumePresent();
        Path copy = Files.write(folder.resolve("disk.vmdk"), volume.bytes(DISK));
        Path raw = folder.resolve("expected");
        Qemu.toRaw("vmdk", copy, raw);
        assertThat(Files.readAllBytes(raw)).isEqualTo(model);
        assertThat(Qemu.tryImg("check", "-f", "vmdk", copy).exitCode()).isZero();
    }

    @Test
    void readsAnEntryOfOneAsZerosWithoutTheFlagToo() throws IOException {
        edit(file -> {
            file.putInt(entryAt(file, directory(file), 2), 1);
            file.putInt(entryAt(file, redundantDirectory(file), 2), 1);
        });
        Arrays.fill(model, 2 * GRAIN, 3 * GRAIN, (byte) 0);

        assertHolds();
        write(2 * GRAIN + 100, Patterns.random(2, 50));
        assertHolds();
        assertQemuAgrees();
    }

    @Test
    void survivesWritingWhereADirectoryEntryIsEmpty() throws IOException {
        edit(file -> {
            for (int directory : new int[] {directory(file), redundantDirectory(file)}) {
                file.putInt(directory + 4, 0);
                file.putInt(directory + 8, 0);
            }
        });
        assertHolds();

        write(512 * GRAIN - 1000, Patterns.random(3, 2000));
        assertHolds();
        write(2 * 512 * GRAIN + 5 * GRAIN, Patterns.random(4, 2 * GRAIN));
        assertHolds();
        assertQemuAgrees();
    }

    @Test
    void survivesADirectoryEntryThatIsEmptyInOneCopyOnly() throws IOException {
        edit(file -> file.putInt(redundantDirectory(file) + 4, 0));
        write(600 * GRAIN, Patterns.random(5, GRAIN));
        assertHolds();

        edit(file -> file.putInt(directory(file) + 8, 0));
        write(1100 * GRAIN, Patterns.random(6, GRAIN));
        assertHolds();
    }

    @Test
    void readsAndExtendsAFileWhoseLastGrainWasTrimmed() throws IOException {
        byte[] bytes = volume.bytes(DISK);
        volume.put(DISK, Arrays.copyOf(bytes, bytes.length - 1000));
        Arrays.fill(model, 4 * GRAIN - 1000, 4 * GRAIN, (byte) 0);

        assertHolds();
        write(20 * GRAIN, Patterns.random(7, 2 * GRAIN));
        assertHolds();
        write(3 * GRAIN, Patterns.random(8, GRAIN));
        assertHolds();
        assertQemuAgrees();
    }

    @Test
    void doesNotGiveAwayThePlaceOfATrimmedGrainThatIsNotAligned() throws IOException {
        // Grains begin a sector off: the trimmed one reaches past the next aligned place.
        edit(file -> {
            file.putLong(64, file.getLong(64) + 1);
            for (int grain = 1; grain < 4; grain++) {
                for (int directory : new int[] {directory(file), redundantDirectory(file)}) {
                    int at = entryAt(file, directory, grain);
                    file.putInt(at, file.getInt(at) + 1);
                }
            }
        });
        byte[] bytes = volume.bytes(DISK);
        byte[] shifted = new byte[bytes.length - 3 * SECTOR];
        int data = bytes.length - 3 * GRAIN;
        System.arraycopy(bytes, 0, shifted, 0, data);
        System.arraycopy(bytes, data, shifted, data + SECTOR, shifted.length - data - SECTOR);
        volume.put(DISK, shifted);
        Arrays.fill(model, 4 * GRAIN - 4 * SECTOR, 4 * GRAIN, (byte) 0);
        assertHolds();

        write(20 * GRAIN, Patterns.random(7, 2 * GRAIN));
        assertHolds();
        write(3 * GRAIN, Patterns.random(8, GRAIN));
        assertHolds();
    }

    @Test
    void refusesToWriteOverTablesOrBehindTheEnd() throws IOException {
        MemoryVolume sound = volume.copy();
        for (long sector : new long[] {2, 22, 1 << 20, 0xffff_ffffL}) {
            volume.put(DISK, sound.bytes(DISK));
            edit(file -> file.putInt(entryAt(file, directory(file), 2), (int) sector));
            byte[] before = volume.bytes(DISK);
            try (VirtualDisk disk =
                    VirtualDisk.open(DISK, OpenOptions.writable().withVolume(volume))) {
                for (int grain : new int[] {2, 0, 30}) {
                    assertThatThrownBy(() -> disk.write(grain * GRAIN, ByteBuffer.wrap(new byte[] {1})))
                            .as("sector %d, grain %d", sector, grain)
                            .isInstanceOf(MalformedFileException.class);
                }
            }
            assertThat(volume.bytes(DISK)).as("sector %d", sector).isEqualTo(before);
        }
    }

    @Test
    void refusesToWriteWhereTheRedundantDirectoryLeadsElsewhere() throws IOException {
        MemoryVolume sound = volume.copy();
        for (int sector : new int[] {2, 20, -1, 1 << 24}) {
            volume.put(DISK, sound.bytes(DISK));
            edit(file -> file.putInt(redundantDirectory(file) + 4, sector));

            assertThatThrownBy(
                            () -> VirtualDisk.open(DISK, OpenOptions.writable().withVolume(volume)))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("redundant");
            assertHolds();
        }
    }

    @Test
    void staysMarkedUncleanWhenTheLastFlushFails() throws IOException {
        boolean sawUnclean = false;
        for (int n = 1; ; n++) {
            MemoryVolume files = volume.copy();
            FaultVolume faulty = FaultVolume.failFrom(files, n);
            boolean failed = false;
            try (VirtualDisk disk =
                    VirtualDisk.open(DISK, OpenOptions.writable().withVolume(faulty))) {
                disk.write(50 * GRAIN, ByteBuffer.wrap(Patterns.random(9, 100)));
                disk.flush();
            } catch (IOException e) {
                failed = true;
            }
            assertThat(files.openFiles()).isEmpty();
            boolean clean = files.bytes(DISK)[72] == 0;
            if (!failed) {
                assertThat(clean).isTrue();
                break;
            }
            sawUnclean |= !clean;
            requireOldOrNew(files);
        }
        assertThat(sawUnclean).isTrue();
    }

    private void requireOldOrNew(Volume files) throws IOException {
        byte[] found;
        try (VirtualDisk disk = VirtualDisk.open(DISK, OpenOptions.readOnly().withVolume(files))) {
            found = DiskContent.of(disk);
        }
        byte[] changed = model.clone();
        System.arraycopy(Patterns.random(9, 100), 0, changed, 50 * GRAIN, 100);
        assertThat(found).isIn(model, changed);
    }
}
