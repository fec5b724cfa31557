package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.disk.ChainConsolidation;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A disk with links, and beside it the bytes that each link must read as. */
final class DiskModel {
    /** Formats that can lie on a parent. */
    static final List<DiskFormat> DELTAS = List.of(
            DiskFormat.MONOLITHIC_SPARSE, DiskFormat.TWO_GB_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE);

    /** Where most of the changes are, however large the disk has become. */
    private static final int BUSY = 2 << 20;

    private static final int MAX_PARENTS = 4;
    private static final int MAX_CHANGE = 150_000;
    /** What the pages on the formats say stays behind where space was freed. */
    private static final Set<String> DOCUMENTED = Set.of("hosted.leak", "cowd.leak", "sesparse.tail");

    /** Links of other sizes and kinds are what the model makes on purpose. */
    private static final Set<String> MEANT = Set.of("chain.capacity", "chain.mixed-deltas");

    private final Volume volume;
    private final Path folder;
    private final DiskFormat format;
    private final SplittableRandom random;
    private final Path base;
    private final ExpectedBytes content;
    private final Map<Path, ExpectedBytes> links = new LinkedHashMap<>();
    private final Map<Path, DiskFormat> formats = new LinkedHashMap<>();
    private Path path;
    private VirtualDisk disk;

    DiskModel(Volume volume, Path folder, DiskFormat format, int capacity, SplittableRandom random) throws IOException {
        this.volume = volume;
        this.folder = folder;
        this.format = format;
        this.random = random;
        this.content = new ExpectedBytes(capacity);
        this.base = folder.resolve(isRaw() ? "disk.img" : "disk.vmdk");
        this.path = base;
        TestDisks.create(volume, base, TestDisks.small(format, capacity));
        formats.put(base, format);
        this.disk = open(base, OpenOptions.writable());
    }

    private boolean isRaw() {
        return format == DiskFormat.RAW;
    }

    private VirtualDisk open(Path link, OpenOptions options) throws IOException {
        OpenOptions here = options.withVolume(volume);
        return isRaw() ? VirtualDisk.openRaw(link, here) : VirtualDisk.open(link, here);
    }

    /** So many random changes of content, size or chain, looks and flushes. */
    void steps(int count) throws IOException {
        for (int step = 0; step < count; step++) {
            step();
        }
    }

