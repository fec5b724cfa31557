package io.vmdisk.transfer;

import io.vmdisk.disk.make.DiskRoom;
import java.util.List;

/**
 * What a convert is going to cost, as far as that is known before it.
 *
 * @param bytes that are read of the source at most: what its tables say it stores, less what is shared with it
 * @param room what the new disk needs: all of it for a thick one; at most so much for a sparse one, less the zeros in what
 *     is read; of a compressed one or a delta only what it takes while it is empty; nothing for what it shares
 * @param notes what is shared, and what can't be known
 */
public record ConvertCost(long bytes, DiskRoom room, List<String> notes) {
    /** Copies the list. */
    public ConvertCost {
        notes = List.copyOf(notes);
    }
}
