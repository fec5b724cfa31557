package io.vmdisk.guest.ntfs;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.GuestText;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether an NTFS volume rests: dismounted, not in need of a check, and not kept in the memory of a Windows that sleeps.
 */
final class NtfsState {
    private static final int DIRTY = 0x0001;
    /** The journal is to be resized, deleting the change journal, repairing object IDs, chkdsk at work or done. */
    private static final int UNFINISHED = 0x0002 | 0x0010 | 0x0020 | 0x4000 | 0x8000;

    private static final int HIBERNATION_HEAD = 4096;

    private final GuestWindow window;
    private final NtfsBootSector boot;
    private final NtfsTable table;

    NtfsState(GuestWindow window, NtfsBootSector boot, NtfsTable table) {
        this.window = window;
        this.boot = boot;
        this.table = table;
    }

    /** The name of the volume. */
    String label() throws IOException {
        List<NtfsAttribute> names = table.parts(table.record(NtfsTable.VOLUME), NtfsAttribute.VOLUME_NAME, "");
        if (names.isEmpty() || !names.get(0).isResident()) {
            return "";
        }
        ByteBuffer name = names.get(0).value();
        return GuestText.utf16(name, 0, name.limit() & -2);
    }

    void requireClean() throws IOException {
        List<NtfsAttribute> parts = table.parts(table.record(NtfsTable.VOLUME), NtfsAttribute.VOLUME_INFORMATION, "");
        if (parts.size() != 1
                || !parts.get(0).isResident()
                || parts.get(0).value().limit() < 12) {
            throw window.malformed("ntfs-volume", 0, "the NTFS volume has no information about itself");
        }
        ByteBuffer information = parts.get(0).value();
        int major = information.get(8);
        int minor = information.get(9);
        if (!((major == 3 && minor <= 1) || (major == 1 && minor == 2))) {
            throw new UnsupportedFeatureException("guest-ntfs-version", null, "NTFS version " + major + "." + minor);
        }
        int flags = information.getShort(10) & 0xFFFF;
        if ((flags & DIRTY) != 0) {
            throw unsafe("guest-dirty", "the NTFS volume is marked dirty", "run chkdsk /f in Windows");
        }
        if ((flags & UNFINISHED) != 0) {
            throw unsafe(
                    "guest-dirty",
                    String.format("the NTFS volume has work to finish (flags %#x)", flags),
                    "start Windows and shut it down in full");
        }
        new NtfsLog(window, table.data(NtfsTable.LOG_FILE, "$LogFile")).requireClean();
        requireAwake();
    }

    private void requireAwake() throws IOException {
        OptionalLong record = new NtfsRootDirectory(window, boot, table).find("hiberfil.sys");
        if (record.isEmpty()) {
            return;
        }
        NtfsStream file = table.data(record.getAsLong(), "hiberfil.sys");
        if (file.dataBytes() < HIBERNATION_HEAD) {
            throw asleep();
        }
        if (file.writtenBytes() < 4) {
            return;
        }
        int mark = file.read(0, 4).order(ByteOrder.BIG_ENDIAN).getInt(0);
        if (mark == 0x68696272 || mark == 0x48494252) { // "hibr", "HIBR"
            throw asleep();
        }
    }

    private static UnsafeStateException asleep() {
        return unsafe(
                "guest-hibernated",
                "Windows is hibernated or was shut down with fast startup, so the NTFS volume is in use",
                "start Windows and shut it down in full (shutdown /s /t 0, powercfg /h off)");
    }

    private static UnsafeStateException unsafe(String condition, String problem, String hint) {
        return new UnsafeStateException(condition, null, problem, hint);
    }
}
