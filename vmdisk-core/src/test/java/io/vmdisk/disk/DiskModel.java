package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A disk with links, and beside it the bytes that each link must read as. */
final class DiskModel {
    private static final DiskFormat[] DELTAS = {
        DiskFormat.MONOLITHIC_SPARSE, DiskFormat.TWO_GB_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE
    };

    private final Volume volume;
    private final Path folder;
    private final byte[] content;
    private final Map<Path, byte[]> parents = new LinkedHashMap<>();
    private final boolean raw;
    private Path path;
    private VirtualDisk disk;

    DiskModel(Volume volume, Path folder, DiskFormat format, int capacity) throws IOException {
        this.volume = volume;
        this.folder = folder;
        this.content = new byte[capacity];
        this.raw = format == DiskFormat.RAW;
        this.path = folder.resolve(raw ? "disk.img" : "disk.vmdk");
        TestDisks.create(volume, path, TestDisks.small(format, capacity));
        this.disk = open(path, OpenOptions.writable());
    }

    private VirtualDisk open(Path link, OpenOptions options) throws IOException {
        OpenOptions here = options.withVolume(volume);
        return raw ? VirtualDisk.openRaw(link, here) : VirtualDisk.open(link, here);
    }

    /** One random change, look, flush, reopening or snapshot. */
    void step(SplittableRandom random) throws IOException {
        int start = random.nextInt(content.length);
        int length = 1 + random.nextInt(Math.min(content.length - start, 1 + random.nextInt(150_000)));
        if (random.nextBoolean()) {
            start = start / 4096 * 4096;
            length = Math.min(content.length - start, (length + 4095) / 4096 * 4096);
        }
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3, 4 -> write(start, Patterns.random(random.nextLong(), length));
            case 5, 6 -> {
                disk.zero(start, length);
                Arrays.fill(content, start, start + length, (byte) 0);
            }
            case 7, 8 -> {
                disk.unmap(start, length);
                Arrays.fill(content, start, start + length, (byte) 0);
            }
            case 9 -> write(start, new byte[length]);
            case 10, 11 -> requireEqual(start, length);
            case 12 -> disk.flush();
            default -> {
                if (raw || parents.size() == 4 || random.nextBoolean()) {
                    disk.close();
                    disk = open(path, OpenOptions.writable());
                } else {
                    snapshot(DELTAS[random.nextInt(DELTAS.length)]);
                }
            }
        }
    }

    private void write(int start, byte[] bytes) throws IOException {
        disk.write(start, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, content, start, bytes.length);
    }

    private void snapshot(DiskFormat format) throws IOException {
        disk.close();
        parents.put(path, content.clone());
        Path child = folder.resolve("link" + parents.size() + ".vmdk");
        TestDisks.create(volume, child, TestDisks.small(format, content.length).withParent(path));
        path = child;
        disk = open(path, OpenOptions.writable());
    }

    /** Fails if a range of it reads otherwise. */
    void requireEqual(int start, int length) throws IOException {
        byte[] found = new byte[length];
        assertThat(disk.read(start, ByteBuffer.wrap(found))).isEqualTo(length);
        int difference = Arrays.mismatch(found, 0, length, content, start, start + length);
        assertThat(difference).as("first byte that differs, from %d on", start).isEqualTo(-1);
    }

    /** Fails if it reads otherwise, now or after it was closed, or if a parent has changed. */
    void finish() throws IOException {
        requireEqual(0, content.length);
        DiskContent.assertRunsAgree(disk);
        disk.close();
        parents.put(path, content.clone());
        for (Map.Entry<Path, byte[]> link : parents.entrySet()) {
            try (VirtualDisk opened = open(link.getKey(), OpenOptions.readOnly())) {
                assertThat(Arrays.mismatch(DiskContent.of(opened), link.getValue()))
                        .as("first byte that differs in %s", link.getKey())
                        .isEqualTo(-1);
                DiskContent.assertRunsAgree(opened);
            }
        }
    }

    /** Every link with what it reads as, the base first; after {@link #finish}. */
    Map<Path, byte[]> links() {
        return parents;
    }
}
