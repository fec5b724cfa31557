package consumer;

import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disks.Disks;
import io.vmdisk.machine.Machine;
import io.vmdisk.machine.MachineOptions;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stranger's module: it sees what is exported and nothing else. */
public class Main {
    private static final String VMX = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "19"
            displayName = "new"
            guestOS = "other"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "lsilogic"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "new.vmdk"
            """;

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectory(Path.of(args[0]));
        Path disk = folder.resolve("new.vmdk");
        Disks.standard().create(disk, CreateSpec.of(DiskFormat.VMFS_THIN, 4 << 20));
        write(disk, "before");
        Files.writeString(folder.resolve("new.vmx"), VMX);

        Machine.open(folder).createSnapshot("one").run();
        try (VirtualDisk frozenAndDelta = Machine.open(folder).openDisk("scsi0:0")) {
            System.out.println(frozenAndDelta.links().size() + " links");
            write(frozenAndDelta.links().get(0).path(), "behind");
        }
        Operation merge = Machine.open(folder, MachineOptions.standard().withVolume(Volume.system()))
                .deleteAllSnapshots();
        merge.rehearse();
        merge.run(Progress.NONE);
        System.out.println(Machine.open(folder).consolidate().isEmpty());

        VmxFile vmx = VmxFile.read(Volume.system(), folder.resolve("new.vmx"));
        vmx.dictionary().set("memSize", "1024");
        vmx.save();

        Machine machine = Machine.open(folder);
        System.out.println(machine.configuration().memory().mib() + " MiB");
        System.out.println(machine.check().verdict());
        try (VirtualDisk whole = machine.openDisk("scsi0:0");
                BlockFile file = Volume.system().open(folder.resolve("new.vmx"), OpenMode.READ)) {
            ByteBuffer text = ByteBuffer.allocate(6);
            whole.read(0, text);
            System.out.println(whole.links().size() + " link: " + new String(text.array(), StandardCharsets.US_ASCII));
            System.out.println(file.size() > 0);
        }
    }

    private static void write(Path disk, String text) throws Exception {
        try (VirtualDisk open = VirtualDisk.open(disk, OpenOptions.writable())) {
            open.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
