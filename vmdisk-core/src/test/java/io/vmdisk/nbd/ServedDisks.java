package io.vmdisk.nbd;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.StreamExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Disks in memory, to be served. */
final class ServedDisks {
    static final int CAPACITY = 6 << 20;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path folder = MemoryVolume.folder();

    private OpenOptions options(OpenOptions.Access access) {
        return OpenOptions.readOnly().withAccess(access).withVolume(volume);
    }

    Path create(String name, CreateSpec spec) throws IOException {
        Path path = folder.resolve(name);
        StagedDisk.createEmpty(path, spec, volume, Progress.NONE);
        return path;
    }

    /** A disk with data at both ends and in the middle, zeros, and holes. */
    Path filled(String name, CreateSpec spec, int seed) throws IOException {
        Path path = create(name, spec);
        try (VirtualDisk disk = open(path, spec.format(), OpenOptions.Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(Patterns.random(seed, 70_000)));
            disk.write(CAPACITY / 2 + 512, ByteBuffer.wrap(Patterns.mixed(seed + 1L, 600_000)));
            disk.zero(CAPACITY / 2 + 100_000, 200_000);
            disk.write(CAPACITY - 700, ByteBuffer.wrap(Patterns.random(seed + 2L, 700)));
        }
        return path;
    }

    /** The same content, compressed and never to be changed. */
    Path stream(String name, Path source, DiskFormat format) throws IOException {
        Path path = folder.resolve(name);
        CreateSpec spec = CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, CAPACITY);
        try (VirtualDisk disk = open(source, format, OpenOptions.Access.READ)) {
            new StreamExport(1, StreamExport.DEFAULT_LEVEL, Progress.NONE).toFile(disk, path, spec, volume);
        }
        return path;
    }

    VirtualDisk open(Path path, DiskFormat format, OpenOptions.Access access) throws IOException {
        OpenOptions options = options(access);
        return format == DiskFormat.RAW ? VirtualDisk.openRaw(path, options) : VirtualDisk.open(path, options);
    }

    ServedDisk served(String name, Path path, DiskFormat format, OpenOptions.Access access) {
        return new ServedDisk(name, "the disk " + path.getFileName(), () -> open(path, format, access));
    }

    byte[] content(Path path, DiskFormat format) throws IOException {
        try (VirtualDisk disk = open(path, format, OpenOptions.Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    int openFiles() {
        return volume.openFiles().size();
    }
}
