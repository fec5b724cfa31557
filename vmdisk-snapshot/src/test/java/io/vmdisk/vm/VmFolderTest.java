package io.vmdisk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.VmFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VmFolderTest {
    private Machine vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Machine.withOneSnapshot();
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    @Test
    void givesEveryFileOfAMachineItsRoleAndOwner() throws IOException {
        assertThat(vm.read().files())
                .extracting(file -> file.name() + " " + file.role() + " "
                        + file.owner().kind() + " " + file.owner().name())
                .containsExactly(
                        "vmware.log LOG HOST ",
                        "web01-000001-delta.vmdk DISK_DATA DISK scsi0:0",
                        "web01-000001.vmdk DISK_DESCRIPTOR DISK scsi0:0",
                        "web01-Snapshot1.vmsn SNAPSHOT_CHECKPOINT SNAPSHOT 1 clean",
                        "web01-flat.vmdk DISK_DATA SNAPSHOT 1 clean",
                        "web01.nvram FIRMWARE_VARIABLES MACHINE ",
                        "web01.vmdk DISK_DESCRIPTOR SNAPSHOT 1 clean",
                        "web01.vmsd SNAPSHOT_LIST MACHINE ",
                        "web01.vmx CONFIGURATION MACHINE ",
                        "web01.vmxf EXTENDED_CONFIGURATION MACHINE ");
        assertThat(vm.read().orphans()).isEmpty();
        assertThat(vm.read().findings()).isEmpty();
        assertThat(vm.read().disks())
                .singleElement()
                .satisfies(
                        disk -> assertThat(disk.chain().orElseThrow().links()).hasSize(2));
    }

    @Test
    void readsTheSampleMachine() throws IOException {
        VmFolder sample = VmFolder.read(Path.of(System.getProperty("vmdisk.testdata"), "web01"));

        assertThat(sample.findings()).isEmpty();
        assertThat(sample.orphans()).isEmpty();
        assertThat(sample.snapshots().select("installed/before the upgrade").uid())
                .isEqualTo(2);
        assertThat(sample.files(FileRole.SNAPSHOT_CHECKPOINT)).hasSize(2);
    }

    @Test
    void findsWhatNothingRefersTo() throws IOException {
        vm.delta("web01-000007", "web01", "a0000003", "a0000001");
        vm.checkpoint("web01-Snapshot9.vmsn", 0xbed2bed2);
        vm.bytes("web01-Snapshot9.vmem", new byte[4096]);
        vm.bytes("old-flat.vmdk", new byte[512]);
        vm.text("web01-ctk.vmdk", "\u0000");
        vm.bytes("web01-ctk.vmdk", new byte[] {(byte) 0xA2, 0x72, 0x19, (byte) 0xF6});

        assertThat(vm.read().orphans())
                .extracting(VmFile::name)
                .containsExactly(
                        "old-flat.vmdk",
                        "web01-000007-delta.vmdk",
                        "web01-000007.vmdk",
                        "web01-Snapshot9.vmem",
                        "web01-Snapshot9.vmsn",
                        "web01-ctk.vmdk");
        assertThat(vm.of("web01-ctk.vmdk")).isEqualTo("CHANGE_TRACKING NOBODY");
        assertThat(vm.of("web01-Snapshot9.vmem")).isEqualTo("SNAPSHOT_MEMORY NOBODY");
    }

    @Test
    void decidesByContentWhereTheNameLies() throws IOException {
        vm.text("trap-flat.vmdk", "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\nRW 1 FLAT \"x\" 0\n");
        vm.bytes("fake.vmx", new byte[100]);
        vm.text("fake.vmsn", "not a checkpoint");
        Files.delete(vm.folder.resolve("fake.vmx"));

        assertThat(vm.of("trap-flat.vmdk")).isEqualTo("DISK_DESCRIPTOR NOBODY");
        assertThat(vm.of("fake.vmsn")).isEqualTo("UNKNOWN USER");
    }

    @Test
    void followsChangeTrackingThroughTheDescriptor() throws IOException {
        Path base = vm.folder.resolve("web01.vmdk");
        vm.text("web01.vmdk", Files.readString(base) + "changeTrackPath=\"web01-ctk.vmdk\"\n");
        vm.bytes("web01-ctk.vmdk", new byte[] {(byte) 0xA2, 0x72, 0x19, (byte) 0xF6});

        assertThat(vm.of("web01-ctk.vmdk")).isEqualTo("CHANGE_TRACKING SNAPSHOT 1 clean");
    }

    @Test
    void knowsTheFilesOfARunOfAHostAndOfUsers() throws IOException {
        vm.bytes("web01-1a2b3c4d.vswp", new byte[10]);
        vm.bytes("vmx-web01-123456-1.vswp", new byte[10]);
        vm.bytes("564d0000-1111.vmem", new byte[10]);
        vm.text("web01.vmx~", "config.version = \"8\"\n");
        vm.text("web01.vmx.vmdisk-new", "x");
        vm.text("hbr-persistent-state-RDID-1.psf", "x");
        vm.text("notes.txt", "x");
        vm.text("tools.iso", "x");
        vm.text("web01.hlog", "x");
        vm.text("caches/x", "x");

        assertThat(vm.of("web01-1a2b3c4d.vswp")).isEqualTo("SWAP RUN");
        assertThat(vm.of("vmx-web01-123456-1.vswp")).isEqualTo("PROCESS_SWAP RUN");
        assertThat(vm.of("564d0000-1111.vmem")).isEqualTo("PAGING_FILE RUN");
        assertThat(vm.of("web01.vmx~")).isEqualTo("CONFIGURATION_COPY HOST");
        assertThat(vm.of("web01.vmx.vmdisk-new")).isEqualTo("UNFINISHED HOST");
        assertThat(vm.of("hbr-persistent-state-RDID-1.psf")).isEqualTo("REPLICATION_STATE HOST");
        assertThat(vm.of("notes.txt")).isEqualTo("UNKNOWN USER");
        assertThat(vm.of("tools.iso")).isEqualTo("MEDIA USER");
        assertThat(vm.of("web01.hlog")).isEqualTo("TASK_LIST HOST");
        assertThat(vm.of("caches")).isEqualTo("FOLDER USER");
    }

    @Test
    void seesThatAnotherMachineOfTheFolderNeedsAFile() throws IOException {
        vm.text("other.vmx", """
                config.version = "8"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "other.vmdk"
                """);
        vm.base("other");

        VmFolder folder = VmFolder.read(vm.folder.resolve("web01.vmx"), vm.volume);

        assertThat(folder.orphans()).isEmpty();
        assertThat(folder.files())
                .filteredOn(file -> file.name().startsWith("other"))
                .extracting(VmFile::owner)
                .containsOnly(new FileOwner(FileOwner.Kind.OTHER_MACHINE, "other.vmx"));
        assertThatThrownBy(vm::read)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("other.vmx, web01.vmx");
    }

    @Test
    void keepsTheDisksOfDevicesThatAreSwitchedOff() throws IOException {
        vm.vmx("web01-000001.vmdk", """
                scsi0:3.present = "FALSE"
                scsi0:3.fileName = "spare-000001.vmdk"
                vendor.note = "notes.nvram"
                """);
        vm.base("spare");
        vm.delta("spare-000001", "spare", "a0000002", "a0000001");
        vm.text("notes.nvram", "x");

        assertThat(vm.read().orphans()).isEmpty();
        assertThat(vm.of("spare-flat.vmdk")).isEqualTo("DISK_DATA MACHINE");
        assertThat(vm.of("notes.nvram")).isEqualTo("FIRMWARE_VARIABLES MACHINE");
    }

    @Test
    void refusesAFolderWithoutMachineAndOneWithTwoForms() throws IOException {
        vm.text("web01.vmtx", "config.version = \"8\"\n");

        assertThatThrownBy(vm::read).isInstanceOf(UnsafeStateException.class).hasMessageContaining("web01.vmtx");
        assertThatThrownBy(() -> VmFolder.read(vm.files.getPath("/vms"), vm.volume))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("no .vmx");
    }

    @Test
    void reportsMissingDisksAndCheckpointsAndBrokenChains() throws IOException {
        Files.delete(vm.folder.resolve("web01-Snapshot1.vmsn"));
        vm.delta("web01-000001", "web01", "a0000002", "deadbeef");

        assertThat(vm.read().findings()).extracting(Finding::id).containsExactly("vm.chain", "vm.checkpoint-missing");
        // A parent with another content ID is needed all the same: never an orphan.
        assertThat(vm.read().orphans()).isEmpty();

        Files.delete(vm.folder.resolve("web01.vmdk"));
        assertThat(vm.read().findings())
                .extracting(Finding::id)
                .containsExactly("vm.chain", "vm.disk-missing", "vm.checkpoint-missing");
    }

    @Test
    void neverFollowsACheckpointNameThatIsNone() throws IOException {
        String list = Files.readString(vm.folder.resolve("web01.vmsd"));
        vm.text("web01.vmsd", list.replace("web01-Snapshot1.vmsn", "web01.nvram"));

        assertThat(vm.of("web01.nvram")).isEqualTo("FIRMWARE_VARIABLES MACHINE");
        assertThat(vm.of("web01-Snapshot1.vmsn")).isEqualTo("SNAPSHOT_CHECKPOINT NOBODY");
    }

    @Test
    void claimsNothingAsOrphanWhereTheConfigurationIsEncrypted() throws IOException {
        vm.text("web01.vmx", """
                .encoding = "UTF-8"
                displayName = "web01"
                encryption.keySafe = "vmware:key/list/()"
                encryption.data = "AAAA"
                """);

        assertThat(vm.read().orphans()).isEmpty();
        assertThat(vm.power().state()).isEqualTo(PowerState.UNKNOWN);
    }
}
