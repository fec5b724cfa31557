package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListRebuildTest {
    private Patient vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.VMFS, DiskFormat.MONOLITHIC_SPARSE);
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private static Plan planFor(Patient vm) throws IOException {
        VirtualMachine machine = vm.open();
        return ListRebuild.plan(machine, List.of(), new Readiness(machine, Patient.NOW, Set.of()));
    }

    private Plan plan() throws IOException {
        return planFor(vm);
    }

    private Plan rebuild() throws IOException {
        Plan plan = plan();
        new MachineWork(vm.volume, Progress.NONE).execute(vm.open(), plan);
        return plan;
    }

    /** Everything of a list but names, descriptions and times, which no other file tells. */
    private static Set<String> shape(SnapshotTree tree) {
        return tree.snapshots().stream()
                .map(snapshot -> snapshot.uid() + " on " + snapshot.parent() + " "
                        + snapshot.checkpointFile().orElse("") + " " + snapshot.disks() + " " + snapshot.memory()
                        + (tree.current().filter(snapshot::equals).isPresent() ? " current" : ""))
                .collect(Collectors.toSet());
    }

    @Test
    void restoresALineOfSnapshots() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        vm.snapshot("three");
        Set<String> before = shape(vm.tree());
        byte[] content = vm.read("web01-000003.vmdk");
        vm.text("web01.vmsd", "");
        assertThat(vm.findings()).contains("vm.list-lost");

        Plan plan = rebuild();

        assertThat(shape(vm.tree())).isEqualTo(before);
        assertThat(vm.tree().lastUid()).isEqualTo(3);
        assertThat(vm.tree().snapshots().get(1).name()).isEqualTo("Snapshot 2");
        assertThat(vm.tree().snapshots().get(1).description()).contains("web01-Snapshot2.vmsn");
        assertThat(vm.check().findings()).isEmpty();
        assertThat(vm.read("web01-000003.vmdk")).isEqualTo(content);
        assertThat(plan.notes()).anyMatch(note -> note.contains("its time is that of web01-Snapshot2.vmsn"));
        assertThat(vm.files()).as("what an undo brings back").contains("web01.vmsd.orig");
    }

    @Test
    void whatWasRestoredServesEveryOperation() throws IOException {
        vm.snapshot("one");
        byte[] frozen = vm.read("web01.vmdk");
        vm.snapshot("two");
        vm.delete("web01.vmsd");
        rebuild();

        vm.deleteSnapshot(2);
        vm.revert(1);

        assertThat(vm.read("web01.vmdk")).isEqualTo(frozen);
        assertThat(vm.snapshot("three")).isEqualTo(3);
        assertThat(vm.check().findings()).isEmpty();
    }

    @Test
    void restoresBranches() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        vm.revert(1);
        vm.snapshot("other");
        vm.snapshot("further");
        Set<String> before = shape(vm.tree());
        vm.delete("web01.vmsd");

        rebuild();

        assertThat(shape(vm.tree())).isEqualTo(before);
        assertThat(vm.check().findings()).isEmpty();
    }

    @Test
    void doesNotFallForNamesInCheckpointsThatMergesHaveMadeWrong() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        vm.snapshot("three");
        vm.deleteSnapshot(2);
        vm.snapshot("four");
        vm.snapshot("five");
        Set<String> before = shape(vm.tree());
        vm.delete("web01.vmsd");

        rebuild();

        assertThat(shape(vm.tree())).isEqualTo(before);
    }

    @Test
    void restoresADiskThatJoinedLater() throws IOException {
        try (Patient one = new Patient(DiskFormat.VMFS)) {
            one.snapshot("alone");
            one.bytes("data.vmdk", java.nio.file.Files.readAllBytes(vm.folder.resolve("web01_1.vmdk")));
            one.text(
                    "web01.vmx",
                    one.text("web01.vmx") + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"data.vmdk\"\n");
            one.snapshot("both");
            Set<String> before = shape(one.tree());
            one.delete("web01.vmsd");

            new MachineWork(one.volume, Progress.NONE).execute(one.open(), planFor(one));

            assertThat(shape(one.tree())).isEqualTo(before);
        }
    }

    @Test
    void leavesIndependentDisksOut() throws IOException {
        vm.text("web01.vmx", vm.text("web01.vmx") + "scsi0:1.mode = \"independent-persistent\"\n");
        vm.snapshot("one");
        Set<String> before = shape(vm.tree());
        vm.delete("web01.vmsd");

        rebuild();

        assertThat(shape(vm.tree())).isEqualTo(before);
    }

    @Test
    void keepsWhatCanStillBeReadOfAGarbledList() throws IOException {
        vm.snapshot("before the upgrade");
        vm.snapshot("after it");
        Set<String> before = shape(vm.tree());
        String text = vm.text("web01.vmsd");
        vm.text("web01.vmsd", text.substring(0, text.indexOf("snapshot1.disk")) + "\u0000\u0001snapshot1.disk\u0000");

        Plan plan = rebuild();

        assertThat(shape(vm.tree())).isEqualTo(before);
        assertThat(vm.tree().snapshots().get(0).name()).isEqualTo("before the upgrade");
        assertThat(vm.tree().snapshots().get(1).name()).isEqualTo("after it");
        assertThat(plan.notes()).anyMatch(note -> note.contains("snapshot uid 2 froze"));
        assertThat(vm.text("web01.vmsd.orig")).contains("after it");
        assertThat(vm.check().findings()).isEmpty();
    }

    @Test
    void listsLinksWithoutCheckpointsToo() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");
        Set<String> disks = vm.tree().snapshots().stream()
                .map(Snapshot::disks)
                .map(Object::toString)
                .collect(Collectors.toSet());
        vm.delete("web01.vmsd");
        vm.delete("web01-Snapshot1.vmsn");
        vm.delete("web01-Snapshot2.vmsn");

        Plan plan = rebuild();

        assertThat(vm.tree().snapshots().stream().map(Snapshot::disks).map(Object::toString))
                .containsExactlyInAnyOrderElementsOf(disks);
        assertThat(vm.tree().current())
                .hasValueSatisfying(current -> assertThat(current.uid()).isEqualTo(2));
        assertThat(plan.notes()).anyMatch(note -> note.contains("no checkpoint was found"));
        assertThat(vm.findings()).containsExactly("vm.checkpoint-none", "vm.checkpoint-none");
    }

    @Test
    void leavesAListAloneThatFits() throws IOException {
        vm.snapshot("one");
        vm.snapshot("two");

        assertThat(plan().isEmpty()).isTrue();
    }

    @Test
    void marksWhereSomebodyElsesDisksBegin() throws IOException {
        vm.bytes("../src/web02.vmdk", java.nio.file.Files.readAllBytes(vm.folder.resolve("web01_1.vmdk")));
        vm.text("web01.vmx", vm.text("web01.vmx").replace("web01_1.vmdk", "web01-cl1.vmdk"));
        vm.delete("web01_1.vmdk");
        io.vmdisk.disk.make.StagedDisk.createEmpty(
                vm.folder.resolve("web01-cl1.vmdk"),
                io.vmdisk.disk.CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, Patient.CAPACITY)
                        .withParent(vm.folder.resolve("../src/web02.vmdk")),
                vm.volume,
                Progress.NONE);

        Plan plan = rebuild();

        assertThat(vm.tree().sentinels()).containsExactly("web01-cl1.vmdk");
        assertThat(vm.tree().isEmpty()).isTrue();
        assertThat(plan.notes()).anyMatch(note -> note.contains("among those to search"));
    }

    @Test
    void refusesWhereTheChainsAreNotKnown() throws IOException {
        vm.snapshot("one");
        vm.text("web01.vmsd", "");
        String vmx = vm.text("web01.vmx");

        vm.text("web01.vmx", vmx.replace("web01-000001.vmdk", "web01.vmdk"));
        assertThatThrownBy(this::plan)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("web01-000001.vmdk stands on it")
                .hasMessageContaining("setting the key");

        vm.text("web01.vmx", vmx);
        vm.delete("web01.vmdk");
        assertThatThrownBy(this::plan).hasMessageContaining("its parent is not there");
        vm.delete("web01-000001.vmdk");
        assertThatThrownBy(this::plan).hasMessageContaining("can't be read");
    }

    @Test
    void refusesAMachineThatRunsOrWasLeftInTheMiddle() throws IOException {
        vm.snapshot("one");
        vm.text("web01.vmsd", "");
        vm.text("web01.vmx.lck", "");
        assertThatThrownBy(this::plan).isInstanceOf(UnsafeStateException.class).hasMessageContaining("power it off");

        vm.delete("web01.vmx.lck");
        vm.text(".vmdisk-journal", "");
        assertThatThrownBy(this::plan).hasMessageContaining("a recovery");
        assertThat(vm.findings()).contains("vm.list-lost");
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 5, 7, 11, 23})
    void restoresWhateverHistoryLeft(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 8; i++) {
            List<Snapshot> listed = vm.tree().snapshots();
            int choice = random.nextInt(4);
            if (listed.size() < 2 || choice < 2) {
                vm.snapshot("s" + i);
            } else if (choice == 2) {
                vm.revert(listed.get(random.nextInt(listed.size())).uid());
            } else {
                vm.deleteSnapshot(listed.get(random.nextInt(listed.size())).uid());
            }
        }
        List<Snapshot> before = vm.tree().snapshots();
        vm.delete("web01.vmsd");

        rebuild();

        assertThat(vm.findings()).doesNotContain("vm.list-lost", "vm.unowned", "vm.tree-chain", "vm.orphan-delta");
        assertThat(vm.check().findings()).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        assertThat(vm.tree().snapshots().stream().map(Snapshot::disks))
                .containsAll(before.stream().map(Snapshot::disks).toList());
        for (Snapshot made : vm.tree().snapshots()) {
            if (made.checkpointFile().isPresent()) {
                assertThat(before)
                        .as("no checkpoint may go to the wrong disks: " + made)
                        .anySatisfy(snapshot -> {
                            assertThat(snapshot.checkpointFile()).isEqualTo(made.checkpointFile());
                            assertThat(snapshot.uid()).isEqualTo(made.uid());
                            assertThat(snapshot.disks()).isEqualTo(made.disks());
                        });
            }
        }
    }
}
