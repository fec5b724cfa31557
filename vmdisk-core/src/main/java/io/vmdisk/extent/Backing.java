package io.vmdisk.extent;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What lies below an extent: the parent chain, or nothing. */
public interface Backing {
    /** No parent: unallocated reads as zeros. */
    Backing NONE = new Backing() {
        @Override
        public boolean isPresent() {
            return false;
        }

        @Override
        public void read(long at, ByteBuffer into) {
            while (into.hasRemaining()) {
                into.put((byte) 0);
            }
        }
    };

    /** Whether unallocated grains may read as something other than zeros. */
    boolean isPresent();

    /** Fills {@code into} with what the parent holds at {@code at}, relative to the extent; zeros past its end. */
    void read(long at, ByteBuffer into) throws IOException;
}
