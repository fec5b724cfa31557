package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.clone.ClonePlanner;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Repair;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.rescue.MachineRepair;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What VMware's products refuse, each rule with the public document that it comes from. */
class HostRulesTest {
    private final MemoryVolume volume = new MemoryVolume();

    private Vm machine(DiskFormat... disks) throws IOException {
        return Vm.create(volume, MemoryVolume.folder(), disks);
    }

    private static void add(Vm vm, String line) throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + line + "\n");
    }

    private static void suspend(Vm vm) throws IOException {
        vm.snapshot("for its checkpoint");
        String uid = String.valueOf(vm.tree().lastUid());
        vm.volume()
                .replace(
                        vm.folder().resolve("web01.vmss"),
                        vm.volume().readAll(vm.folder().resolve("web01-Snapshot" + uid + ".vmsn"), 1 << 20));
        add(vm, "checkpoint.vmState = \"web01.vmss\"");
    }

    private void create(Vm vm) throws IOException {
        vm.planner().create(SnapshotRequest.of("new", Vm.NOW));
    }

    private List<Finding> check(Vm vm) throws IOException {
        return MachineCheck.run(
                        vm.folder(),
                        List.of(),
                        CheckOptions.standard()
                                .withThreads(1)
                                .withOpening(OpenOptions.readOnly().withVolume(volume)),
                        Vm.NOW,
                        Progress.NONE)
                .findings();
    }

    private List<String> ids(Vm vm) throws IOException {
        return check(vm).stream().map(Finding::id).toList();
    }

    /** vSphere Web Services API, fault MemorySnapshotOnIndependentDisk. */
    @Test
    void memoryIsNotSavedBesideAnIndependentDisk() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN, DiskFormat.VMFS_THIN);
        suspend(vm);
        add(vm, "scsi0:1.mode = \"independent-persistent\"");

        assertThatThrownBy(() ->
                        vm.planner().create(SnapshotRequest.of("live", Vm.NOW).withMemory()))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("scsi0:1 takes no part")
                .hasMessageContaining("without memory");
        assertThat(vm.planner().create(SnapshotRequest.of("cold", Vm.NOW)).isEmpty())
                .isFalse();
    }

    /** The same fault: a snapshot of that kind that another tool made loses its memory when it is returned to. */
    @Test
    void memoryMadeElsewhereIsNotResumedFromBesideAnIndependentDisk() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN, DiskFormat.VMFS_THIN);
        add(vm, "scsi0:1.mode = \"independent-persistent\"");
        vm.snapshot("live");
        vm.put("web01.vmsd", vm.text("web01.vmsd") + "snapshot0.type = \"1\"\n");
        assertThat(ids(vm)).contains("vm.memory-independent");

        Plan plan = vm.revert(1);

        assertThat(plan.notes()).anyMatch(note -> note.contains("its memory is not resumed from"));
        assertThat(vm.vmx().checkpoint()).isEmpty();
    }

    /** vSphere Web Services API, fault SnapshotIncompatibleDeviceInVm: "a shared bus controller". */
    @ParameterizedTest
    @ValueSource(strings = {"virtual", "physical"})
    void disksOnASharedBusAreNotFrozen(String sharing) throws IOException {
        Vm vm = machine(DiskFormat.VMFS);
        add(vm, "scsi0.sharedBus = \"" + sharing + "\"");

        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("scsi0 shares its bus");
    }

    @Test
    void aBusThatIsNotSharedIsNoObstacle() throws IOException {
        Vm vm = machine(DiskFormat.VMFS);
        add(vm, "scsi0.sharedBus = \"none\"");

        create(vm);
    }

    /** Broadcom KB 1034165: snapshots of disks in multi-writer mode are not supported. */
    @Test
    void aDiskThatSeveralMachinesWriteIsNotFrozenUnlessItIsIndependent() throws IOException {
        Vm vm = machine(DiskFormat.VMFS, DiskFormat.VMFS_EAGER);
        add(vm, "scsi0:1.sharing = \"multi-writer\"");

        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("scsi0:1 may be written by several machines")
                .hasMessageContaining("scsi0:1.mode independent-persistent");

        add(vm, "scsi0:1.mode = \"independent-persistent\"");
        create(vm);
    }

    @Test
    void aCheckTellsOfASharedDiskThatWasFrozenElsewhere() throws IOException {
        Vm vm = machine(DiskFormat.VMFS);
        vm.snapshot("one");
        add(vm, "scsi0:0.sharing = \"multi-writer\"");

        assertThat(ids(vm)).containsExactly("vm.shared-frozen");
    }

    /** vSphere Storage, "Snapshot Formats": VMFSsparse and SEsparse are not mixed in one hierarchy. */
    @Test
    void aNewLinkIsOfTheKindOfTheLinksThatAreThere() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN, DiskFormat.VMFS_THIN);
        vm.run(vm.planner().create(SnapshotRequest.of("one", Vm.NOW).withDelta(DiskFormat.SE_SPARSE)));

        vm.snapshot("two");
        vm.revert(1);
        vm.snapshot("three");

        for (String disk : vm.files()) {
            if (disk.matches("web01(_1)?-\\d{6}\\.vmdk")) {
                assertThat(vm.descriptor(disk).createTypeName()).as(disk).isEqualTo("seSparse");
            }
        }
        assertThat(ids(vm)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SE_SPARSE,VMFS_SPARSE", "VMFS_SPARSE,SE_SPARSE", "VMFS_SPARSE,MONOLITHIC_SPARSE"})
    void aFormatThatWouldMixKindsIsRefused(DiskFormat first, DiskFormat other) throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        vm.run(vm.planner().create(SnapshotRequest.of("one", Vm.NOW).withDelta(first)));

        assertThatThrownBy(() ->
                        vm.planner().create(SnapshotRequest.of("two", Vm.NOW).withDelta(other)))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining(first.word());
        assertThatThrownBy(() -> vm.planner().revert(vm.uid(1), Optional.of(other)))
                .isInstanceOf(UnsafeStateException.class);
        assertThat(vm.planner().revert(vm.uid(1), Optional.of(first)).isEmpty()).isFalse();
    }

    @Test
    void aDiskThatJoinsTakesTheKindThatItsStoreTakes() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        vm.run(vm.planner().create(SnapshotRequest.of("one", Vm.NOW).withDelta(DiskFormat.SE_SPARSE)));
        StagedDisk.createEmpty(
                vm.folder().resolve("data.vmdk"),
                CreateSpec.of(DiskFormat.VMFS_THIN, Vm.CAPACITY),
                volume,
                Progress.NONE);
        add(vm, "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"data.vmdk\"");

        vm.snapshot("two");

        assertThat(vm.descriptor("data-000001.vmdk").createTypeName()).isEqualTo("seSparse");
    }

    @Test
    void aCheckTellsOfLinksOfSeveralKinds() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        vm.snapshot("one");
        for (String parent : List.of("web01.vmdk", "web01-000001.vmdk")) {
            vm.volume().delete(vm.folder().resolve("web01.vmsd"));
            StagedDisk.createEmpty(
                    vm.folder().resolve("web01-000002.vmdk"),
                    CreateSpec.of(DiskFormat.SE_SPARSE, Vm.CAPACITY)
                            .withParent(vm.folder().resolve(parent)),
                    volume,
                    Progress.NONE);
            vm.put("web01.vmx", vm.text("web01.vmx").replace("web01-000001.vmdk", "web01-000002.vmdk"));
            assertThat(ids(vm))
                    .contains(parent.equals("web01.vmdk") ? "vm.mixed-deltas" : "chain.mixed-deltas")
                    .doesNotContain(parent.equals("web01.vmdk") ? "chain.mixed-deltas" : "vm.mixed-deltas");
            vm.volume().delete(vm.folder().resolve("web01-000002.vmdk"));
            vm.volume().delete(vm.folder().resolve("web01-000002-sesparse.vmdk"));
            vm.put("web01.vmsd", "");
        }
    }

    /** The same fault: a linked clone freezes the disk that it stands on. */
    @Test
    void noCloneStandsOnADiskThatSeveralMachinesWrite() throws IOException {
        Vm vm = machine(DiskFormat.VMFS);
        vm.snapshot("one");
        add(vm, "scsi0:0.sharing = \"multi-writer\"");
        NewMachine clone = NewMachine.of(vm.folder().resolveSibling("clone"), "clone");

        assertThatThrownBy(() -> new ClonePlanner(vm.open(), Vm.NOW, Set.of(), new SplittableRandom(1))
                        .plan(CloneRequest.linked(1, List.of(clone))))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("may be written by several machines");
    }

    /**
     * Broadcom KB 1007969: "the capacity of each link is different", after which nothing powers on or consolidates; mostly
     * {@code vmkfstools -X} on a base that has links.
     */
    @Test
    void aBaseThatWasGrownUnderItsLinksIsAnErrorThatARepairSetsRight() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        vm.snapshot("one");
        byte[] before = vm.read(vm.active().get(0));
        long sectors = Vm.CAPACITY / 512;
        vm.put("web01.vmdk", vm.text("web01.vmdk").replace("RW " + sectors + " ", "RW " + 2 * sectors + " "));
        volume.replace(
                vm.folder().resolve("web01-flat.vmdk"),
                Arrays.copyOf(volume.readAll(vm.folder().resolve("web01-flat.vmdk"), 1 << 20), 2 * Vm.CAPACITY));

        assertThat(check(vm))
                .anyMatch(finding ->
                        finding.id().equals("chain.capacity") && finding.severity() == Finding.Severity.ERROR);
        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("a repair of the descriptor");

        VirtualMachine machine = vm.open();
        Repair repair = new MachineRepair(machine, new Readiness(machine, Vm.NOW, Set.of())).descriptors();
        new MachineWork(volume, Progress.NONE).execute(machine, repair);
        vm.run(vm.planner().deleteAll(LinkSpace.KEEP));

        assertThat(vm.read("web01.vmdk")).isEqualTo(before);
        assertThat(check(vm)).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    /** vSphere Web Services API, fault TooManySnapshotLevels; vSphere documents 32 levels. */
    @Test
    void noLevelMoreThanAHostOpens() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        for (int i = 1; i <= 32; i++) {
            vm.snapshot("s" + i);
        }
        assertThat(check(vm))
                .anyMatch(finding -> finding.id().equals("vm.levels") && finding.severity() == Finding.Severity.INFO);

        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("32 levels")
                .hasMessageContaining("deletion of a snapshot");

        vm.delete(32);
        vm.snapshot("again");
        StagedDisk.createEmpty(
                vm.folder().resolve("deep.vmdk"),
                CreateSpec.of(DiskFormat.VMFS_SPARSE, Vm.CAPACITY)
                        .withParent(vm.folder().resolve(vm.active().get(0))),
                volume,
                Progress.NONE);
        vm.put("web01.vmx", vm.text("web01.vmx").replace(vm.active().get(0), "deep.vmdk"));
        assertThat(check(vm))
                .anyMatch(finding -> finding.id().equals("vm.levels") && finding.severity() == Finding.Severity.ERROR);
        assertThat(vm.planner().consolidate(LinkSpace.KEEP).isEmpty()).isFalse();
    }

    @Test
    void disksOfHostedProductsHaveNoSuchLimit() throws IOException {
        Vm vm = machine(DiskFormat.MONOLITHIC_SPARSE);
        for (int i = 1; i <= 34; i++) {
            vm.snapshot("s" + i);
        }

        assertThat(ids(vm)).isEmpty();
    }

    /** The key snapshot.maxSnapshots: the owner's own limit. */
    @Test
    void noSnapshotMoreThanTheConfigurationAllows() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        vm.snapshot("one");
        add(vm, "snapshot.maxSnapshots = \"1\"");

        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("snapshot.maxSnapshots 2");
        assertThat(ids(vm)).containsExactly("vm.snapshots-full");
    }

    /** The key snapshot.disabled. */
    @Test
    void noSnapshotWhereTheConfigurationForbidsThem() throws IOException {
        Vm vm = machine(DiskFormat.VMFS_THIN);
        add(vm, "snapshot.disabled = \"TRUE\"");

        assertThatThrownBy(() -> create(vm))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("removing the key");
        assertThat(ids(vm)).containsExactly("vm.snapshots-disabled");
    }
}
