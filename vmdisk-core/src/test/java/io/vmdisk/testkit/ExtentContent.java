package io.vmdisk.testkit;

import io.vmdisk.extent.Backing;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What an extent over a parent reads as, by the plainest way there is. Checks that its runs leave no gap. */
public final class ExtentContent {
    private ExtentContent() {}

    /** All of it, without a parent. */
    public static byte[] of(Extent extent) throws IOException {
        return of(extent, Backing.NONE);
    }

    /** All of it. */
    public static byte[] of(Extent extent, Backing backing) throws IOException {
        return of(extent, backing, 0, Math.toIntExact(extent.capacity()));
    }

    /** A range of it. */
    public static byte[] of(Extent extent, Backing backing, long start, int length) throws IOException {
        byte[] content = new byte[length];
        Filler filler = new Filler(extent, backing, start, content);
        extent.locate(start, length, filler);
        if (filler.next != start + length) {
            throw new AssertionError("the runs end at " + filler.next + ", not at " + (start + length));
        }
        return content;
    }

    /** A parent that holds these bytes. */
    public static Backing backing(byte[] parent) {
        return new Backing() {
            @Override
            public boolean isPresent() {
                return true;
            }

            @Override
            public void read(long at, ByteBuffer into) {
                int there = (int) Math.max(0, Math.min(into.remaining(), parent.length - at));
                into.put(parent, there == 0 ? 0 : (int) at, there);
                into.put(new byte[into.remaining()]);
            }
        };
    }

    private static final class Filler implements ExtentSink {
        private final Extent extent;
        private final Backing backing;
        private final long origin;
        private final byte[] content;
        private long next;

        Filler(Extent extent, Backing backing, long origin, byte[] content) {
            this.extent = extent;
            this.backing = backing;
            this.origin = origin;
            this.content = content;
            this.next = origin;
        }

        private ByteBuffer at(long start, long length) {
            if (start != next || length <= 0) {
                throw new AssertionError("a run at " + start + " of " + length + ", expected at " + next);
            }
            next = start + length;
            return ByteBuffer.wrap(content, (int) (start - origin), (int) length)
                    .slice();
        }

        @Override
        public void data(long start, long length, long fileOffset) throws IOException {
            extent.readData(fileOffset, at(start, length));
        }

        @Override
        public void compressed(long start, long length, long fileOffset, int storedLength) throws IOException {
            extent.readCompressed(start, fileOffset, storedLength, at(start, length));
        }

        @Override
        public void zero(long start, long length, long heldOffset) {
            at(start, length);
        }

        @Override
        public void unallocated(long start, long length) throws IOException {
            backing.read(start, at(start, length));
        }
    }
}
