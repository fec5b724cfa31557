package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything is touched. */
class SnapshotRefusalTest {
    private final MemoryVolume volume = new MemoryVolume();
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(volume, MemoryVolume.folder(), DiskFormat.MONOLITHIC_SPARSE);
        vm.snapshot("clean");
        vm.snapshot("patched");
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(ThrowingCallable work, String problem) {
        return assertThatThrownBy(work).isInstanceOf(UnsafeStateException.class).hasMessageContaining(problem);
    }

    private void create() throws IOException {
        vm.planner().create(SnapshotRequest.of("new", Vm.NOW));
    }

    private void child(Path file, String parent) throws IOException {
        StagedDisk.createEmpty(
                file,
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, Vm.CAPACITY)
                        .withParent(vm.folder().resolve(parent)),
                volume,
                Progress.NONE);
    }

    /** Nobody knows which disks it needs; a snapshot more takes none away. */
    @ParameterizedTest
    @ValueSource(strings = {"old.vmsd", "lost.vmdk"})
    void mergingBesideWhatMayNotBeRead(String name) throws IOException {
        Path file = vm.folder().resolve(name);
        volume.put(file, new byte[] {'#', '\n'});
        volume.withhold(file);

        assertRefused(() -> vm.delete(1), "it can't be read, and may need the disks")
                .hasMessageContaining(name);
        assertRefused(() -> vm.run(vm.planner().deleteAll(LinkSpace.KEEP)), "it can't be read");
        create();
    }

    @Test
    void mergingBesideAnotherConfigurationThatMayNotBeRead() throws IOException {
        Path other = vm.folder().resolve("golden.vmtx");
        volume.put(other, new byte[] {'#', '\n'});
        volume.withhold(other);
        VirtualMachine machine = VirtualMachine.open(vm.folder().resolve("web01.vmx"), List.of(), volume);

        assertThat(machine.unread()).containsExactly(other);
        assertRefused(
                () -> new SnapshotPlanner(machine, Vm.NOW, Set.of()).deleteAll(LinkSpace.KEEP),
                "it can't be read, and may need the disks");
    }

    @Test
    void aRunningMachine() throws IOException {
        volume.put(vm.folder().resolve("web01.vmx.lck").resolve("M00001.lck"), new byte[512]);

        assertRefused(this::create, "it runs or is locked");
        assertRefused(() -> vm.delete(1), "it runs or is locked");
        assertRefused(() -> vm.revert(1), "it runs or is locked");
        assertRefused(() -> vm.planner().consolidate(LinkSpace.KEEP), "it runs or is locked");
    }

    @Test
    void aMachineWhoseRunDidNotEndUnlessTold() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "cleanShutdown = \"FALSE\"\n");

        assertRefused(this::create, "the permission crashed");
        assertThat(vm.planner(Consent.CRASHED)
                        .create(SnapshotRequest.of("new", Vm.NOW))
                        .isEmpty())
                .isFalse();
    }

    @Test
    void changesUnderASuspendedMachine() throws IOException {
        volume.put(vm.folder().resolve("web01.vmss"), volume.bytes(vm.folder().resolve("web01-Snapshot1.vmsn")));
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01.vmss\"\n");

        assertRefused(() -> vm.revert(1), "the permission suspended");
        create();
    }

    /** A deletion or merge changes no disk's content; only the checkpoint that is resumed from must stay. */
    @Test
    void onlyWhatASuspendedGuestWouldNotice() throws IOException {
        byte[] seen = vm.read("web01-000002.vmdk");
        volume.put(vm.folder().resolve("web01.vmss"), volume.bytes(vm.folder().resolve("web01-Snapshot1.vmsn")));
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01.vmss\"\n");

        vm.delete(2);
        vm.delete(1);

        assertThat(vm.active()).containsExactly("web01.vmdk");
        assertThat(vm.read("web01.vmdk")).isEqualTo(seen);
        assertThat(vm.vmx().checkpoint()).isPresent();
        assertThat(vm.has("web01.vmss")).isTrue();
    }

    @Test
    void deletingTheCheckpointThatAMachineResumesFrom() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01-Snapshot1.vmsn\"\n");

        assertRefused(() -> vm.delete(1), "the permission suspended");
        assertRefused(() -> vm.run(vm.planner().deleteAll(LinkSpace.KEEP)), "the permission suspended");
        vm.delete(2);
        assertThat(vm.has("web01-Snapshot1.vmsn")).isTrue();
    }

    @Test
    void consolidationOfASuspendedMachineIsAllowed() throws IOException {
        byte[] seen = vm.read("web01-000002.vmdk");
        vm.put("web01.vmsd", "snapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        volume.put(vm.folder().resolve("web01.vmss"), volume.bytes(vm.folder().resolve("web01-Snapshot1.vmsn")));
        volume.delete(vm.folder().resolve("web01-Snapshot1.vmsn"));
        volume.delete(vm.folder().resolve("web01-Snapshot2.vmsn"));
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01.vmss\"\n");

        vm.run(vm.planner().consolidate(LinkSpace.KEEP));

        assertThat(vm.read("web01.vmdk")).isEqualTo(seen);
    }

    @Test
    void memoryOfAMachineThatIsNotSuspended() {
        assertRefused(
                () -> vm.planner().create(SnapshotRequest.of("new", Vm.NOW).withMemory()), "not suspended");
    }

    @Test
    void workOnAnInterruptedOperation() throws IOException {
        Progress cancelling = new Progress() {
            @Override
            public void begin(String what, long total) {}

            @Override
            public void advance(long count) {}

            @Override
            public boolean cancelled() {
                return volume.files().stream().anyMatch(f -> f.toString().endsWith("-000003.vmdk"));
            }
        };
        Plan plan = vm.planner().revert(vm.uid(1));
        assertThatThrownBy(() -> new MachineWork(volume, cancelling).execute(vm.open(), plan))
                .isInstanceOf(OperationCancelledException.class);
        // Before the commit point a cancel undoes itself.
        assertThat(vm.has("web01-000003.vmdk")).isFalse();
        vm.put(".vmdisk-journal", "");

        assertRefused(this::create, "a recovery");
        assertRefused(() -> vm.revert(1), "a recovery");
    }

    @Test
    void aMachineThatChangedSinceItWasLookedAt() throws IOException {
        VirtualMachine machine = vm.open();
        Plan plan = new SnapshotPlanner(machine, Vm.NOW, Set.of()).create(SnapshotRequest.of("new", Vm.NOW));
        vm.put("web01.vmx", vm.text("web01.vmx") + "x = \"1\"\n");

        assertRefused(() -> new MachineWork(volume, Progress.NONE).execute(machine, plan), "it changed while");
        assertThat(vm.files()).noneMatch(name -> name.endsWith(".lck"));
    }

    @Test
    void deletingADiskThatALinkedCloneNeeds() throws IOException {
        Path clone = vm.folder().resolveSibling("clone").resolve("web01-cl1.vmdk");
        volume.createFolder(clone.getParent());
        child(clone, "web01.vmdk");

        SnapshotPlanner planner = new SnapshotPlanner(
                VirtualMachine.open(vm.folder(), List.of(clone.getParent()), volume), Vm.NOW, Set.of());

        assertRefused(() -> planner.delete(vm.uid(1), LinkSpace.KEEP), "web01-cl1.vmdk depends on it");
        assertRefused(() -> planner.deleteAll(LinkSpace.KEEP), "web01-cl1.vmdk depends on it");
    }

    @Test
    void mergingUnderALinkedClone() throws IOException {
        child(vm.folder().resolve("other-cl1.vmdk"), "web01-000001.vmdk");

        assertRefused(() -> vm.delete(1), "other-cl1.vmdk depends on it");
    }

    @Test
    void mergingADiskOfAnotherMachine() throws IOException {
        vm.put("other.vmx", vm.text("web01.vmx").replace("web01-000002", "web01-000001"));

        assertRefused(
                () -> new SnapshotPlanner(
                                VirtualMachine.open(vm.folder().resolve("web01.vmx"), List.of(), volume),
                                Vm.NOW,
                                Set.of())
                        .delete(vm.uid(1), LinkSpace.KEEP),
                "other.vmx depends on it");
    }

    @Test
    void deletingASnapshotWithARecordedClone() throws IOException {
        String list = vm.text("web01.vmsd");
        vm.put("web01.vmsd", list + "snapshot0.clone0 = \"../clone/web02.vmx\"\nsnapshot0.numClones = \"1\"\n");
        vm.delete(2);
        volume.put(vm.folder().resolveSibling("clone").resolve("web02.vmx"), new byte[0]);
        assertRefused(() -> vm.delete(1), "the linked clone ../clone/web02.vmx hangs on");

        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("../clone/web02.vmx", "D:\\vms\\web02.vmx"));
        assertRefused(() -> vm.delete(1), "the permission clones");
    }

    @Test
    void aSnapshotWhoseDiskIsInUse() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx").replace("web01-000002", "web01-000001"));

        assertRefused(this::create, "web01-000001");
        assertRefused(() -> vm.delete(1), "web01-000001");
    }

    @Test
    void aDiskThatTwoSnapshotsName() throws IOException {
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("\"web01.vmdk\"", "\"web01-000001.vmdk\""));

        assertThatThrownBy(this::create)
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("is named by snapshot uid 1 and by snapshot uid 2");
    }

    @Test
    void aListThatDoesNotFitTheDisks() throws IOException {
        vm.revert(1);
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("current = \"1\"", "current = \"2\""));

        assertRefused(() -> vm.delete(1), "does not lie on web01-000001.vmdk");
    }

    @Test
    void aSnapshotWhoseDiskCannotBeSeen() throws IOException {
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("\"web01.vmdk\"", "\"D:\\vms\\lost.vmdk\""));

        assertRefused(() -> vm.delete(2), "which is not seen from here");
        assertRefused(() -> vm.planner().consolidate(LinkSpace.KEEP), "a search of the folder");
    }

    @Test
    void aSnapshotWhoseDiskWasOnlyFoundByItsName() throws IOException {
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("\"web01.vmdk\"", "\"D:\\vms\\web01.vmdk\""));

        assertRefused(() -> vm.delete(2), "web01.vmdk beside the configuration is taken for it");
        assertRefused(() -> vm.planner().consolidate(LinkSpace.KEEP), "a repair of the names");
    }

    @Test
    void mergingIntoABaseOfAnotherFolder() throws IOException {
        Path library = vm.folder().resolveSibling("library");
        Path clone = vm.folder().resolveSibling("clone");
        volume.createFolder(clone);
        volume.createFolder(library);
        Vm.create(volume, library, DiskFormat.MONOLITHIC_SPARSE);
        volume.delete(library.resolve("web01.vmx"));
        Path link = clone.resolve("web02.vmdk");
        child(link, "../library/web01.vmdk");
        new Vm(volume, clone).put("web02.vmx", vm.text("web01.vmx").replace("web01-000002.vmdk", "web02.vmdk"));

        Plan plan = new SnapshotPlanner(VirtualMachine.open(clone, List.of(library), volume), Vm.NOW, Set.of())
                .consolidate(LinkSpace.KEEP);

        assertThat(plan.isEmpty()).isTrue();
    }

    @Test
    void aListWithDamagedStructure() throws IOException {
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("parent = \"1\"", "parent = \"9\""));

        assertThatThrownBy(this::create).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void aMissingDisk() throws IOException {
        volume.delete(vm.folder().resolve("web01.vmdk"));

        assertThatThrownBy(() -> vm.revert(2)).hasMessageContaining("web01.vmdk");
        assertRefused(() -> vm.delete(2), "web01.vmdk");
    }

    @Test
    void mergingDisksOfDifferentSizes() throws IOException {
        volume.delete(vm.folder().resolve("web01-000002.vmdk"));
        StagedDisk.createEmpty(
                vm.folder().resolve("web01-000002.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 2 * Vm.CAPACITY)
                        .withParent(vm.folder().resolve("web01-000001.vmdk")),
                volume,
                Progress.NONE);

        assertRefused(() -> vm.delete(2), "disks of different sizes are not merged");

        // A base grows with what it takes in.
        vm.run(vm.planner().deleteAll(LinkSpace.KEEP));
        assertThat(vm.descriptor("web01.vmdk").capacitySectors()).isEqualTo(2 * Vm.CAPACITY / 512);
    }

    @Test
    void overwritingACheckpointThatTheListLost() throws IOException {
        vm.put("web01-Snapshot3.vmsn", "precious");

        assertThatThrownBy(this::create).isInstanceOf(UnsafeStateException.class);
        assertThat(vm.text("web01-Snapshot3.vmsn")).isEqualTo("precious");
    }

    @Test
    void removingWhatIsNoCheckpoint() throws IOException {
        volume.put(vm.folder().resolveSibling("passwd.vmsn"), new byte[] {1});
        String list = vm.text("web01.vmsd");
        for (String name : List.of("../passwd.vmsn", "web01.nvram", "web01.vmx")) {
            vm.put("web01.vmsd", list.replace("web01-Snapshot2.vmsn", name));

            Plan plan = vm.planner().delete(vm.uid(2), LinkSpace.KEEP);

            assertThat(plan.steps())
                    .noneMatch(step -> step instanceof DeleteFile delete
                            && (delete.path().toString().contains("passwd")
                                    || delete.path().toString().endsWith("web01.nvram")
                                    || delete.path().toString().endsWith("web01.vmx")));
            assertThat(plan.notes()).anyMatch(note -> note.contains(name));
        }
    }

    @Test
    void removingFilesThatADescriptorOnlyClaims() throws IOException {
        vm.put("web01.vmsd", "");
        vm = Vm.create(new MemoryVolume(), MemoryVolume.folder(), DiskFormat.VMFS_THIN);
        vm.snapshot("clean");
        vm.put("web01-000001.vmdk", vm.text("web01-000001.vmdk").replace("web01-000001-delta.vmdk", "web01.nvram"));

        assertThatThrownBy(() -> vm.revert(1)).hasMessageContaining("web01.nvram");
        assertThat(vm.text("web01.nvram")).isEqualTo("firmware");
    }

    @Test
    void encryptedMachines() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "encryption.keySafe = \"vmware:key/list\"\n");

        assertThatThrownBy(this::create).isInstanceOf(UnsupportedFeatureException.class);
    }

    /** Nobody sees which disks it names. */
    @Test
    void mergingBesideAnotherMachineThatIsEncrypted() throws IOException {
        vm.put("secret.vmx", "encryption.keySafe = \"vmware:key/list\"\nencryption.data = \"AAAA\"\n");

        VirtualMachine machine = VirtualMachine.open(vm.folder().resolve("web01.vmx"), List.of(), volume);

        assertRefused(
                        () -> new SnapshotPlanner(machine, Vm.NOW, Set.of()).deleteAll(LinkSpace.KEEP),
                        "it can't be read, and may need the disks")
                .hasMessageContaining("secret.vmx");
        vm.volume().delete(vm.folder().resolve("web01.vmx"));
        vm.volume().delete(vm.folder().resolve("web01.vmsd"));
        LooseDisk loose = new LooseDisk(volume, List.of());
        Path link = vm.folder().resolve("web01-000001.vmdk");
        assertRefused(() -> loose.consolidate(link, LinkSpace.KEEP), "it is encrypted");
        assertRefused(() -> loose.commit(link, LinkSpace.KEEP), "it is encrypted");
        assertRefused(() -> loose.planPull(link), "it is encrypted");
    }

    /** What is gone is gone because of that operation. */
    @Test
    void aLooseDiskThatIsGoneWhileAnOperationIsOpen() throws IOException {
        LooseDisk loose = new LooseDisk(volume, List.of());
        Path gone = vm.folder().resolve("gone.vmdk");
        assertThatThrownBy(() -> loose.consolidate(gone, LinkSpace.KEEP)).isInstanceOf(NoSuchFileException.class);

        vm.put(".vmdisk-journal", "somebody is at work");

        assertRefused(() -> loose.consolidate(gone, LinkSpace.KEEP), "was interrupted");
        assertRefused(() -> loose.commit(gone, LinkSpace.KEEP), "was interrupted");
        assertRefused(() -> loose.planPull(gone), "was interrupted");
    }

    @Test
    void nothingToRecover() throws IOException {
        assertThat(new MachineWork(volume, Progress.NONE).recover(vm.folder().resolve("web01.vmx")))
                .isEqualTo(RecoveryOutcome.NOTHING);
    }
}
