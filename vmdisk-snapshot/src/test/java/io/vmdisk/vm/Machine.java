package io.vmdisk.vm;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Collectors;

/** A machine's folder in memory, all its files a day old. */
final class Machine implements Closeable {
    static final Instant NOW = Instant.parse("2026-11-24T20:00:00Z");
    private static final Instant YESTERDAY = NOW.minusSeconds(86_400);

    final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    final Path folder = files.getPath("/vms/web01");
    final Volume volume = Volume.system();

    Machine() throws IOException {
        Files.createDirectories(folder);
    }

    /** One disk, one snapshot: base frozen, first delta in use. */
    static Machine withOneSnapshot() throws IOException {
        Machine machine = new Machine();
        machine.vmx("web01-000001.vmdk", "");
        machine.base("web01");
        machine.delta("web01-000001", "web01", "a0000002", "a0000001");
        machine.text("web01.vmsd", """
                .encoding = "UTF-8"
                snapshot.lastUID = "1"
                snapshot.current = "1"
                snapshot0.uid = "1"
                snapshot0.filename = "web01-Snapshot1.vmsn"
                snapshot0.displayName = "clean"
                snapshot0.numDisks = "1"
                snapshot0.disk0.fileName = "web01.vmdk"
                snapshot0.disk0.node = "scsi0:0"
                snapshot.numSnapshots = "1"
                """);
        machine.checkpoint("web01-Snapshot1.vmsn", 0xbed2bed2);
        machine.text("web01.vmxf", "<?xml version=\"1.0\"?>\n<Foundry/>\n");
        machine.text("web01.nvram", "MRVN");
        machine.text("vmware.log", "2026-11-23T00:00:00 In(05) vmx VMX has left the building: 0.\n");
        return machine;
    }

    void vmx(String disk, String more) throws IOException {
        text("web01.vmx", """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                nvram = "web01.nvram"
                extendedConfigFile = "web01.vmxf"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.deviceType = "scsi-hardDisk"
                scsi0:0.fileName = "%s"
                """.formatted(disk) + more);
    }

    void base(String stem) throws IOException {
        text(stem + ".vmdk", """
                # Disk DescriptorFile
                version=1
                CID=a0000001
                parentCID=ffffffff
                createType="vmfs"
                RW 16 VMFS "%s-flat.vmdk"
                """.formatted(stem));
        bytes(stem + "-flat.vmdk", new byte[8192]);
    }

    void delta(String stem, String parent, String cid, String parentCid) throws IOException {
        text(stem + ".vmdk", """
                # Disk DescriptorFile
                version=1
                CID=%s
                parentCID=%s
                createType="vmfsSparse"
                parentFileNameHint="%s.vmdk"
                RW 16 VMFSSPARSE "%s-delta.vmdk"
                """.formatted(cid, parentCid, parent, stem));
        text(stem + "-delta.vmdk", "COWD");
    }

    void checkpoint(String name, int magic) throws IOException {
        bytes(
                name,
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(magic)
                        .putInt(8)
                        .array());
    }

    Path text(String name, String text) throws IOException {
        return bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path bytes(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return touched(file, YESTERDAY);
    }

    Path touched(Path file, Instant when) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(when));
    }

    VmFolder read() throws IOException {
        return VmFolder.read(folder, volume);
    }

    PowerVerdict power() throws IOException {
        return read().power(NOW);
    }

    /** Role and owner of a file, as one text. */
    String of(String name) throws IOException {
        return read().files().stream()
                .filter(file -> file.name().equals(name))
                .map(file -> file.role() + " " + file.owner().kind() + " "
                        + file.owner().name())
                .collect(Collectors.joining("|"))
                .strip();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
