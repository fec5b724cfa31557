package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.block;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.framed;
import static io.vmdisk.snapshot.vmsn.CheckpointBytes.u32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.snapshot.vmsn.CheckpointSummary.MemoryLocation;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestMemoryTest {
    private static final int PAGE = 4096;
    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private final Volume volume = Volume.system();

    private static byte[][] region(int index, int firstPage, int imagePage, int pages) {
        return new byte[][] {
            u32("regionPPN", firstPage, index), u32("regionPageNum", imagePage, index), u32("regionSize", pages, index)
        };
    }

    private static byte[][] join(byte[][]... parts) {
        return java.util.Arrays.stream(parts).flatMap(java.util.Arrays::stream).toArray(byte[][]::new);
    }

    private static byte[] pages(int count) {
        byte[] image = new byte[count * PAGE];
        for (int i = 0; i < image.length; i++) {
            image[i] = (byte) (1 + i / PAGE);
        }
        return image;
    }

    private Checkpoint checkpoint(byte[]... tags) throws IOException {
        return Checkpoint.open(CheckpointBytes.complete()
                .group("memory", tags)
                .group("Snapshot", block("cfgFile", "x"))
                .write(folder.resolve("vm-Snapshot2.vmsn")));
    }

    private static byte[] read(GuestMemory memory, long at, int count) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(count);
        assertThat(memory.read(at, into)).isEqualTo(into.position());
        return java.util.Arrays.copyOf(into.array(), into.position());
    }

    @Test
    void readsEmbeddedMemoryAcrossTheHoleForPciDevices() throws IOException {
        byte[][] tags =
                join(new byte[][] {u32("regionsCount", 2)}, region(0, 0, 0, 2), region(1, 4, 2, 1), new byte[][] {
                    block("Memory", pages(3), 777, 0, 0), u32("align_mask", 0xFFFF)
                });

        try (Checkpoint checkpoint = checkpoint(tags);
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(memory.origin()).isEqualTo(GuestMemory.Origin.MAPPED);
            assertThat(memory.top()).isEqualTo(5 * PAGE);
            assertThat(memory.missingBytes()).isZero();
            byte[] whole = read(memory, 0, 6 * PAGE);
            assertThat(whole).hasSize(5 * PAGE);
            assertThat(new byte[] {
                        whole[0],
                        whole[PAGE],
                        whole[2 * PAGE - 1],
                        whole[2 * PAGE],
                        whole[4 * PAGE - 1],
                        whole[4 * PAGE]
                    })
                    .containsExactly(1, 2, 2, 0, 0, 3);
            assertThat(read(memory, 2 * PAGE - 1, 2)).containsExactly(2, 0);
            assertThat(read(memory, 4 * PAGE - 1, 2)).containsExactly(0, 3);
            assertThat(read(memory, 5 * PAGE, 1)).isEmpty();
            assertThat(checkpoint.summary().memory()).isEqualTo(MemoryLocation.EMBEDDED);
        }
    }

    @Test
    void readsTheFileBesideTheCheckpointAsOneRunWithoutRegions() throws IOException {
        CheckpointBytes.write(folder.resolve("vm-Snapshot2.vmem"), pages(2));

        try (Checkpoint checkpoint = checkpoint(u32("regionsCount", 0));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(memory.origin()).isEqualTo(GuestMemory.Origin.ONE_RUN);
            assertThat(read(memory, PAGE, 1)).containsExactly(2);
            assertThat(checkpoint.summary().memory()).isEqualTo(MemoryLocation.BESIDE);
        }
    }

    @Test
    void mapsSixGibibytesAsEsxDoes() throws IOException {
        try (BlockFile image = volume.open(folder.resolve("vm-Snapshot2.vmem"), OpenMode.CREATE)) {
            image.writeFully(3 * GIB, ByteBuffer.wrap(new byte[] {42}));
            image.setSize(6 * GIB);
        }

        try (Checkpoint checkpoint = checkpoint(join(region(0, 0, 0, 0xC0000), region(1, 0x100000, 0xC0000, 0xC0000)));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(memory.regions())
                    .containsExactly(new MemoryRegion(0, 0, 3 * GIB), new MemoryRegion(4 * GIB, 3 * GIB, 3 * GIB));
            assertThat(read(memory, 4 * GIB, 1)).containsExactly(42);
            assertThat(read(memory, 3 * GIB, 1)).containsExactly(0);
        }
    }

    @Test
    void exportsByGuestAddressAndLeavesHoles() throws IOException {
        byte[] image = new byte[64 * PAGE];
        image[63 * PAGE] = 9;
        image[0] = 7;
        CheckpointBytes.write(folder.resolve("vm-Snapshot2.vmem"), image);
        Path out = folder.resolve("raw.img");

        try (Checkpoint checkpoint = checkpoint(join(region(0, 0, 0, 32), region(1, 0x100000, 32, 32)));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            memory.exportRaw(out, volume, Progress.NONE);
        }

        try (BlockFile raw = volume.open(out, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(1);
            assertThat(raw.size()).isEqualTo(4 * GIB + 32 * PAGE);
            raw.readFully(0, bytes);
            raw.readFully(4 * GIB + 31 * PAGE, bytes.flip());
            assertThat(bytes.get(0)).isEqualTo((byte) 9);
            raw.readFully(1, bytes.flip());
            assertThat(bytes.get(0)).isZero();
        }
    }

    @Test
    void leavesNoFileWhenTheExportIsCancelled() throws IOException {
        CheckpointBytes.write(folder.resolve("vm-Snapshot2.vmem"), pages(2));
        Progress cancel = new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        };

        try (Checkpoint checkpoint = checkpoint(u32("regionsCount", 0));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThatThrownBy(() -> memory.exportRaw(folder.resolve("raw.img"), volume, cancel))
                    .isInstanceOf(OperationCancelledException.class);
        }
        assertThat(volume.list(folder))
                .extracting(p -> p.getFileName().toString())
                .containsExactly("vm-Snapshot2.vmem", "vm-Snapshot2.vmsn");
    }

    @Test
    void saysHowMuchOfTheImageIsMissing() throws IOException {
        CheckpointBytes.write(folder.resolve("vm-Snapshot2.vmem"), pages(2));

        try (Checkpoint checkpoint = checkpoint(region(0, 0, 0, 5));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(memory.missingBytes()).isEqualTo(3 * PAGE);
            assertThat(read(memory, PAGE, PAGE)[0]).isEqualTo((byte) 2);
            assertThatThrownBy(() -> memory.read(2 * PAGE, ByteBuffer.allocate(1)))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("vm-Snapshot2.vmem");
            assertThatThrownBy(() -> memory.exportRaw(folder.resolve("raw.img"), volume, Progress.NONE))
                    .isInstanceOf(MalformedFileException.class);
            assertThat(volume.list(folder)).hasSize(2);
        }
    }

    @Test
    void findsNoMemoryInACheckpointWithoutAny() throws IOException {
        try (Checkpoint checkpoint = checkpoint(u32("align_mask", 0xFFFF))) {
            assertThat(checkpoint.memory()).isEmpty();
        }
    }

    @Test
    void saysWhichFileIsGone() throws IOException {
        try (Checkpoint checkpoint = checkpoint(u32("regionsCount", 0))) {
            assertThatThrownBy(checkpoint::memory)
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("vm-Snapshot2.vmem, which is not there");
            assertThat(checkpoint.summary().memory()).isEqualTo(MemoryLocation.LOST);
        }
    }

    @Test
    void refusesMapsThatMakeNoSense() throws IOException {
        byte[][][] maps = {
            join(region(0, 0, 0, 4), region(1, 3, 4, 4)),
            {u32("regionPPN", 1, 0)},
            {u32("regionPPN", 1, 0), u32("regionPageNum", 1, 0), u32("regionSize", 1, 1)},
            join(new byte[][] {
                CheckpointBytes.inline(
                        "regionPPN", CheckpointBytes.le(8).putLong(-1).array(), 0)
            })
        };
        int number = 0;
        for (byte[][] map : maps) {
            Path path = CheckpointBytes.complete().group("memory", map).write(folder.resolve(number++ + ".vmsn"));
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                assertThatThrownBy(checkpoint::memory).isInstanceOf(MalformedFileException.class);
                assertThat(checkpoint.summary().memory()).isEqualTo(MemoryLocation.DAMAGED);
            }
        }
    }

    @Test
    void acceptsRegionNumbersThatWouldOverrunAnArray() throws IOException {
        CheckpointBytes.write(folder.resolve("vm-Snapshot2.vmem"), pages(1));

        try (Checkpoint checkpoint = checkpoint(region(-1, 7, 0, 1));
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(memory.regions()).containsExactly(new MemoryRegion(7 * PAGE, 0, PAGE));
        }
    }

    @Test
    void refusesEmbeddedMemoryThatIsCompressed() throws IOException {
        try (Checkpoint checkpoint = checkpoint(framed(0x3e, "Memory", new byte[5], 4096, 0, 0, 0))) {
            assertThatThrownBy(checkpoint::memory).isInstanceOf(UnsupportedFeatureException.class);
            assertThat(checkpoint.summary().memory()).isEqualTo(MemoryLocation.EMBEDDED);
        }
    }

    @Test
    void readsTheBeginningOfMemoryThatIsCutOff() throws IOException {
        byte[] whole = CheckpointBytes.complete()
                .group("memory", block("Memory", pages(4), 0, 0, 0))
                .bytes();
        Path path = CheckpointBytes.write(
                folder.resolve("cut.vmss"), java.util.Arrays.copyOf(whole, whole.length - 3 * PAGE));

        try (Checkpoint checkpoint = Checkpoint.open(path);
                GuestMemory memory = checkpoint.memory().orElseThrow()) {
            assertThat(read(memory, 0, 10)).containsOnly(1);
            assertThatThrownBy(() -> memory.read(3 * PAGE, ByteBuffer.allocate(1)))
                    .isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void assumesTheHoleForAnImageWithoutCheckpoint() throws IOException {
        Path vmem = folder.resolve("564d.vmem");
        try (BlockFile image = volume.open(vmem, OpenMode.CREATE)) {
            image.writeFully(3 * GIB, ByteBuffer.wrap(new byte[] {5}));
            image.setSize(3 * GIB + PAGE);
        }

        try (GuestMemory memory = GuestMemory.ofImage(vmem, volume)) {
            assertThat(memory.origin()).isEqualTo(GuestMemory.Origin.ASSUMED);
            assertThat(read(memory, 4 * GIB, 1)).containsExactly(5);
            assertThat(memory.top()).isEqualTo(4 * GIB + PAGE);
        }
    }
}
