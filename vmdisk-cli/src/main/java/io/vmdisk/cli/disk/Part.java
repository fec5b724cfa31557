package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskSplits;
import java.io.IOException;

/** The part of a disk that one of many runs works on. */
sealed interface Part {
    /**
     * Its bytes.
     *
     * @throws IllegalArgumentException if the disk has none of these
     */
    ByteRange of(VirtualDisk disk) throws IOException;

    /**
     * Bytes by position.
     *
     * @param start the first
     * @param end the one behind the last; -1 for the end of the disk
     */
    record Stretch(long start, long end) implements Part {
        @Override
        public ByteRange of(VirtualDisk disk) {
            long stop = end < 0 ? disk.capacity() : end;
            if (stop > disk.capacity() || start > stop) {
                throw new IllegalArgumentException("the range from " + start + " to " + stop + " is not on the disk of "
                        + disk.capacity() + " bytes");
            }
            return new ByteRange(start, stop - start);
        }
    }

    /**
     * One of equal parts of what is stored.
     *
     * @param number from 1
     * @param count of all parts
     */
    record Shard(int number, int count) implements Part {
        @Override
        public ByteRange of(VirtualDisk disk) throws IOException {
            return DiskSplits.shard(disk, number, count).range();
        }
    }

    /** Reads {@code START:END}, of which the end may be missing. */
    final class StretchConverter extends PicocliConverter<Part> {
        StretchConverter() {
            super(new StretchReader());
        }

        /** Does the work. */
        static final class StretchReader implements WordReader<Part> {
            @Override
            public Part convert(String text) {
                int colon = text.indexOf(':');
                try {
                    if (colon >= 0) {
                        String end = text.substring(colon + 1);
                        return new Stretch(
                                ByteSize.parse(text.substring(0, colon)), end.isEmpty() ? -1 : ByteSize.parse(end));
                    }
                } catch (IllegalArgumentException e) {
                    throw new WordException("'" + text + "' is no range: " + e.getMessage());
                }
                throw new WordException("'" + text + "' is no range, expected START:END such as 1G:2G");
            }
        }
    }

    /** Reads {@code 3/64}. */
    final class ShardConverter extends PicocliConverter<Part> {
        ShardConverter() {
            super(new ShardReader());
        }

        /** Does the work. */
        static final class ShardReader implements WordReader<Part> {
            @Override
            public Part convert(String text) {
                if (text.matches("[1-9][0-9]{0,5}/[1-9][0-9]{0,5}")) {
                    int slash = text.indexOf('/');
                    int number = Integer.parseInt(text.substring(0, slash));
                    int count = Integer.parseInt(text.substring(slash + 1));
                    if (number <= count) {
                        return new Shard(number, count);
                    }
                }
                throw new WordException("'" + text + "' is no shard, expected NUMBER/COUNT such as 3/64");
            }
        }
    }
}
