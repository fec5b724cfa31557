package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Generators;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains in which the formats of hosts' deltas meet each other and hosted ones. */
class DeltaChainsTest {
    private static final int CAPACITY = (5 << 20) + 3 * 512;

    @TempDir
    Path folder;

    @Test
    void writesEachLinkOfAMixedChainAsQemuReadsIt() throws IOException {
        byte[] content = new byte[CAPACITY];
        SplittableRandom random = new SplittableRandom(12);
        Path parent = null;
        for (DiskFormat format : new DiskFormat[] {
            DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE, DiskFormat.VMFS_SPARSE
        }) {
            Path link = folder.resolve(format.word() + random.nextInt(1000) + ".vmdk");
            CreateSpec spec = CreateSpec.of(format, CAPACITY);
            StagedDisk.createEmpty(
                    link, parent == null ? spec : spec.withParent(parent), Volume.system(), Progress.NONE);
            change(link, content, random);
            parent = link;

            assertThat(Arrays.mismatch(qemu(link), content)).as(format.word()).isEqualTo(-1);
            assertThat(Arrays.mismatch(read(link), content)).as(format.word()).isEqualTo(-1);
        }
    }

    private static void change(Path link, byte[] content, SplittableRandom random) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(link, OpenOptions.readOnly().withAccess(OpenOptions.Access.WRITE))) {
            for (int i = 0; i < 25; i++) {
                int at = random.nextInt(CAPACITY);
                int length = Math.min(CAPACITY - at, 1 + random.nextInt(60_000));
                switch (random.nextInt(3)) {
                    case 0 -> {
                        disk.zero(at, length);
                        Arrays.fill(content, at, at + length, (byte) 0);
                    }
                    case 1 -> {
                        disk.unmap(at, length);
                        Arrays.fill(content, at, at + length, (byte) 0);
                    }
                    default -> {
                        byte[] bytes = Patterns.random(random.nextLong(), length);
                        disk.write(at, ByteBuffer.wrap(bytes));
                        System.arraycopy(bytes, 0, content, at, length);
                    }
                }
            }
        }
    }

    @Test
    void tellsTheLastLinkThatReachesSoFarPastASmallerParent() throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path middle = folder.resolve("middle.vmdk");
        Path top = folder.resolve("top.vmdk");
        StagedDisk.createEmpty(
                base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20), Volume.system(), Progress.NONE);
        CreateSpec larger = CreateSpec.of(DiskFormat.VMFS_SPARSE, 2 << 20).withParent(base);
        StagedDisk.createEmpty(middle, larger, Volume.system(), Progress.NONE);
        CreateSpec largest = CreateSpec.of(DiskFormat.SE_SPARSE, 3 << 20).withParent(middle);
        StagedDisk.createEmpty(top, largest, Volume.system(), Progress.NONE);

        try (VirtualDisk disk = VirtualDisk.open(top)) {
            assertThat(disk.runs(0, 3 << 20))
                    .containsExactly(
                            new Run.Unallocated(0, 1 << 20, 2),
                            new Run.Unallocated(1 << 20, 1 << 20, 1),
                            new Run.Unallocated(2 << 20, 1 << 20, 0));
        }
    }

    @Test
    void readsAMixedChainThatTheGeneratorsMade() throws IOException {
        Path base = Generators.cowd(folder, "base", "--size-mib", 5, "--data", "0:1m", "--expect", "base.raw");
        Path top = Generators.sesparse(
                folder,
                "top",
                "--size-mib",
                5,
                "--data",
                "512k:64k",
                "--zero",
                "64k:8k",
                "--unmap",
                "128k:4k",
                "--parent",
                base,
                "--parent-raw",
                folder.resolve("base.raw"),
                "--expect",
                "top.raw");

        assertThat(read(top)).isEqualTo(Files.readAllBytes(folder.resolve("top.raw")));
    }

    private byte[] qemu(Path link) throws IOException {
        Path raw = folder.resolve("back.raw");
        Qemu.toRaw("vmdk", link, raw);
        return Files.readAllBytes(raw);
    }

    private static byte[] read(Path link) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(link)) {
            ByteBuffer content = ByteBuffer.allocate((int) disk.capacity());
            int at = 0;
            while (content.hasRemaining()) {
                at += disk.read(at, content);
            }
            return content.array();
        }
    }
}
