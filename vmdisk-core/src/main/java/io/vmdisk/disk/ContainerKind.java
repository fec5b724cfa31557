package io.vmdisk.disk;

import io.vmdisk.extent.cowd.CowdExtents;
import io.vmdisk.extent.hosted.HostedExtents;
import io.vmdisk.extent.sesparse.SeSparseExtents;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the first bytes of a file say it is. */
public enum ContainerKind {
    /** Hosted sparse or stream-optimised. */
    HOSTED,
    /** VMFSsparse. */
    COWD,
    /** Space-efficient sparse. */
    SESPARSE,
    /** A change tracking file: no disk, in spite of its suffix. */
    CHANGE_TRACKING,
    /** Nothing that can be told from its first bytes: a descriptor text or raw data. */
    OTHER;

    /** Enough bytes to tell. */
    public static final int PROBE_BYTES = 4096;

    private static final int CHANGE_TRACKING_MAGIC = 0xF61972A2;

    /** What a file is. */
    public static ContainerKind of(BlockFile file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(PROBE_BYTES);
        file.read(0, start);
        return of(start.flip());
    }

    /** The kind of a file that begins so. */
    public static ContainerKind of(ByteBuffer start) {
        if (HostedExtents.hasMagic(start)) {
            return HOSTED;
        }
        if (CowdExtents.hasMagic(start)) {
            return COWD;
        }
        if (SeSparseExtents.hasMagic(start)) {
            return SESPARSE;
        }
        boolean tracking = start.remaining() >= Integer.BYTES
                && start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position()) == CHANGE_TRACKING_MAGIC;
        return tracking ? CHANGE_TRACKING : OTHER;
    }
}
