package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.snapshot.LooseDisk;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Products find a snapshot list by the configuration's name: Broadcom KB 337269 has the list of a machine in {@code
 * <vm>.vmsd}, and no key names it. Whoever renames only one of the two has not given up the snapshots.
 */
class RenamedListTest {
    private Patient vm;
    private byte[] one;
    private byte[] two;
    private byte[] present;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.VMFS, DiskFormat.MONOLITHIC_SPARSE);
        vm.snapshot("one");
        vm.snapshot("two");
        one = vm.read("web01.vmdk");
        two = vm.read("web01-000001.vmdk");
        present = vm.read("web01-000002.vmdk");
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private void move(String from, String to) throws IOException {
        Files.move(vm.folder.resolve(from), vm.folder.resolve(to));
    }

    private SnapshotPlanner planner() throws IOException {
        return new SnapshotPlanner(vm.open(), Patient.NOW, Set.of());
    }

    private Plan repair() throws IOException {
        VirtualMachine machine = vm.open();
        Plan plan = ListRebuild.plan(machine, List.of(), new Readiness(machine, Patient.NOW, Set.of()));
        new MachineWork(vm.volume, Progress.NONE).execute(machine, plan);
        return plan;
    }

    private void assertContents() throws IOException {
        assertThat(vm.read("web01.vmdk")).isEqualTo(one);
        assertThat(vm.read("web01-000001.vmdk")).isEqualTo(two);
        assertThat(vm.read("web01-000002.vmdk")).isEqualTo(present);
    }

    @Test
    void aConfigurationRenamedByHandKeepsItsSnapshots() throws IOException {
        move("web01.vmx", "d.vmx");

        assertThat(vm.open().snapshots().snapshots()).extracting(Snapshot::name).containsExactly("one", "two");
        assertThat(vm.findings()).containsExactly("vm.list-renamed");
        Finding finding = vm.check().findings().stream()
                .filter(found -> found.id().equals("vm.list-renamed"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.severity()).isEqualTo(Finding.Severity.ERROR);
        assertThat(finding.remedy().text()).contains("a repair of the snapshot list");
        assertThat(finding.file()).hasFileName("web01.vmsd");
    }

    @Test
    void nothingIsMergedTakenOrRevertedUntilTheListIsInItsPlace() throws IOException {
        move("web01.vmx", "d.vmx");

        assertThatThrownBy(() -> planner().consolidate(LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("renames it to d.vmsd");
        assertThatThrownBy(() -> planner().create(SnapshotRequest.of("three", Patient.NOW)))
                .hasMessageContaining("renames it to d.vmsd");
        assertThatThrownBy(() -> planner().deleteAll(LinkSpace.KEEP)).hasMessageContaining("renames it");
        assertThatThrownBy(() -> planner().revert(vm.open().snapshots().select("one")))
                .hasMessageContaining("renames it");
        assertContents();
    }

    @Test
    void aRepairRenamesTheListAndChangesNoByteOfIt() throws IOException {
        move("web01.vmx", "d.vmx");
        String list = vm.text("web01.vmsd");

        Plan plan = repair();

        assertThat(plan.operation()).isEqualTo("rename the snapshot list web01.vmsd to d.vmsd");
        assertThat(vm.files()).contains("d.vmsd").doesNotContain("web01.vmsd");
        assertThat(vm.text("d.vmsd")).isEqualTo(list);
        assertThat(vm.findings()).isEmpty();
        assertContents();
        assertThat(planner().deleteAll(LinkSpace.KEEP).isEmpty()).isFalse();
    }

    @Test
    void anEmptyListInItsPlaceIsReplaced() throws IOException {
        move("web01.vmx", "d.vmx");
        vm.text("d.vmsd", "");

        repair();

        assertThat(SnapshotTree.read(vm.volume, vm.folder.resolve("d.vmsd")).snapshots())
                .hasSize(2);
        assertThat(vm.findings()).isEmpty();
    }

    @Test
    void namesAndDescriptionsComeFromAListThatFitsOnlyInPart() throws IOException {
        move("web01.vmx", "d.vmx");
        String text = vm.text("web01.vmsd");
        vm.text("web01.vmsd", text.replace("snapshot1.parent = \"1\"", "snapshot1.parent = \"9\""));

        Plan plan = repair();

        SnapshotTree list = SnapshotTree.read(vm.volume, vm.folder.resolve("d.vmsd"));
        assertThat(list.snapshots()).extracting(Snapshot::name).containsExactly("one", "two");
        assertThat(list.snapshots().get(1).parent()).hasValue(1);
        assertThat(vm.files()).contains("web01.vmsd.orig").doesNotContain("web01.vmsd");
        assertThat(plan.describe()).anyMatch(line -> line.contains("web01.vmsd.orig"));
        assertThat(vm.findings()).isEmpty();
    }

    @Test
    void anOldListBesideThatOfTheMachineProtectsWhatItNames() throws IOException {
        vm.bytes("old.vmsd", Files.readAllBytes(vm.folder.resolve("web01.vmsd")));

        assertThat(vm.findings()).containsExactly("vm.list-other");
        assertThatThrownBy(() -> planner().deleteAll(LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("old.vmsd lists it")
                .hasMessageContaining("move it away");

        vm.text("web01.vmsd", "snapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        Plan plan = planner().consolidate(LinkSpace.KEEP);
        assertThat(plan.steps()).noneMatch(step -> step instanceof FoldLinks || step instanceof DeleteFile);
        assertThat(plan.notes()).anyMatch(note -> note.contains("old.vmsd"));
        assertContents();
    }

    @Test
    void ofTwoListsNoneIsTakenForTheRightOneAndBothProtect() throws IOException {
        move("web01.vmx", "d.vmx");
        vm.bytes("e.vmsd", Files.readAllBytes(vm.folder.resolve("web01.vmsd")));

        assertThat(vm.findings()).contains("vm.list-other");
        assertThat(planner().consolidate(LinkSpace.KEEP).steps()).noneMatch(FoldLinks.class::isInstance);
        assertContents();
    }

    @Test
    void aDiskOfAMachineWhoseConfigurationIsGoneIsNotMergedOverItsList() throws IOException {
        vm.delete("web01.vmx");

        assertThatThrownBy(() -> new LooseDisk(vm.volume, List.of())
                        .consolidate(vm.folder.resolve("web01-000002.vmdk"), LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("it lists snapshots");
    }

    @Test
    void aListOfAnotherMachineIsNotTaken() throws IOException {
        vm.text("other.vmsd", vm.text("web01.vmsd").replace("web01", "gone"));
        vm.text("other2.vmx", vm.text("web01.vmx"));

        assertThat(vm.open("web01.vmx").folder().isListRenamed()).isFalse();
        assertThat(vm.open("other2.vmx").folder().isListRenamed()).isFalse();
    }
}
