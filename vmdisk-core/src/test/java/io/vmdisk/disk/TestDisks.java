package io.vmdisk.disk;

import io.vmdisk.Progress;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Small disks of every format, with some of their grains in use. */
public final class TestDisks {
    public static final Path DISK = MemoryVolume.folder().resolve("disk.vmdk");

    private TestDisks() {}

    /** A disk of a format with a few grains of data, zeros and holes. */
    static MemoryVolume of(DiskFormat format, int capacity) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        create(volume, DISK, small(format, capacity));
        if (format == DiskFormat.RAW) {
            try (VirtualDisk disk =
                    VirtualDisk.openRaw(DISK, OpenOptions.writable().withVolume(volume))) {
                fill(disk, capacity);
            }
            return volume;
        }
        return fill(volume, DISK, capacity);
    }

    /** The same over a parent of another format. */
    static MemoryVolume over(DiskFormat parent, DiskFormat format, int capacity) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path base = DISK.resolveSibling("base.vmdk");
        create(volume, base, small(parent, capacity));
        fill(volume, base, capacity);
        create(volume, DISK, small(format, capacity).withParent(base));
        return fill(volume, DISK, capacity);
    }

    /** A stream-optimised disk. */
    static MemoryVolume stream(int capacity) {
        MemoryVolume volume = new MemoryVolume();
        volume.put(DISK, TinyStream.of(Patterns.mixed(4, capacity), 8, "disk.vmdk"));
        return volume;
    }

    /** Several extents and small grains where the format has them. */
    static CreateSpec small(DiskFormat format, int capacity) {
        CreateSpec spec = CreateSpec.of(format, capacity);
        return switch (format) {
            case MONOLITHIC_SPARSE -> spec.withGrainBytes(8192);
            case TWO_GB_SPARSE -> spec.withGrainBytes(8192).withExtentBytes(capacity / 3 / 512 * 512 + 512);
            case TWO_GB_FLAT -> spec.withExtentBytes(capacity / 3 / 512 * 512 + 512);
            default -> spec;
        };
    }

    public static void create(Volume volume, Path path, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(path, spec, volume, Progress.NONE);
    }

    private static MemoryVolume fill(MemoryVolume volume, Path path, int capacity) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(path, OpenOptions.writable().withVolume(volume))) {
            fill(disk, capacity);
        }
        return volume;
    }

    private static void fill(VirtualDisk disk, int capacity) throws IOException {
        disk.write(0, ByteBuffer.wrap(Patterns.random(1, 5000)));
        disk.write(capacity / 2, ByteBuffer.wrap(Patterns.random(2, 17_000)));
        disk.write(capacity - 700, ByteBuffer.wrap(Patterns.random(3, 700)));
        disk.zero(capacity / 4, 24_000);
        disk.unmap(capacity / 2 + 8192, 8192);
    }
}
