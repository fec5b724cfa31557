package io.vmdisk.cli.line;

import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What an operand is: told by its name where VMware gives that kind a name of its own. */
public enum OperandKind {
    /** A disk, or whatever else shall be refused as one. */
    DISK,
    /** A configuration, or a folder. */
    MACHINE,
    /** A machine's saved state. */
    CHECKPOINT,
    /** A machine's memory without one. */
    MEMORY;

    public static OperandKind of(DiskArgument argument, Volume volume) {
        if (argument.isRaw()) {
            return DISK;
        }
        Path path = argument.path();
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return switch (dot < 0 ? "" : name.substring(dot)) {
            case ".vmx", ".vmtx" -> MACHINE;
            case ".vmsn", ".vmss" -> CHECKPOINT;
            case ".vmem" -> MEMORY;
            default -> isFolder(path, volume) ? MACHINE : DISK;
        };
    }

    private static boolean isFolder(Path path, Volume volume) {
        try {
            return volume.facts(path).kind() == FileFacts.Kind.FOLDER;
        } catch (IOException e) {
            // Opening it as a disk tells what is wrong.
            return false;
        }
    }
}
