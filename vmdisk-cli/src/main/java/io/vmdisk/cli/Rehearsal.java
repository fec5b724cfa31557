package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs short commands once, so that the JVM can record what they load; the launcher starts it beside the first command of
 * an installation, with its streams leading nowhere.
 */
public final class Rehearsal {
    private static final long CAPACITY = 1 << 20;
    private static final DiskFormat[] CHAIN = {
        DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE
    };

    private final Volume volume = Volume.system();
    private final Path folder;
    private final List<Path> made = new ArrayList<>();

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /** Takes the folder to play in; it is made if missing and left empty. */
    public static void main(String[] arguments) throws IOException {
        new Rehearsal(Path.of(arguments[0])).run();
    }

    private void run() throws IOException {
        volume.createFolder(folder);
        for (Path left : volume.list(folder)) {
            volume.delete(left);
        }
        try {
            String flat = make("flat.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY));
            String top = "";
            for (DiskFormat format : CHAIN) {
                CreateSpec spec = CreateSpec.of(format, CAPACITY);
                top = make(format.word() + ".vmdk", top.isEmpty() ? spec : spec.withParent(Path.of(top)));
            }
            for (String command : new String[] {"info", "map"}) {
                play(command, flat);
                play(command, top);
                play(command, "--json", top);
                play(command, "--quiet", top);
            }
            play("info", folder.resolve("missing.vmdk").toString());
        } finally {
            for (Path file : made) {
                volume.delete(file);
            }
        }
    }

    private String make(String name, CreateSpec spec) throws IOException {
        Path disk = folder.resolve(name);
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        made.addAll(StagedDisk.files(disk, spec));
        return disk.toString();
    }

    private static void play(String... arguments) {
        Main.run(Console.system(new CancelSwitch()), arguments);
    }
}
