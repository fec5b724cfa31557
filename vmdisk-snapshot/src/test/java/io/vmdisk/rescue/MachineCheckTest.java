package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.DiskFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineCheckTest {
    private Patient vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.VMFS, DiskFormat.MONOLITHIC_SPARSE);
        vm.snapshot("clean");
        vm.snapshot("patched");
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private Finding found(String id) throws IOException {
        CheckReport report = vm.check();
        List<Finding> those = report.findings().stream()
                .filter(finding -> finding.id().equals(id))
                .toList();
        assertThat(those).as(report.findings().toString()).hasSize(1);
        assertThat(those.get(0).message()).isNotBlank();
        return those.get(0);
    }

    @Test
    void findsNothingInASoundMachineAndLooksAtEveryFile() throws IOException {
        CheckReport report = vm.check();

        assertThat(report.findings()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(report.files().stream().map(file -> file.getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(vm.files());
    }

    @Test
    void looksIntoTheDisksOfEverySnapshot() throws IOException {
        vm.revert(1);
        vm.edit("web01-000001.vmdk", "RW 2048", "RW 2040");

        assertThat(vm.findings()).containsOnlyOnce("chain.capacity");

        vm.delete("web01-000001-delta.vmdk");
        assertThat(found("extent.missing").severity()).isEqualTo(Severity.ERROR);
        assertThat(vm.check().verdict()).isEqualTo(Verdict.CORRUPT);
    }

    @Test
    void tellsABrokenChainOnceWithTheCommandThatHelps() throws IOException {
        vm.text("web01-000001.vmdk", vm.text("web01-000001.vmdk").replaceAll("parentCID=\\w+", "parentCID=12345678"));

        assertThat(vm.findings()).containsExactly("chain.content-id");
        assertThat(found("chain.content-id").remedy().text())
                .contains("a repair of the content IDs of /vms/web01/web01.vmx");
    }

    @Test
    void findsALostDescriptorOfABaseAndOfADiskInUse() throws IOException {
        vm.delete("web01-000002.vmdk");
        assertThat(vm.findings())
                .containsOnlyOnce("disk.descriptor-lost")
                .doesNotContain("vm.disk-missing", "vm.disk-unseen", "vm.orphan");
        assertThat(found("disk.descriptor-lost").remedy().text())
                .contains("a repair of the descriptor of /vms/web01/web01.vmx");

        vm.delete("web01.vmdk");
        assertThat(vm.check().findings().stream()
                        .filter(finding -> finding.id().equals("disk.descriptor-lost"))
                        .map(finding -> finding.file().getFileName().toString()))
                .containsExactlyInAnyOrder("web01.vmdk", "web01-000002.vmdk");
    }

    @Test
    void findsADiskThatIsGoneAltogether() throws IOException {
        vm.delete("web01-000002.vmdk");
        vm.delete("web01-000002-delta.vmdk");

        assertThat(found("vm.disk-missing").message()).contains("scsi0:0");
        assertThat(vm.findings()).doesNotContain("disk.missing", "vm.disk-unseen");
    }

    @Test
    void findsALostListBecauseLinksAndCheckpointsAreLeft() throws IOException {
        vm.text("web01.vmsd", "");

        Finding lost = found("vm.list-lost");
        assertThat(lost.severity()).isEqualTo(Severity.ERROR);
        assertThat(lost.message()).contains("is empty", "web01-000001.vmdk", "web01-Snapshot2.vmsn");
        assertThat(lost.remedy().text()).contains("a repair of the snapshot list of /vms/web01/web01.vmx");
        assertThat(vm.findings()).contains("vm.checkpoint-unlisted", "vm.unowned");

        vm.delete("web01.vmsd");
        assertThat(found("vm.list-lost").message()).contains("is not there");
    }

    @Test
    void doesNotMissAListWhereThereNeverWasOne() throws IOException {
        try (Patient plain = new Patient(DiskFormat.VMFS)) {
            assertThat(plain.findings()).isEmpty();
        }
    }

    @Test
    void findsThatListAndChainsContradict() throws IOException {
        vm.edit("web01.vmsd", "snapshot1.disk0.fileName = \"web01-000001.vmdk\"", "");

        assertThat(vm.findings()).contains("vmsd.disk", "vm.unowned");
        assertThat(found("vm.unowned").remedy().text()).contains("a consolidation of /vms/web01/web01.vmx");
    }

    @Test
    void callsFilesThatNothingRefersToLeaks() throws IOException {
        try (Patient other = new Patient(DiskFormat.VMFS)) {
            vm.bytes("old.vmdk", Files.readAllBytes(other.folder.resolve("web01.vmdk")));
        }
        vm.edit("old.vmdk", "web01-flat.vmdk", "old-flat.vmdk");
        vm.bytes("old-flat.vmdk", new byte[Patient.CAPACITY]);
        assertThat(found("vm.orphan-disk").severity()).isEqualTo(Severity.LEAK);

        vm.bytes("web01-Snapshot9.vmsn", Files.readAllBytes(vm.folder.resolve("web01-Snapshot1.vmsn")));
        assertThat(found("vm.checkpoint-unlisted").severity()).isEqualTo(Severity.LEAK);

        vm.text("web01.vmx.vmdisk-new", "half");
        assertThat(found("vm.unfinished").severity()).isEqualTo(Severity.LEAK);
        assertThat(vm.check().verdict()).isEqualTo(Verdict.LEAKS);
    }

    @Test
    void findsCheckpointsThatAreGoneOrBroken() throws IOException {
        vm.delete("web01-Snapshot1.vmsn");
        vm.bytes("web01-Snapshot2.vmsn", new byte[4096]);

        assertThat(found("vm.checkpoint-missing").remedy().text()).isNotBlank();
        assertThat(found("vm.checkpoint-unreadable").severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void findsThatASnapshotOfARunningMachineHasNoMemory() throws IOException {
        vm.edit(
                "web01.vmsd",
                "snapshot0.displayName = \"clean\"",
                "snapshot0.displayName = \"clean\"\nsnapshot0.type = \"1\"");

        assertThat(found("vm.memory-none").severity()).isEqualTo(Severity.WARNING);
    }

    /** A checkpoint that maps two pages of memory in the file beside it. */
    private static byte[] checkpointOfTwoPages() {
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xbed2bed2).putInt(8).putInt(1).put("memory".getBytes(StandardCharsets.US_ASCII));
        file.position(92);
        tag(file, "regionsCount", 1);
        tag(file, "regionPPN", 0, 0);
        tag(file, "regionPageNum", 0, 0);
        tag(file, "regionSize", 2, 0);
        file.putShort((short) 0);
        int end = file.position();
        file.putLong(12 + 64, 92).putLong(12 + 72, end - 92);
        return Arrays.copyOf(file.array(), end);
    }

    private static void tag(ByteBuffer file, String name, int value, int... indices) {
        file.putShort((short) (name.length() << 8 | indices.length << 6 | 4));
        file.put(name.getBytes(StandardCharsets.US_ASCII));
        for (int index : indices) {
            file.putInt(index);
        }
        file.putInt(value);
    }

    @Test
    void looksForTheMemoryThatACheckpointNeeds() throws IOException {
        vm.bytes("web01-Snapshot1.vmsn", checkpointOfTwoPages());
        assertThat(found("vm.memory-missing").severity()).isEqualTo(Severity.ERROR);

        vm.bytes("web01-Snapshot1.vmem", new byte[4096]);
        assertThat(found("vm.memory-short").message()).contains("4096 bytes");

        vm.bytes("web01-Snapshot1.vmem", new byte[8192]);
        assertThat(vm.findings()).isEmpty();
    }

    @Test
    void saysThatAnEncryptedMachineCannotBeChecked() throws IOException {
        vm.text("web01.vmx", """
                .encoding = "UTF-8"
                displayName = "web01"
                encryption.keySafe = "vmware:key/list/()"
                encryption.data = "AAAA"
                """);

        assertThat(found("check.encrypted").severity()).isEqualTo(Severity.WARNING);
        assertThat(vm.check().verdict()).isEqualTo(Verdict.NOT_CHECKED);
    }

    @Test
    void findsASuspendedStateThatIsGone() throws IOException {
        vm.text("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01-1a2b3c4d.vmss\"\n");

        Finding broken = found("vm.suspend-broken");
        assertThat(broken.severity()).isEqualTo(Severity.ERROR);
        assertThat(broken.remedy().text()).contains("removing the key", "checkpoint.vmState");
    }

    @Test
    void linesThatMeanNothingAreToldAndNothingIsToBeRemovedThen() throws IOException {
        String text = vm.text("web01.vmx");
        vm.text("web01.vmx", text.replaceAll("(?m)^(\\s*scsi0:0.fileName = )\"(.*)\"", "$1\u201C$2\u201D"));
        assertThat(found("vm.configuration-text").remedy().text()).contains("a lint of the configuration");
        assertThat(found("vm.configuration-text").severity()).isEqualTo(Severity.WARNING);
        assertThat(vm.check().findings())
                .filteredOn(finding -> finding.id().equals("vm.orphan-disk"))
                .allSatisfy(finding -> assertThat(finding.remedy().text())
                        .doesNotContain("remove")
                        .contains("lint"));

        vm.text("web01.vmx", text + "displayName = \"twice\"\n");
        assertThat(found("vm.configuration-text").severity()).isEqualTo(Severity.INFO);
        vm.text("web01.vmx", "\uFEFF" + vm.text("web01.vmx"));
        assertThat(found("vm.configuration-text").message()).contains("byte order mark");
    }

    @Test
    void findsWhatIsWrongWithTheSmallFiles() throws IOException {
        vm.bytes("web01.nvram", new byte[8684]);
        assertThat(found("vm.nvram-empty").severity()).isEqualTo(Severity.WARNING);

        vm.delete("web01.nvram");
        assertThat(found("vm.nvram-missing").severity()).isEqualTo(Severity.INFO);
        vm.text("web01.vmx", vm.text("web01.vmx") + "firmware = \"efi\"\nextendedConfigFile = \"web01.vmxf\"\n");
        assertThat(found("vm.nvram-missing").severity()).isEqualTo(Severity.WARNING);
        assertThat(found("vm.vmxf-missing").severity()).isEqualTo(Severity.INFO);

        vm.text("web01.vmxf", "<Foundry><VM><vmxPathName>old.vmx</vmxPathName></VM></Foundry>");
        assertThat(found("vm.vmxf-name").message()).contains("old.vmx");
        vm.text("web01.vmxf", "<Foundry>");
        assertThat(found("vm.vmxf").severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void comparesChangeTrackingFiles() throws IOException {
        byte[] tracking = {(byte) 0xa2, 0x72, 0x19, (byte) 0xf6, 1};
        vm.bytes("web01-ctk.vmdk", Arrays.copyOf(tracking, 4096));
        vm.bytes("web01-000001-ctk.vmdk", Arrays.copyOf(tracking, 1024));
        for (String disk : List.of("web01", "web01-000001")) {
            vm.text(
                    disk + ".vmdk",
                    vm.text(disk + ".vmdk")
                            + "\n# Change Tracking File\nchangeTrackPath=\"%s-ctk.vmdk\"\n".formatted(disk));
        }

        assertThat(found("vm.tracking-size").file().getFileName()).hasToString("web01-000001-ctk.vmdk");
        vm.bytes("web01-000001-ctk.vmdk", Arrays.copyOf(tracking, 4096));
        assertThat(vm.findings()).isEmpty();

        vm.delete("web01-ctk.vmdk");
        assertThat(found("tracking.missing").severity()).isEqualTo(Severity.WARNING);
        vm.bytes("old-ctk.vmdk", Arrays.copyOf(tracking, 4096));
        assertThat(found("vm.orphan").file().getFileName()).hasToString("old-ctk.vmdk");
        vm.text("web01.vmx", vm.text("web01.vmx") + "ctkEnabled = \"TRUE\"\nscsi0:0.ctkEnabled = \"TRUE\"\n");
        assertThat(found("vm.tracking-switch").severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void saysWhenWhatItSawMayNotHold() throws IOException {
        vm.text("web01.vmx.lck", "old form");
        assertThat(found("check.running").severity()).isEqualTo(Severity.WARNING);
        assertThat(vm.check().verdict()).isEqualTo(Verdict.NOT_CHECKED);

        vm.delete("web01.vmx.lck");
        byte[] member = "host-7 4242-981233(vmware-vmx) 1 X [ lc=1".getBytes(StandardCharsets.US_ASCII);
        vm.bytes("web01.vmx.lck/M00001.lck", Arrays.copyOf(member, 512));
        assertThat(found("vm.lock-stale").message()).contains("copied along");
        assertThat(vm.findings()).contains("vm.crashed");
    }

    @Test
    void findsAnInterruptedOperation() throws IOException {
        vm.text(".vmdisk-journal", "");

        Finding open = found("vm.journal");
        assertThat(open.severity()).isEqualTo(Severity.ERROR);
        assertThat(open.remedy().text()).contains("a recovery of /vms/web01/web01.vmx");
    }

    @Test
    void refusesWhatIsNoMachine() throws IOException {
        vm.delete("web01.vmx");

        assertThatThrownBy(vm::check).isInstanceOf(UnsafeStateException.class);
    }
}
