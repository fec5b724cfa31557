package io.vmdisk.transfer;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import java.util.List;

/**
 * What came of a stream that was read from a pipe.
 *
 * @param capacity of the disk in it, in bytes
 * @param unreadable ranges of the disk whose content is lost and reads as zeros; ascending, empty unless salvaging
 * @param findings what was odd; of many of a kind the first few
 */
public record Imported(long capacity, List<ByteRange> unreadable, List<Finding> findings) {
    /** Keeps copies. */
    public Imported {
        unreadable = List.copyOf(unreadable);
        findings = List.copyOf(findings);
    }
}
