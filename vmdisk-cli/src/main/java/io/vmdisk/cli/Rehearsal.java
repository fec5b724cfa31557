package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.StagedDisk;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs common commands once, so that the JVM can record what they load; the launcher starts it beside the first command of
 * an installation, with its streams leading nowhere.
 */
public final class Rehearsal {
    private static final long CAPACITY = 1 << 20;
    private static final DiskFormat[] CHAIN = {
        DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE
    };

    private final Volume volume = Volume.system();
    private final Path folder;

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /** Takes the folder to play in; it is made if missing and left empty. */
    public static void main(String[] arguments) throws IOException {
        new Rehearsal(Path.of(arguments[0])).run();
    }

    private void run() throws IOException {
        volume.createFolder(folder);
        empty();
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
            copies(top);
        } finally {
            empty();
        }
    }

    private void empty() throws IOException {
        for (Path file : volume.list(folder)) {
            volume.delete(file);
        }
    }

    /** Through picocli, with all that longer commands need. */
    private void copies(String disk) throws IOException {
        fill(disk);
        String raw = converted(disk, DiskFormat.RAW, "copy.raw");
        String sparse = converted(DiskArgument.RAW_PREFIX + raw, DiskFormat.MONOLITHIC_SPARSE, "copy.vmdk");
        String stream = converted(sparse, DiskFormat.STREAM_OPTIMIZED, "stream.vmdk");
        converted(stream, DiskFormat.RAW, "again.raw");
        play("compare", "--quiet", sparse, DiskArgument.RAW_PREFIX + raw);
        play("check", "--quiet", disk);
        play("consolidate", "--quiet", disk);
    }

    private void fill(String disk) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(Path.of(disk), OpenOptions.writable())) {
            open.write(CAPACITY / 2, ByteBuffer.wrap("not zero".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private String converted(String disk, DiskFormat format, String name) {
        Path copy = folder.resolve(name);
        play("convert", "--quiet", disk, copy.toString(), "-O", format.word());
        return copy.toString();
    }

    private String make(String name, CreateSpec spec) throws IOException {
        Path disk = folder.resolve(name);
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        return disk.toString();
    }

    private static void play(String... arguments) {
        Main.run(Console.system(new CancelSwitch()), arguments);
    }
}