    private void step() throws IOException {
        Tally.MODEL_STEPS.count();
        long capacity = content.capacity();
        long start = random.nextInt(4) == 0
                ? capacity - 1 - random.nextInt((int) Math.min(capacity, MAX_CHANGE))
                : random.nextLong(Math.min(capacity, BUSY));
        int length = 1 + (int) Math.min(capacity - start - 1, random.nextInt(1 + random.nextInt(MAX_CHANGE)));
        if (random.nextBoolean()) {
            start = start / 4096 * 4096;
            length = (int) Math.min(capacity - start, (length + 4095) / 4096 * 4096);
        }
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5 -> write(start, Patterns.random(random.nextLong(), length));
            case 6, 7 -> zero(start, length);
            case 8, 9 -> unmap(start, length);
            case 10 -> write(start, new byte[length]);
            case 11, 12 -> content.assertSame(disk, start, length);
            case 13 -> disk.flush();
            case 14, 15, 16 -> resize();
            case 17 -> reopen();
            case 18 -> snapshot(DELTAS.get(random.nextInt(DELTAS.size())));
            default -> {
                switch (random.nextInt(4)) {
                    case 0 -> zero(0, capacity);
                    case 1 -> consolidate();
                    default -> reopen();
                }
            }
        }
    }

    private void write(long start, byte[] bytes) throws IOException {
        disk.write(start, ByteBuffer.wrap(bytes));
        content.write(start, bytes);
    }

    private void zero(long start, long length) throws IOException {
        disk.zero(start, length);
        content.zero(start, length);
    }

    private void unmap(long start, long length) throws IOException {
        disk.unmap(start, length);
        content.zero(start, length);
    }

    private void reopen() throws IOException {
        disk.close();
        disk = open(path, OpenOptions.writable());
    }

    /** A link on top, as large, smaller or larger than what lies below. */
    void snapshot(DiskFormat delta) throws IOException {
        if (isRaw() || links.size() == MAX_PARENTS) {
            reopen();
            return;
        }
        disk.close();
        links.put(path, content.copy());
        content.resize(childCapacity());
        Path child = folder.resolve("link" + links.size() + ".vmdk");
        TestDisks.create(
                volume, child, TestDisks.small(delta, (int) content.capacity()).withParent(path));
        formats.put(child, delta);
        path = child;
        disk = open(path, OpenOptions.writable());
    }

    private long childCapacity() {
        return switch (random.nextInt(4)) {
            case 0 -> content.capacity() + 512L * (1 + random.nextInt(400));
            case 1 -> Math.max(512, content.capacity() - 512L * (1 + random.nextInt(400)));
            default -> content.capacity();
        };
    }

    private void consolidate() throws IOException {
        if (links.isEmpty()) {
            reopen();
            return;
        }
        disk.close();
        if (hidesAnEnd()) {
            assertThatThrownBy(() -> new ChainConsolidation(volume, List.of()).plan(path, LinkSpace.KEEP))
                    .isInstanceOf(UnsafeStateException.class);
            disk = open(path, OpenOptions.writable());
            return;
        }
        LinkSpace space = random.nextBoolean() ? LinkSpace.KEEP : LinkSpace.GIVE_BACK;
        new PlanExecutor(volume, Progress.NONE).execute(new ChainConsolidation(volume, List.of()).plan(path, space));
        links.clear();
        formats.keySet().retainAll(Set.of(base));
        path = base;
        disk = open(path, OpenOptions.writable());
        content.assertSame(disk);
    }

    private boolean hidesAnEnd() {
        long below = 0;
        for (ExpectedBytes link : links.values()) {
            if (link.capacity() < below) {
                return true;
            }
            below = link.capacity();
        }
        return content.capacity() < below;
    }

    private void resize() throws IOException {
        boolean shrink = links.isEmpty() && random.nextInt(3) == 0;
        long wanted = shrink ? 1 + random.nextLong(content.capacity()) : content.capacity() + growth();
        if (shrink && random.nextInt(4) != 0) {
            clear(wanted);
        }
        disk.close();
        DiskResize resize = new DiskResize(OpenOptions.writable().withVolume(volume), Progress.NONE);
        long sectors = (wanted + 511) / 512;
        if (!links.isEmpty()) {
            assertThatThrownBy(() -> resize.grow(path, wanted)).isInstanceOf(UnsafeStateException.class);
        } else if (!shrink) {
            run(resize, wanted, Direction.GROW);
            content.resize(sectors * 512);
        } else if (sectors * 512 == content.capacity()) {
            run(resize, wanted, Direction.SHRINK);
        } else if (format == DiskFormat.VMFS_SPARSE || format == DiskFormat.SE_SPARSE) {
            assertThatThrownBy(() -> run(resize, wanted, Direction.SHRINK)).isInstanceOf(LimitExceededException.class);
        } else if (content.isZero(sectors * 512, content.capacity() - sectors * 512)) {
            run(resize, wanted, Direction.SHRINK);
            content.resize(sectors * 512);
        } else {
            assertThatThrownBy(() -> run(resize, wanted, Direction.SHRINK)).isInstanceOf(UnsafeStateException.class);
        }
        disk = open(path, OpenOptions.writable());
        assertThat(disk.capacity()).isEqualTo(content.capacity());
    }

    private enum Direction {
        GROW,
        SHRINK
    }

    private void run(DiskResize resize, long wanted, Direction direction) throws IOException {
        if (direction == Direction.GROW) {
            if (isRaw()) {
                resize.growRaw(path, wanted);
            } else {
                resize.grow(path, wanted);
            }
        } else if (isRaw()) {
            resize.shrinkRaw(path, wanted);
        } else {
            resize.shrink(path, wanted);
        }
    }

    private long growth() {
        long past = pastTables() - content.capacity();
        return past > 0 && random.nextInt(8) == 0
                ? past + random.nextInt(1 << 20)
                : 1 + random.nextInt(1 << (10 + random.nextInt(13)));
    }

    /** A size for which a small disk of the format has no room in its tables. */
    private long pastTables() {
        return switch (format) {
            case VMFS_SPARSE -> 257L << 20;
            case SE_SPARSE -> 520L << 20;
            case MONOLITHIC_SPARSE -> 70L << 20;
            default -> 0;
        };
    }

    /** Makes the tail zeros, one way or another. */
    private void clear(long from) throws IOException {
        long length = content.capacity() - from;
        switch (random.nextInt(3)) {
            case 0 -> zero(from, length);
            case 1 -> unmap(from, length);
            default -> {
                if (length <= BUSY) {
                    write(from, new byte[(int) length]);
                } else {
                    unmap(from, length);
                }
            }
        }
    }

    /** Fails if it reads otherwise, now or after it was closed, if a parent has changed, or if a check finds more than leaks. */
    void finish() throws IOException {
        content.assertSame(disk);
        disk.close();
        links.put(path, content.copy());
        for (Map.Entry<Path, ExpectedBytes> link : links.entrySet()) {
            try (VirtualDisk opened = open(link.getKey(), OpenOptions.readOnly())) {
                link.getValue().assertSame(opened);
            }
        }
        if (!isRaw()) {
            CheckOptions all = CheckOptions.standard()
                    .withScope(CheckOptions.Scope.CHAIN)
                    .withContent(CheckOptions.Content.DATA)
                    .withThreads(1)
                    .withOpening(OpenOptions.readOnly().withVolume(volume));
            List<Finding> findings =
                    new ArrayList<>(DiskCheck.run(path, all, Progress.NONE).findings());
            findings.removeIf(finding -> DOCUMENTED.contains(finding.id()) || MEANT.contains(finding.id()));
            assertThat(findings).isEmpty();
        }
    }

    /** Every link with what it reads as, the base first; after {@link #finish}. */
    Map<Path, ExpectedBytes> links() {
        return links;
    }

    /** The format of a link. */
    DiskFormat formatOf(Path link) {
        return formats.get(link);
    }
}
