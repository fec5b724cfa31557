package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.CreateSpec;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs common commands once, so that the JVM can record what they load; the launcher starts it beside the first command of
 * an installation, with its streams leading nowhere.
 *
 * <p>In scenes, each in a JVM of its own: the first, not recorded, makes the disks; each other one is a record. A JVM links
 * the whole of a record before it starts, so what only shows something must not wait for what copies need.
 */
public final class Rehearsal {
    private static final long CAPACITY = 1 << 20;
    /** The links of one chain, the base first. */
    private static final List<DiskFormat> CHAIN =
            List.of(DiskFormat.VMFS_THIN, DiskFormat.MONOLITHIC_SPARSE, DiskFormat.VMFS_SPARSE, DiskFormat.SE_SPARSE);

    private final Path folder;

    private Rehearsal(Path folder) {
        this.folder = folder;
    }

    /** Takes the word for the scene and the folder to play in, which the first scene makes. */
    public static void main(String[] arguments) throws IOException {
        Rehearsal rehearsal = new Rehearsal(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "set" -> rehearsal.set();
            case "look" -> rehearsal.looks();
            case "work" -> {
                rehearsal.looks();
                rehearsal.copies();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private void set() throws IOException {
        Volume.system().createFolder(folder);
        StagedDisk.createEmpty(Path.of(disk(0)), CreateSpec.of(CHAIN.get(0), CAPACITY), Progress.NONE);
        for (int link = 1; link < CHAIN.size(); link++) {
            CreateSpec delta = CreateSpec.of(CHAIN.get(link), CAPACITY).withParent(Path.of(disk(link - 1)));
            StagedDisk.createEmpty(Path.of(disk(link)), delta, Progress.NONE);
        }
        try (VirtualDisk top = VirtualDisk.open(Path.of(disk(CHAIN.size() - 1)), OpenOptions.writable())) {
            top.write(CAPACITY / 2, ByteBuffer.wrap("not zero".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private String disk(int link) {
        return file(CHAIN.get(link).word() + ".vmdk");
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** Without picocli, as short lines are understood. */
    private void looks() {
        for (String command : List.of("info", "map")) {
            for (int link = 0; link < CHAIN.size(); link++) {
                Main.runInThisProcess(command, disk(link));
            }
            Main.runInThisProcess(command, "--json", disk(CHAIN.size() - 1));
            Main.runInThisProcess(command, "--quiet", disk(CHAIN.size() - 1));
        }
    }

    /** Through picocli, with all that longer commands need. */
    private void copies() {
        String disk = disk(CHAIN.size() - 1);
        String raw = converted(disk, DiskFormat.RAW, "copy.raw");
        String sparse = converted(DiskArgument.RAW_PREFIX + raw, DiskFormat.MONOLITHIC_SPARSE, "copy.vmdk");
        String stream = converted(sparse, DiskFormat.STREAM_OPTIMIZED, "stream.vmdk");
        converted(stream, DiskFormat.RAW, "again.raw");
        Main.runInThisProcess("compare", "--quiet", sparse, DiskArgument.RAW_PREFIX + raw);
        Main.runInThisProcess("check", "--quiet", disk);
        Main.runInThisProcess("consolidate", "--quiet", disk);
        Main.runInThisProcess("info", file("missing.vmdk"));
    }

    private String converted(String disk, DiskFormat format, String name) {
        String copy = file(name);
        Main.runInThisProcess("convert", "--quiet", disk, copy, "-O", format.word());
        return copy;
    }
}
