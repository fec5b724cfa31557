package io.vmdisk.cli;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
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

    private static final String VM = "play.vmx";
    private static final String VM_TEXT = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "14"
            displayName = "play"
            guestOS = "other-64"
            memSize = "512"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "lsilogic"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "seSparse.vmdk"
            """;

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
                rehearsal.machine();
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
        NewFile.write(Path.of(file(VM)), VM_TEXT.getBytes(StandardCharsets.UTF_8));
        Main.runInThisProcess("snapshot", "create", "--quiet", file(VM), "first");
    }

    private String disk(int link) {
        return file(CHAIN.get(link).word() + ".vmdk");
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** What the first look at an installation is for. */
    private void looks() {
        for (String command : List.of("info", "map")) {
            for (int link = 0; link < CHAIN.size(); link++) {
                Main.runInThisProcess(command, disk(link));
            }
            Main.runInThisProcess(command, "--json", disk(CHAIN.size() - 1));
            Main.runInThisProcess(command, "--quiet", disk(CHAIN.size() - 1));
        }
    }

    /** What scripts ask of a machine, with options of each kind. */
    private void machine() {
        String vm = file(VM);
        Main.runInThisProcess("info", "-v", "--json", vm);
        Main.runInThisProcess("check", "--threads", "1", "--progress", "none", vm);
        Main.runInThisProcess("check", "--chain", disk(CHAIN.size() - 1));
        Main.runInThisProcess("files", vm);
        Main.runInThisProcess("snapshot", "list", vm);
        Main.runInThisProcess("snapshot", "list", "--json", vm);
        Main.runInThisProcess("vmx", "get", vm, "memSize");
        Main.runInThisProcess("vmx", "list", vm);
        Main.runInThisProcess("vmx", "lint", vm);
        Main.runInThisProcess("hardware", "--hw", "14");
    }

    /** All that longer commands need; the last line is left to picocli. */
    private void copies() {
        String disk = disk(CHAIN.size() - 1);
        String raw = converted(disk, DiskFormat.RAW, "copy.raw");
        String sparse = converted(DiskArgument.RAW_PREFIX + raw, DiskFormat.MONOLITHIC_SPARSE, "copy.vmdk");
        String stream = converted(sparse, DiskFormat.STREAM_OPTIMIZED, "stream.vmdk");
        converted(stream, DiskFormat.RAW, "again.raw");
        Main.runInThisProcess("compare", "--quiet", sparse, DiskArgument.RAW_PREFIX + raw);
        Main.runInThisProcess("check", "--quiet", disk);
        Main.runInThisProcess("snapshot", "delete-all", "--quiet", "--yes", file(VM));
        Main.runInThisProcess("info", file("missing.vmdk"));
        Main.runInThisProcess("info", "--help");
    }

    private String converted(String disk, DiskFormat format, String name) {
        String copy = file(name);
        Main.runInThisProcess("convert", "--quiet", disk, copy, "-O", format.word());
        return copy;
    }
}
