package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.disk.ChainConsolidation;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/** A base with links on top of it in a folder of its own, and what the topmost one must read as. */
public record LongChain(Path base, Path top, byte[] content) {
    /**
     * Makes one: the base holds a third, each link writes some stretches, and now and then zeros.
     *
     * @param writeBytes how long a stretch is at most
     */
    public static LongChain make(
            Volume volume, DiskFormat base, DiskFormat link, int links, int capacity, int writeBytes)
            throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] content = new byte[capacity];
        Path first = MemoryVolume.folder().resolve("web.vmdk");
        Path top = first;
        StagedDisk.createEmpty(
                first, CreateSpec.of(base, capacity).withExtentBytes(capacity / 2 / 512 * 512), volume, Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(first, OpenOptions.writable().withVolume(volume))) {
            write(disk, content, 0, Patterns.random(1, capacity / 3));
        }
        for (int i = 1; i <= links; i++) {
            Path next = MemoryVolume.folder().resolve("web-%06d.vmdk".formatted(i));
            CreateSpec spec = CreateSpec.of(link, capacity).withParent(top).withExtentBytes(capacity / 2 / 512 * 512);
            StagedDisk.createEmpty(next, spec, volume, Progress.NONE);
            top = next;
            try (VirtualDisk disk = VirtualDisk.open(top, OpenOptions.writable().withVolume(volume))) {
                for (int n = 0; n < 4; n++) {
                    int length = 1 + random.nextInt(writeBytes);
                    write(disk, content, random.nextInt(capacity - length), Patterns.random(i * 8L + n, length));
                }
                if (i % 3 == 0) {
                    int at = random.nextInt(capacity - writeBytes);
                    disk.zero(at, writeBytes);
                    Arrays.fill(content, at, at + writeBytes, (byte) 0);
                }
            }
        }
        return new LongChain(first, top, content);
    }

    private static void write(VirtualDisk disk, byte[] content, int at, byte[] bytes) throws IOException {
        disk.write(at, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, content, at, bytes.length);
    }

    public Plan plan(Volume volume, LinkSpace space) throws IOException {
        return new ChainConsolidation(volume, java.util.List.of()).plan(top, space);
    }

    /** That the base alone holds everything, and the links are gone. */
    public void verifyMerged(MemoryVolume volume, String when) throws IOException {
        assertThat(volume.files())
                .as(when)
                .noneMatch(file -> file.toString().contains("0000"))
                .noneMatch(file -> file.toString().contains("vmdisk-"));
        verify(volume, base, when);
    }

    public void verify(Volume volume, Path disk, String when) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(content.length);
            opened.read(0, bytes);
            assertThat(Arrays.mismatch(bytes.array(), content)).as(when).isEqualTo(-1);
        }
    }
}
