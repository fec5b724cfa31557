package io.vmdisk.disk;

import io.vmdisk.extent.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The open links of a chain, and what becomes of what can't be read of them.
 *
 * @param open the disk first
 * @param damage whether damage is refused, or how it reads
 * @param end what lies behind the last link
 * @param losses what is lost
 */
record Layers(List<OpenLink> open, OpenOptions.Damage damage, End end, Losses losses) {
    /** What lies behind the last link. */
    enum End {
        /** Nothing: what no link has reads as zeros. */
        BASE,
        /** A parent that is missing: what no link has is lost. */
        BREAK
    }

    Layers {
        open = List.copyOf(open);
    }

    /** Links of which damage is refused. */
    static Layers of(List<OpenLink> open) {
        return new Layers(open, OpenOptions.Damage.REFUSED, End.BASE, new Losses());
    }

    /** No link has a stretch. */
    void pastEnd(long start, long length) {
        if (end == End.BREAK && damage != OpenOptions.Damage.REFUSED) {
            losses.add(start, length);
        }
    }

    /** A stretch of a link is lost; whether it reads as zeros and not as the parent does. */
    boolean hidesWhenLost(long start, long length) {
        losses.add(start, length);
        return damage != OpenOptions.Damage.AS_PARENT;
    }

    /** Fills {@code into} with plain bytes; {@code position} is where they are on the disk. */
    void readData(Extent extent, long fileOffset, long position, ByteBuffer into) throws IOException {
        if (damage == OpenOptions.Damage.REFUSED) {
            extent.readData(fileOffset, into);
        } else {
            losses.readData(extent, fileOffset, position, into);
        }
    }

    /** Takes the failure to read a compressed grain: refuses it, or counts its bytes as lost. */
    void grainFailed(IOException failure, long position, int count) throws IOException {
        if (damage == OpenOptions.Damage.REFUSED || !Losses.isDamage(failure)) {
            throw failure;
        }
        losses.add(position, count);
    }
}
