package io.vmdisk.guest.ntfs;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The journal of NTFS ({@code $LogFile}), of which only the two restart pages at its start matter: they say whether the
 * volume was dismounted. A journal of nothing but ones is what Linux leaves behind and what mkntfs makes.
 */
final class NtfsLog {
    private static final int RESTART = 0x52545352; // "RSTR"
    private static final int CHECKED = 0x444B4843; // "CHKD"
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int NO_CLIENT = 0xFFFF;
    private static final int VOLUME_IS_CLEAN = 2;

    private final GuestWindow window;
    private final NtfsStream log;

    NtfsLog(GuestWindow window, NtfsStream log) {
        this.window = window;
        this.log = log;
    }

    void requireClean() throws IOException {
        if (isEmpty()) {
            return;
        }
        ByteBuffer first = restartPage(0);
        ByteBuffer second = restartPage(first == null ? 4096 : first.getInt(16));
        ByteBuffer newest = newest(first, second);
        if (newest == null) {
            throw dirty("it has no valid restart page");
        }
        int major = newest.getShort(28);
        int minor = newest.getShort(26);
        if (major != 1 || minor != 1) {
            throw dirty("it is of version " + major + "." + minor
                    + ", which Windows uses while a volume is mounted or suspended by fast startup");
        }
        int area = newest.getShort(24) & 0xFFFF;
        boolean noClient = (newest.getShort(area + 12) & 0xFFFF) == NO_CLIENT;
        if (!noClient && (newest.getShort(area + 14) & VOLUME_IS_CLEAN) == 0) {
            throw dirty("the volume was not dismounted");
        }
    }

    private boolean isEmpty() throws IOException {
        for (long at = 0; at < log.dataBytes(); at += CHUNK_BYTES) {
            ByteBuffer chunk = log.read(at, (int) Math.min(CHUNK_BYTES, log.dataBytes() - at));
            while (chunk.hasRemaining()) {
                if (chunk.get() != -1) {
                    return false;
                }
            }
        }
        return true;
    }

    private static @Nullable ByteBuffer newest(@Nullable ByteBuffer first, @Nullable ByteBuffer second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return sequence(second) > sequence(first) ? second : first;
    }

    private static long sequence(ByteBuffer page) {
        return page.getLong(page.getShort(24) & 0xFFFF);
    }

    /** A restart page that was written whole, or null. */
    private @Nullable ByteBuffer restartPage(long at) throws IOException {
        if (at > log.writtenBytes() - 4096) {
            return null;
        }
        ByteBuffer head = log.read(at, 32);
        if (head.getInt(0) == CHECKED) {
            throw dirty("a check was at work on it");
        }
        int pageBytes = head.getInt(16);
        if (head.getInt(0) != RESTART
                || pageBytes < 4096
                || pageBytes > 65536
                || Integer.bitCount(pageBytes) != 1
                || at > log.writtenBytes() - pageBytes) {
            return null;
        }
        int area = head.getShort(24) & 0xFFFF;
        if (area < 32 || area % 8 != 0 || area > 512 - 32) {
            return null;
        }
        ByteBuffer page = log.read(at, pageBytes).order(ByteOrder.LITTLE_ENDIAN);
        NtfsFixups.undo(window, 0, page);
        return page;
    }

    private static UnsafeStateException dirty(String why) {
        return new UnsafeStateException(
                "guest-dirty",
                null,
                "the journal of the NTFS volume is not clean: " + why,
                "shut Windows down in full (shutdown /s /t 0, fast startup off), or run chkdsk");
    }
}
