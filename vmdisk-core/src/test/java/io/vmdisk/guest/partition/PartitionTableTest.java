package io.vmdisk.guest.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestImage;
import io.vmdisk.guest.scan.GuestPartition;
import io.vmdisk.guest.scan.GuestScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTableTest {
    private static final long BYTES = 64 << 20;
    private static final int SECTOR = 512;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("sfdisk", "sgdisk", "mke2fs", "mkfs.fat");
    }

    @Test
    void readsPrimaryAndLogicalPartitions() throws Exception {
        try (GuestImage disk = mbr("2048,8192,83\n10240,8192,7\n20480,65536,5\n22528,4096,83\n28672,4096,8e\n")) {
            PartitionTable table = PartitionTable.read(disk);
            assertThat(table.kind()).isEqualTo(PartitionTable.Kind.MBR);
            assertThat(table.partitions())
                    .containsExactly(
                            partition(1, 2048, 8192, "83", "Linux"),
                            partition(2, 10240, 8192, "07", "NTFS or exFAT"),
                            partition(5, 22528, 4096, "83", "Linux"),
                            partition(6, 28672, 4096, "8e", "Linux LVM"));
        }
    }

    @Test
    void readsGuidPartitionTable() throws Exception {
        try (GuestImage disk = gpt("-n", "1:2048:10239", "-t", "1:ef00", "-c", "1:boot", "-n", "4:20480:40959")) {
            PartitionTable table = PartitionTable.read(disk);
            assertThat(table.kind()).isEqualTo(PartitionTable.Kind.GPT);
            assertThat(table.partitions())
                    .containsExactly(
                            new Partition(
                                    1,
                                    new ByteRange(2048 * SECTOR, 8192 * SECTOR),
                                    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
                                    "EFI system",
                                    "boot"),
                            new Partition(
                                    4,
                                    new ByteRange(20480 * SECTOR, 20480 * SECTOR),
                                    "0fc63daf-8483-4772-8e79-3d69d8477de4",
                                    "Linux",
                                    ""));
        }
    }

    @Test
    void takesTheBackupWhereThePrimaryTableIsDamagedAndNeitherWhereBothAre() throws Exception {
        try (GuestImage disk = gpt("-n", "1:2048:10239")) {
            disk.flip(SECTOR + 60, 1);
            assertThat(PartitionTable.read(disk).partitions()).hasSize(1);
            disk.flip(BYTES - SECTOR + 60, 1);
            assertThatThrownBy(() -> PartitionTable.read(disk)).isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void refusesCopiesThatDifferAndTablesOfTwoKinds() throws Exception {
        byte[] stale;
        try (GuestImage disk = gpt("-n", "1:2048:10239", "-n", "2:20480:40959")) {
            stale = disk.read(BYTES - 33 * SECTOR, 33 * SECTOR);
        }
        try (GuestImage disk = gpt("-n", "1:2048:12287")) {
            disk.write(BYTES - 33 * SECTOR, stale);
            assertThatThrownBy(() -> PartitionTable.read(disk))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("differ");
        }
        try (GuestImage disk = gpt("-n", "1:2048:10239")) {
            disk.write(446 + 4, new byte[] {(byte) 0x83});
            assertThatThrownBy(() -> PartitionTable.read(disk)).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void refusesOverlapsAndPartitionsBehindTheEnd() throws Exception {
        try (GuestImage disk = mbr("2048,8192,83\n10240,8192,83\n")) {
            entry(disk, 0, 1, 0x83, 4096, 8192);
            assertThatThrownBy(() -> PartitionTable.read(disk))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("overlaps");
            entry(disk, 0, 1, 0x83, 0xFFFFFF00L, 0xFFFFFF00L);
            assertThatThrownBy(() -> PartitionTable.read(disk)).isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void refusesChainOfLogicalPartitionsThatLoops() throws Exception {
        try (GuestImage disk = mbr("2048,65536,5\n4096,4096,83\n12288,4096,83\n")) {
            assertThat(PartitionTable.read(disk).partitions()).hasSize(2);
            entry(disk, 2048L * SECTOR, 1, 5, 0, 100);
            entry(disk, 2048L * SECTOR, 1, 5, 1, 100);
            assertThatThrownBy(() -> PartitionTable.read(disk)).isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void findsNoTableOnEmptyTinyAndSuperfloppyDisks() throws Exception {
        try (GuestImage disk = GuestImage.create(folder.resolve("disk.img"), BYTES)) {
            assertThat(GuestScan.scan(disk).get(0).content())
                    .isEqualTo(new GuestFileSystem.NotHandled("nothing known"));
        }
        try (GuestImage disk = GuestImage.create(folder.resolve("disk.img"), 600)) {
            assertThat(PartitionTable.read(disk).kind()).isEqualTo(PartitionTable.Kind.NONE);
        }
        try (GuestImage disk = GuestImage.create(folder.resolve("disk.img"), BYTES)) {
            GuestImage.run("mkfs.fat", "--mbr=yes", disk.path());
            assertThat(PartitionTable.read(disk).kind()).isEqualTo(PartitionTable.Kind.NONE);
        }
    }

    @Test
    void looksIntoEveryPartitionAndReportsBytesOfTheDisk() throws Exception {
        try (GuestImage disk = gpt("-n", "1:2048:34815", "-n", "2:34816:67583", "-n", "3:67584:100351")) {
            GuestImage.run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "offset=" + 2048 * SECTOR, disk.path(), "16M");
            disk.write(34816 * SECTOR, new byte[] {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE});
            List<GuestPartition> found = GuestScan.scan(disk);
            GuestFileSystem.Handled first =
                    (GuestFileSystem.Handled) found.get(0).content();
            for (long[] stretch : GuestImage.free(first)) {
                assertThat(found.get(0).partition().range().contains(new ByteRange(stretch[0], stretch[1])))
                        .isTrue();
            }
            assertThat(found.get(1).content()).isEqualTo(new GuestFileSystem.NotHandled("LUKS"));
            assertThat(found.get(2).content()).isEqualTo(new GuestFileSystem.NotHandled("nothing known"));
        }
    }

    @Test
    void refusesPartitionWithTwoSignaturesAndDiskThatIsAFileSystemToo() throws Exception {
        try (GuestImage disk = mbr("2048,32768,83\n")) {
            GuestImage.run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "offset=" + 2048 * SECTOR, disk.path(), "16M");
            disk.write(2048 * SECTOR + 0x10040, "_BHRfS_M".getBytes(StandardCharsets.US_ASCII));
            assertThat(disk.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("btrfs");
            disk.write(512 + 24, "LVM2 001".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> GuestScan.scan(disk))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("LVM2");
        }
    }

    @Test
    void believesTheTypeOfContainersWhateverTheyHold() throws Exception {
        try (GuestImage disk = mbr("2048,32768,42\n")) {
            GuestImage.run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "offset=" + 2048 * SECTOR, disk.path(), "16M");
            assertThat(disk.content()).isEqualTo(new GuestFileSystem.NotHandled("Windows dynamic disk"));
        }
    }

    private GuestImage mbr(String script) throws IOException, InterruptedException {
        GuestImage disk = GuestImage.create(folder.resolve("disk.img"), BYTES);
        GuestImage.runWith("label: dos\n" + script, "sfdisk", "-q", disk.path());
        return disk;
    }

    private GuestImage gpt(String... partitions) throws IOException, InterruptedException {
        GuestImage disk = GuestImage.create(folder.resolve("disk.img"), BYTES);
        String[] command = new String[partitions.length + 2];
        command[0] = "sgdisk";
        System.arraycopy(partitions, 0, command, 1, partitions.length);
        command[partitions.length + 1] = disk.path();
        GuestImage.run(command);
        return disk;
    }

    private static void entry(GuestImage disk, long tableAt, int slot, int type, long start, long count)
            throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(4, (byte) type).putInt(8, (int) start).putInt(12, (int) count);
        disk.write(tableAt + 446 + slot * 16L, entry.array());
    }

    private static Partition partition(int number, long start, long sectors, String type, String name) {
        return new Partition(number, new ByteRange(start * SECTOR, sectors * SECTOR), type, name, "");
    }
}
