package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the group {@code memory} says: the regions, and the block with the pages if they are in the same file.
 *
 * @param regions sorted by guest address, without overlap; empty if guest and image addresses are the same
 * @param embedded the block that holds the pages, or null if they lie in a {@code .vmem}
 */
record MemoryMap(List<MemoryRegion> regions, @Nullable CheckpointTag embedded) {
    static final int PAGE_BYTES = 4096;

    private static final String GROUP = "memory";
    private static final String PAGES = "Memory";
    private static final String COUNT = "regionsCount";
    private static final String FIRST_PAGE = "regionPPN";
    private static final String IMAGE_PAGE = "regionPageNum";
    private static final String PAGE_COUNT = "regionSize";
    /** VMware's own reader knows 3, others 64. */
    private static final int MAX_REGIONS = 4096;
    /** 2^52 bytes of physical address space in pages: what x86-64 can address. */
    private static final long MAX_PAGE = 1L << 40;

    /** What the group says, or null if there is no memory in this checkpoint. */
    static @Nullable MemoryMap of(Checkpoint checkpoint) throws IOException {
        var group = checkpoint.group(GROUP);
        return group.isPresent() ? new Reader(checkpoint).read(group.get()) : null;
    }

    /** Bytes the image must have to serve every region. */
    long imageBytes() {
        return regions.stream().mapToLong(MemoryRegion::imageEnd).max().orElse(0);
    }

    private static final class Reader {
        private final Checkpoint checkpoint;
        private final Path path;
        private final Map<Long, Long> firstPages = new TreeMap<>();
        private final Map<Long, Long> imagePages = new TreeMap<>();
        private final Map<Long, Long> pageCounts = new TreeMap<>();
        private @Nullable CheckpointTag embedded;
        private boolean counted;

        Reader(Checkpoint checkpoint) {
            this.checkpoint = checkpoint;
            this.path = checkpoint.path();
        }

        @Nullable
        MemoryMap read(CheckpointGroup group) throws IOException {
            Finding damage = checkpoint.visit(group, this::take);
            // A memory block that is cut off is the usual damage, and its beginning can be read.
            if (damage != null && damage.severity() == Severity.ERROR && embedded == null) {
                throw new MalformedFileException(
                        "vmsn-memory", path, damage.offset(), damage.message(), "the memory's map may be incomplete");
            }
            if (embedded == null && !counted && firstPages.isEmpty()) {
                return null;
            }
            return new MemoryMap(regions(), embedded);
        }

        private boolean take(CheckpointTag tag) throws IOException {
            switch (tag.name()) {
                case COUNT -> counted = true;
                case FIRST_PAGE -> put(firstPages, tag);
                case IMAGE_PAGE -> put(imagePages, tag);
                case PAGE_COUNT -> put(pageCounts, tag);
                case PAGES -> {
                    if (tag.form() != Form.INLINE && embedded == null) {
                        embedded = tag;
                    }
                }
                default -> {
                    // Bitmaps and hints: not needed to find a page.
                }
            }
            return true;
        }

        private void put(Map<Long, Long> values, CheckpointTag tag) throws IOException {
            if (tag.indices().size() == 1) {
                long value = checkpoint.number(tag);
                if (value < 0 || value > MAX_PAGE) {
                    throw new MalformedFileException(
                            "vmsn-memory",
                            path,
                            tag.dataOffset(),
                            "'" + tag.label() + "' is " + Long.toUnsignedString(value) + " pages, past any memory");
                }
                values.putIfAbsent(tag.indices().get(0), value);
                if (values.size() > MAX_REGIONS) {
                    throw new LimitExceededException(
                            "vmsn-regions", path, "the memory has more than " + MAX_REGIONS + " regions");
                }
            }
        }

        private List<MemoryRegion> regions() throws MalformedFileException {
            if (!firstPages.keySet().equals(pageCounts.keySet())
                    || !firstPages.keySet().equals(imagePages.keySet())) {
                throw new MalformedFileException(
                        "vmsn-memory",
                        path,
                        -1,
                        "the memory's map is incomplete: first pages for regions " + firstPages.keySet()
                                + ", image pages for " + imagePages.keySet() + ", sizes for " + pageCounts.keySet());
            }
            List<MemoryRegion> regions = new ArrayList<>();
            for (var entry : firstPages.entrySet()) {
                long pages = pageCounts.getOrDefault(entry.getKey(), 0L);
                if (pages > 0) {
                    regions.add(new MemoryRegion(
                            entry.getValue() * PAGE_BYTES,
                            imagePages.getOrDefault(entry.getKey(), 0L) * PAGE_BYTES,
                            pages * PAGE_BYTES));
                }
            }
            regions.sort(Comparator.comparingLong(MemoryRegion::guestAddress));
            requireNoOverlap(regions);
            return List.copyOf(regions);
        }

        private void requireNoOverlap(List<MemoryRegion> sorted) throws MalformedFileException {
            for (int i = 1; i < sorted.size(); i++) {
                if (sorted.get(i).guestAddress() < sorted.get(i - 1).guestEnd()) {
                    throw new MalformedFileException(
                            "vmsn-memory",
                            path,
                            -1,
                            String.format(
                                    "two regions of memory overlap: one ends at guest address %#x, the next begins at"
                                            + " %#x",
                                    sorted.get(i - 1).guestEnd(), sorted.get(i).guestAddress()));
                }
            }
        }
    }
}
