package io.vmdisk.cli.line;

import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileKind;
import java.io.IOException;

/** Tells whoever calls a container raw that its own bytes, not those of the disk within, are going to be read. */
public final class RawLook {
    private RawLook() {}

    /** A word about each raw source that has the mark of another format; the user may mean it all the same. */
    public static void tell(GlobalOptions global, DiskArgument disk) throws IOException {
        if (disk.kind() != DiskArgument.Kind.RAW || !Volume.system().exists(disk.path())) {
            return;
        }
        FileKind kind = FileKind.of(Volume.system(), disk.path());
        String advice =
                kind.wayOn(disk.path()).map(way -> ": " + RemedyWords.text(way)).orElse("");
        switch (kind) {
            case DISK, CHANGE_TRACKING, CHECKPOINT, OVA, OVF, QCOW, VDI, VHDX, VHD, ARCHIVE ->
                global.note(disk.path().getFileName() + " is " + kind.words()
                        + ", and raw: takes its bytes as those of the disk" + advice);
            default -> {}
        }
    }
}
