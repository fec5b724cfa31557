package io.vmdisk.extent;

import io.vmdisk.LimitExceededException;
import java.nio.file.Path;

/** The largest disk that a host takes: 62 TiB, as one file or as a delta. */
public final class HostLimit {
    /** Bytes. */
    public static final long MAX_DISK_BYTES = 62L << 40;

    private HostLimit() {}

    /** Refuses a disk that is larger. */
    public static void require(long capacityBytes, Path disk) throws LimitExceededException {
        if (capacityBytes > MAX_DISK_BYTES) {
            throw new LimitExceededException(
                    "capacity",
                    disk,
                    capacityBytes + " bytes are more than the " + MAX_DISK_BYTES
                            + " (62 TiB, the most that a host takes as one disk)",
                    "choose a smaller size, or the format monolithicFlat or raw");
        }
    }
}
