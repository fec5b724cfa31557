package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Runs short commands once, silently, so that the JVM can record what they load; the launcher starts it beside the
 * first command of an installation.
 */
public final class Rehearsal {
    private static final long CAPACITY = 1 << 20;

    private Rehearsal() {}

    /** Takes the folder to play in; it is made if missing and left empty. */
    public static void main(String[] arguments) throws IOException {
        Volume volume = Volume.system();
        Path folder = Path.of(arguments[0]);
        volume.createFolder(folder);
        Path disk = folder.resolve("rehearsal.vmdk");
        if (volume.exists(disk)) {
            volume.delete(disk);
        }
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), volume, Progress.NONE);
        try {
            for (String command : new String[] {"info", "map"}) {
                play(command, disk.toString());
                play(command, "--json", disk.toString());
            }
            play("info", folder.resolve("missing.vmdk").toString());
        } finally {
            volume.delete(disk);
        }
    }

    private static void play(String... arguments) {
        Main.run(Console.silent(), arguments);
    }
}
