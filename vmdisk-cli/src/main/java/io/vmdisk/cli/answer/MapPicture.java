package io.vmdisk.cli.answer;

import io.vmdisk.RunSink;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A disk as a grid of cells, row by row; each has the link that holds most of its bytes.
 *
 * <p>Streams over the disk's runs once; the memory it takes does not depend on the disk's size.
 */
public final class MapPicture {
    static final int COLUMNS = 128;
    static final int ROWS = 64;
    static final int CELLS = COLUMNS * ROWS;
    /** What a cell without any data has in place of a link. */
    static final int EMPTY = -1;

    /** Distinguishable for most eyes; a chain longer than this uses them again. */
    private static final int[] COLOURS = {
        0x1F77B4, 0xFF7F0E, 0x2CA02C, 0xD62728, 0x9467BD, 0x8C564B, 0xE377C2, 0xBCBD22, 0x17BECF, 0x3B3F8F
    };

    /** What a cell has that reads as zeros because a link says so. */
    static final int ZERO = -2;

    static final int NOTHING_COLOUR = 0xE6E6E6;
    static final int ZERO_COLOUR = 0xB8C4D0;

    private final List<String> names;
    private final long capacity;
    private final int[] links;
    private final long[] bytesOfLink;

    private MapPicture(List<String> names, long capacity, int[] links, long[] bytesOfLink) {
        this.names = names;
        this.capacity = capacity;
        this.links = links;
        this.bytesOfLink = bytesOfLink;
    }

    public static MapPicture of(VirtualDisk disk) throws IOException {
        Painter painter = new Painter(disk.capacity(), disk.links().size());
        disk.locate(0, disk.capacity(), painter);
        painter.finishCell();
        List<String> names = disk.links().stream()
                .map(link -> Objects.toString(link.path().getFileName()))
                .toList();
        return new MapPicture(names, disk.capacity(), painter.links, painter.bytesOfLink);
    }

    /** The disk's files, top first. */
    List<String> names() {
        return names;
    }

    /** Bytes of the disk. */
    long capacity() {
        return capacity;
    }

    /** The first byte of a cell. */
    long start(int row, int column) {
        int index = row * COLUMNS + column;
        return index == 0 ? 0 : endOf(capacity, index - 1);
    }

    /** What a cell shows, in words. */
    String meaning(int row, int column) {
        int link = link(row, column);
        return link == EMPTY ? "never written" : link == ZERO ? "zeros" : names.get(link);
    }

    /** The first byte behind a cell; the quotient and the rest apart, since their product may not fit a long. */
    private static long endOf(long capacity, int index) {
        long cells = index + 1L;
        return capacity / CELLS * cells + capacity % CELLS * cells / CELLS;
    }

    /** The link of a cell, {@link #EMPTY} or {@link #ZERO}. */
    int link(int row, int column) {
        return links[row * COLUMNS + column];
    }

    /** The colour of a cell, as {@code 0xRRGGBB}. */
    int colour(int row, int column) {
        int link = link(row, column);
        return link == EMPTY ? NOTHING_COLOUR : link == ZERO ? ZERO_COLOUR : colourOf(link);
    }

    /** The colour of a link. */
    static int colourOf(int link) {
        return COLOURS[link % COLOURS.length];
    }

    /** How many bytes of the disk come from a link's data. */
    long bytesOf(int link) {
        return bytesOfLink[link];
    }

    /** Runs come in order, so one cell is counted at a time. */
    private static final class Painter implements RunSink {
        private final long capacity;
        private final int[] links = new int[CELLS];
        private final long[] bytesOfLink;
        private final long[] inCell;
        private long zerosInCell;
        private int cell;

        Painter(long capacity, int chain) {
            this.capacity = capacity;
            this.bytesOfLink = new long[chain];
            this.inCell = new long[chain];
            Arrays.fill(links, EMPTY);
        }

        private void count(long start, long length, int depth) {
            long at = start;
            long end = start + length;
            while (at < end) {
                while (endOf(capacity, cell) <= at) {
                    finishCell();
                    cell++;
                }
                long stop = Math.min(end, endOf(capacity, cell));
                if (depth == ZERO) {
                    zerosInCell += stop - at;
                } else {
                    inCell[depth] += stop - at;
                    bytesOfLink[depth] += stop - at;
                }
                at = stop;
            }
        }

        void finishCell() {
            int most = EMPTY;
            for (int depth = 0; depth < inCell.length; depth++) {
                if (inCell[depth] > (most == EMPTY ? 0 : inCell[most])) {
                    most = depth;
                }
            }
            links[cell] = most == EMPTY && zerosInCell > 0 ? ZERO : most;
            zerosInCell = 0;
            Arrays.fill(inCell, 0);
        }

        @Override
        public void data(long start, long length, int depth, Path file, long at) {
            count(start, length, depth);
        }

        @Override
        public void compressed(long start, long length, int depth, Path file, long at, int storedLength) {
            count(start, length, depth);
        }

        @Override
        public void zero(long start, long length, int depth, @Nullable Path file, long at) {
            count(start, length, ZERO);
        }

        @Override
        public void unallocated(long start, long length, int depth) {
            // Nobody's: an empty cell.
        }
    }
}
