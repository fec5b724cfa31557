package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsn.Checkpoint;
import io.vmdisk.snapshot.vmsn.CheckpointWriter;
import io.vmdisk.snapshot.vmsn.SnapshotPart;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every operation makes of each file, compared with what VMware's products make of it. */
class SnapshotStatesTest {
    private static final String FIRST = """
            .encoding = "UTF-8"
            snapshot.lastUID = "1"
            snapshot.current = "1"
            snapshot0.uid = "1"
            snapshot0.filename = "web01-Snapshot1.vmsn"
            snapshot0.displayName = "clean"
            snapshot0.createTimeHigh = "418059"
            snapshot0.createTimeLow = "1567324992"
            snapshot0.numDisks = "2"
            snapshot0.disk0.fileName = "web01.vmdk"
            snapshot0.disk0.node = "scsi0:0"
            snapshot0.disk1.fileName = "web01_1.vmdk"
            snapshot0.disk1.node = "scsi0:1"
            snapshot.numSnapshots = "1"
            """;

    private final MemoryVolume volume = new MemoryVolume();
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(volume, MemoryVolume.folder(), DiskFormat.VMFS_THIN, DiskFormat.VMFS_THIN);
    }

    private void mark(String disk, int value) throws IOException {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        vm.write(disk, value * 8192L, bytes);
    }

    private boolean holds(String disk, int value) throws IOException {
        return vm.read(disk)[value * 8192] == value;
    }

    /** Snapshots 1, then 2 on it; each state marks both of its disks with its number. */
    private void twoSnapshots() throws IOException {
        mark("web01.vmdk", 1);
        vm.snapshot("clean");
        mark("web01-000001.vmdk", 2);
        vm.run(vm.planner().create(SnapshotRequest.of("patched", Instant.parse("2026-11-24T20:20:00Z"))));
        mark("web01-000002.vmdk", 3);
    }

    /** The tree 1 (2, 3 (present state)). */
    private void fork() throws IOException {
        twoSnapshots();
        vm.revert(1);
        mark("web01-000003.vmdk", 4);
        vm.run(vm.planner().create(SnapshotRequest.of("other", Instant.parse("2026-11-24T21:00:00.500Z"))));
        mark("web01-000002.vmdk", 5);
    }

    @Test
    void theFirstSnapshotFreezesTheDisksAndMovesTheMachineOntoLinks() throws IOException {
        String before = vm.text("web01.vmx");
        String base = vm.text("web01.vmdk");

        vm.snapshot("clean");

        assertThat(vm.text("web01.vmx"))
                .isEqualTo(before.replace("web01.vmdk", "web01-000001.vmdk")
                        .replace("web01_1.vmdk", "web01_1-000001.vmdk"));
        assertThat(vm.text("web01.vmsd")).isEqualTo(FIRST);
        assertThat(vm.text("web01.vmdk")).isEqualTo(base);
        assertThat(vm.text("web01-000001.vmdk"))
                .contains(
                        "createType=\"vmfsSparse\"",
                        "parentFileNameHint=\"web01.vmdk\"",
                        "VMFSSPARSE \"web01-000001-delta.vmdk\"")
                .contains("parentCID=" + vm.descriptor("web01.vmdk").cid());
        assertThat(vm.chain("web01_1-000001.vmdk")).isEqualTo("web01_1-000001 > web01_1");
        try (Checkpoint checkpoint = Checkpoint.open(vm.folder().resolve("web01-Snapshot1.vmsn"), volume)) {
            assertThat(checkpoint.part(SnapshotPart.CONFIGURATION).orElseThrow())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(before);
            assertThat(checkpoint.part(SnapshotPart.FIRMWARE_VARIABLES).orElseThrow())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("firmware");
        }
    }

    @Test
    void theSecondSnapshotIsAddedBehindTheFirst() throws IOException {
        twoSnapshots();

        assertThat(vm.text("web01.vmsd"))
                .isEqualTo(FIRST.replace("lastUID = \"1\"", "lastUID = \"2\"")
                                .replace("current = \"1\"", "current = \"2\"")
                                .replace("numSnapshots = \"1\"", "numSnapshots = \"2\"")
                        + """
                        snapshot1.uid = "2"
                        snapshot1.filename = "web01-Snapshot2.vmsn"
                        snapshot1.parent = "1"
                        snapshot1.displayName = "patched"
                        snapshot1.createTimeHigh = "418059"
                        snapshot1.createTimeLow = "1867201536"
                        snapshot1.numDisks = "2"
                        snapshot1.disk0.fileName = "web01-000001.vmdk"
                        snapshot1.disk0.node = "scsi0:0"
                        snapshot1.disk1.fileName = "web01_1-000001.vmdk"
                        snapshot1.disk1.node = "scsi0:1"
                        """);
        assertThat(vm.active()).containsExactly("web01-000002.vmdk", "web01_1-000002.vmdk");
        assertThat(vm.chain("web01-000002.vmdk")).isEqualTo("web01-000002 > web01-000001 > web01");
    }

    @Test
    void aRevertGoesOnInNewLinksAndDropsTheOld() throws IOException {
        String first = vm.text("web01.vmx");
        twoSnapshots();
        vm.put("web01.nvram", "changed");
        vm.put(
                "web01.vmx",
                vm.text("web01.vmx")
                        .replace("memSize = \"2048\"", "memSize = \"4096\"")
                        .replace("displayName = \"web01\"", "displayName = \"renamed\""));

        Plan plan = vm.revert(1);

        assertThat(vm.text("web01.vmx"))
                .isEqualTo(first.replace("web01.vmdk", "web01-000003.vmdk")
                        .replace("web01_1.vmdk", "web01_1-000003.vmdk")
                        .replace("displayName = \"web01\"", "displayName = \"renamed\""));
        assertThat(vm.text("web01.nvram")).isEqualTo("firmware");
        assertThat(vm.tree().current().map(Snapshot::uid)).contains(1L);
        assertThat(vm.files()).noneMatch(name -> name.contains("-000002"));
        assertThat(vm.chain("web01-000003.vmdk")).isEqualTo("web01-000003 > web01");
        assertThat(holds("web01-000003.vmdk", 1)).isTrue();
        assertThat(holds("web01-000003.vmdk", 2)).isFalse();
        assertThat(holds("web01-000001.vmdk", 2)).isTrue();
        assertThat(plan.notes()).anyMatch(note -> note.contains("lost: web01-000002.vmdk"));
    }

    @Test
    void numbersThatARevertFreedAreGivenAgain() throws IOException {
        fork();

        assertThat(vm.active()).containsExactly("web01-000002.vmdk", "web01_1-000002.vmdk");
        assertThat(vm.chain("web01-000002.vmdk")).isEqualTo("web01-000002 > web01-000003 > web01");
        assertThat(vm.text("web01.vmsd"))
                .contains("snapshot.numSnapshots = \"3\"\nsnapshot1.uid")
                .endsWith("""
                        snapshot2.uid = "3"
                        snapshot2.filename = "web01-Snapshot3.vmsn"
                        snapshot2.parent = "1"
                        snapshot2.displayName = "other"
                        snapshot2.createTimeHigh = "418059"
                        snapshot2.createTimeLow = "-27265760"
                        snapshot2.numDisks = "2"
                        snapshot2.disk0.fileName = "web01-000003.vmdk"
                        snapshot2.disk0.node = "scsi0:0"
                        snapshot2.disk1.fileName = "web01_1-000003.vmdk"
                        snapshot2.disk1.node = "scsi0:1"
                        """);
    }

    @Test
    void theFilesOfALeafGoAndNothingElseChanges() throws IOException {
        fork();
        String vmx = vm.text("web01.vmx");
        String base = vm.text("web01.vmdk");

        vm.delete(2);

        assertThat(vm.files()).noneMatch(name -> name.contains("-000001") || name.contains("Snapshot2"));
        assertThat(vm.text("web01.vmx")).isEqualTo(vmx);
        assertThat(vm.text("web01.vmdk")).isEqualTo(base);
        assertThat(vm.text("web01.vmsd"))
                .contains("snapshot1.uid = \"3\"", "snapshot1.parent = \"1\"", "numSnapshots = \"2\"")
                .contains("lastUID = \"3\"", "current = \"3\"")
                .doesNotContain("needConsolidate", "snapshot2.");
    }

    @Test
    void theSnapshotInUseTakesInThePresentState() throws IOException {
        fork();

        vm.delete(3);

        assertThat(vm.active()).containsExactly("web01-000003.vmdk", "web01_1-000003.vmdk");
        assertThat(vm.files()).noneMatch(name -> name.contains("-000002") || name.contains("Snapshot3"));
        assertThat(holds("web01-000003.vmdk", 4)).isTrue();
        assertThat(holds("web01-000003.vmdk", 5)).isTrue();
        assertThat(vm.tree().current().map(Snapshot::uid)).contains(1L);
    }

    @Test
    void aMiddleSnapshotTakesInTheNextWhoseDiskIsThenCalledAsItsOwn() throws IOException {
        twoSnapshots();
        vm.snapshot("third");
        mark("web01-000003.vmdk", 6);
        var identity = vm.descriptor("web01-000002.vmdk").cid();

        vm.delete(2);

        assertThat(vm.uid(3).disks())
                .extracting("fileName")
                .containsExactly("web01-000001.vmdk", "web01_1-000001.vmdk");
        assertThat(vm.uid(3).parent()).hasValue(1);
        assertThat(vm.chain("web01-000003.vmdk")).isEqualTo("web01-000003 > web01-000001 > web01");
        assertThat(vm.descriptor("web01-000001.vmdk").cid()).isEqualTo(identity);
        assertThat(vm.files()).noneMatch(name -> name.contains("-000002"));
        assertThat(holds("web01-000001.vmdk", 3)).isTrue();
        assertThat(vm.active()).containsExactly("web01-000003.vmdk", "web01_1-000003.vmdk");
    }

    @Test
    void aRootWithTwoBranchesLeavesItsDiskAsTheyNeedIt() throws IOException {
        fork();
        String base = vm.text("web01.vmdk");

        Plan plan = vm.delete(1);

        assertThat(plan.bytesToMove()).isLessThan(8192);
        assertThat(vm.text("web01.vmdk")).isEqualTo(base);
        assertThat(vm.tree().roots()).extracting(Snapshot::uid).containsExactly(2L, 3L);
        assertThat(vm.has("web01-Snapshot1.vmsn")).isFalse();
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("web01.vmdk stays: 2 disks depend on it"));
    }

    @Test
    void deletingTheLastBranchMergesWhatItShared() throws IOException {
        fork();
        vm.delete(1);

        vm.delete(2);

        assertThat(vm.uid(3).disks()).extracting("fileName").containsExactly("web01.vmdk", "web01_1.vmdk");
        assertThat(vm.chain("web01-000002.vmdk")).isEqualTo("web01-000002 > web01");
        assertThat(holds("web01.vmdk", 4)).isTrue();
    }

    @Test
    void deletingAllKeepsThePresentStateInTheBase() throws IOException {
        fork();

        vm.run(vm.planner().deleteAll(LinkSpace.KEEP));

        assertThat(vm.text("web01.vmsd")).isEqualTo("""
                .encoding = "UTF-8"
                snapshot.lastUID = "3"
                snapshot.current = "0"
                snapshot.numSnapshots = "0"
                """);
        assertThat(vm.active()).containsExactly("web01.vmdk", "web01_1.vmdk");
        assertThat(vm.files())
                .containsExactly(
                        "web01-flat.vmdk",
                        "web01.nvram",
                        "web01.vmdk",
                        "web01.vmsd",
                        "web01.vmx",
                        "web01_1-flat.vmdk",
                        "web01_1.vmdk");
        assertThat(holds("web01.vmdk", 5)).isTrue();
        assertThat(holds("web01.vmdk", 2)).isFalse();
        assertThat(vm.descriptor("web01.vmdk").hasParent()).isFalse();
    }

    @Test
    void deletingWithChildrenDropsTheirBranches() throws IOException {
        fork();

        vm.run(vm.planner().deleteWithChildren(vm.uid(3), LinkSpace.KEEP));

        assertThat(vm.tree().snapshots()).extracting(Snapshot::uid).containsExactly(1L, 2L);
        assertThat(vm.tree().current().map(Snapshot::uid)).contains(1L);
        assertThat(vm.chain(vm.active().get(0))).isEqualTo("web01-000003 > web01");
        assertThat(holds("web01-000003.vmdk", 5)).isTrue();
    }

    @Test
    void consolidationMergesWhatNoSnapshotOwnsIntoTheBase() throws IOException {
        twoSnapshots();
        vm.put("web01.vmsd", "snapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n");

        vm.run(vm.planner().consolidate(LinkSpace.KEEP));

        assertThat(vm.active()).containsExactly("web01.vmdk", "web01_1.vmdk");
        assertThat(vm.text("web01.vmsd")).isEqualTo("snapshot.lastUID = \"2\"\n");
        assertThat(holds("web01.vmdk", 3)).isTrue();
        assertThat(vm.files()).noneMatch(name -> name.contains("-00000"));
    }

    @Test
    void consolidationStopsAboveADiskThatASnapshotOwns() throws IOException {
        twoSnapshots();
        vm.put("web01.vmsd", FIRST);

        vm.run(vm.planner().consolidate(LinkSpace.KEEP));

        assertThat(vm.active()).containsExactly("web01-000001.vmdk", "web01_1-000001.vmdk");
        assertThat(holds("web01-000001.vmdk", 3)).isTrue();
        assertThat(holds("web01.vmdk", 3)).isFalse();
        assertThat(vm.text("web01.vmsd")).isEqualTo(FIRST);
        assertThat(vm.planner().consolidate(LinkSpace.KEEP).isEmpty()).isTrue();
    }

    @Test
    void independentDisksTakeNoPart() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "scsi0:1.mode = \"independent-persistent\"\n");

        Plan plan = vm.run(vm.planner().create(SnapshotRequest.of("clean", Vm.NOW)));
        mark("web01_1.vmdk", 7);
        vm.revert(1);

        assertThat(plan.notes()).contains("the disk at scsi0:1 is independent and takes no part");
        assertThat(vm.uid(1).disks()).extracting("fileName").containsExactly("web01.vmdk");
        assertThat(vm.active()).containsExactly("web01-000002.vmdk", "web01_1.vmdk");
        assertThat(holds("web01_1.vmdk", 7)).isTrue();
    }

    @Test
    void aDiskAddedSinceLeavesTheConfigurationButNotTheFolder() throws IOException {
        vm.snapshot("clean");
        vm.put("web01-new.vmdk", vm.text("web01.vmdk").replace("web01-flat", "web01-new-flat"));
        volume.put(vm.folder().resolve("web01-new-flat.vmdk"), new byte[Vm.CAPACITY]);
        vm.put(
                "web01.vmx",
                vm.text("web01.vmx") + "scsi0:2.present = \"TRUE\"\nscsi0:2.fileName = \"web01-new.vmdk\"\n");

        Plan plan = vm.revert(1);

        assertThat(vm.active()).containsExactly("web01-000002.vmdk", "web01_1-000002.vmdk");
        assertThat(vm.has("web01-new.vmdk")).isTrue();
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("web01-new.vmdk at scsi0:2 is not part"));
    }

    @Test
    void changeTrackingOfMergedDisksGoes() throws IOException {
        vm.put("web01.vmdk", vm.text("web01.vmdk") + "changeTrackPath=\"web01-ctk.vmdk\"\n");
        vm.put("web01-ctk.vmdk", "tracking");
        vm.snapshot("clean");

        vm.delete(1);

        assertThat(vm.has("web01-ctk.vmdk")).isFalse();
        assertThat(vm.descriptor("web01.vmdk").changeTrackPath()).isEmpty();
    }

    @Test
    void aListOfWindowsKeepsItsCharsetAndLineEnds() throws IOException {
        String list =
                FIRST.replace("UTF-8", "windows-1252").replace("clean", "große").replace("\n", "\r\n");
        vm.snapshot("clean");
        volume.replace(vm.folder().resolve("web01.vmsd"), list.getBytes(Charset.forName("windows-1252")));

        vm.run(vm.planner()
                .create(SnapshotRequest.of("before \"big\" change", Vm.NOW).withDescription("two\r\nlines")));

        String text =
                new String(volume.readAll(vm.folder().resolve("web01.vmsd"), 1 << 20), Charset.forName("windows-1252"));
        assertThat(text).contains("displayName = \"große\"\r\n", "displayName = \"before |22big|22 change\"\r\n");
        assertThat(text).contains("description = \"two|0D|0Alines\"\r\n");
        assertThat(text.replace("\r\n", "")).doesNotContain("\n");
    }

    @Test
    void hostedDisksGetLinksOfTheirOwnKind() throws IOException {
        MemoryVolume other = new MemoryVolume();
        Vm hosted = Vm.create(
                other,
                MemoryVolume.folder(),
                DiskFormat.MONOLITHIC_SPARSE,
                DiskFormat.TWO_GB_FLAT,
                DiskFormat.SE_SPARSE);

        hosted.snapshot("clean");

        assertThat(hosted.active().stream().map(name -> {
                    try {
                        return hosted.descriptor(name).createTypeName();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .containsExactly("monolithicSparse", "twoGbMaxExtentSparse", "seSparse");
        assertThat(hosted.files()).contains("web01_1-000001-s001.vmdk", "web01_1-000001-s002.vmdk");
    }

    @Test
    void aChosenFormatIsUsed() throws IOException {
        vm.run(vm.planner().create(SnapshotRequest.of("clean", Vm.NOW).withDelta(DiskFormat.SE_SPARSE)));

        assertThat(vm.descriptor("web01-000001.vmdk").createTypeName()).isEqualTo("seSparse");
    }

    private void suspend() throws IOException {
        byte[] checkpoint = CheckpointWriter.poweredOff(
                Map.of(SnapshotPart.CONFIGURATION, volume.readAll(vm.folder().resolve("web01.vmx"), 1 << 20)));
        volume.put(vm.folder().resolve("web01-1a2b.vmss"), checkpoint);
        volume.put(vm.folder().resolve("web01-1a2b.vmem"), new byte[] {1, 2, 3});
        vm.put("web01.vmx", vm.text("web01.vmx") + "checkpoint.vmState = \"web01-1a2b.vmss\"\n");
    }

    @Test
    void theMemoryOfASuspendedMachineIsCopied() throws IOException {
        suspend();

        vm.run(vm.planner().create(SnapshotRequest.of("live", Vm.NOW).withMemory()));

        assertThat(vm.uid(1).memory()).isTrue();
        assertThat(volume.bytes(vm.folder().resolve("web01-Snapshot1.vmsn")))
                .isEqualTo(volume.bytes(vm.folder().resolve("web01-1a2b.vmss")));
        assertThat(volume.bytes(vm.folder().resolve("web01-Snapshot1.vmem"))).containsExactly(1, 2, 3);
        assertThat(vm.text("web01.vmx")).contains("checkpoint.vmState = \"web01-1a2b.vmss\"");
        assertThat(vm.active()).containsExactly("web01-000001.vmdk", "web01_1-000001.vmdk");
    }

    @Test
    void aRevertToMemoryResumesFromItAndDeletingItStartsAnew() throws IOException {
        suspend();
        vm.run(vm.planner().create(SnapshotRequest.of("live", Vm.NOW).withMemory()));

        Plan plan = vm.run(vm.planner(Consent.SUSPENDED).revert(vm.uid(1)));

        assertThat(plan.notes()).contains("the suspended state is lost: web01-1a2b.vmss");
        assertThat(vm.has("web01-1a2b.vmss") || vm.has("web01-1a2b.vmem")).isFalse();
        assertThat(vm.text("web01.vmx"))
                .contains("checkpoint.vmState = \"web01-Snapshot1.vmsn\"", "checkpoint.vmState.readOnly = \"TRUE\"");

        vm.run(vm.planner(Consent.SUSPENDED).delete(vm.uid(1), LinkSpace.KEEP));

        assertThat(vm.text("web01.vmx")).contains("checkpoint.vmState = \"\"").doesNotContain("readOnly");
        assertThat(vm.files()).noneMatch(name -> name.contains("Snapshot1"));
        assertThat(vm.active()).containsExactly("web01.vmdk", "web01_1.vmdk");
    }

    @Test
    void aRevertWithoutCheckpointChangesTheDisksOnly() throws IOException {
        vm.snapshot("clean");
        volume.delete(vm.folder().resolve("web01-Snapshot1.vmsn"));
        vm.put("web01.vmx", vm.text("web01.vmx").replace("2048", "4096"));

        Plan plan = vm.revert(1);

        assertThat(vm.text("web01.vmx")).contains("memSize = \"4096\"");
        assertThat(vm.active()).containsExactly("web01-000002.vmdk", "web01_1-000002.vmdk");
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("no configuration was saved"));
    }

    @Test
    void aLinkedCloneFoldsDownToItsSentinelAndNoFurther() throws IOException {
        mark("web01.vmdk", 1);
        String base = vm.text("web01.vmdk");
        StagedDisk.createEmpty(
                vm.folder().resolve("web01-cl1.vmdk"),
                CreateSpec.of(DiskFormat.VMFS_SPARSE, Vm.CAPACITY)
                        .withParent(vm.folder().resolve("web01.vmdk")),
                volume,
                Progress.NONE);
        vm.put("web01.vmx", vm.text("web01.vmx").replace("web01.vmdk", "web01-cl1.vmdk"));
        vm.put("web01.vmsd", """
                cloneOf0 = "/vms/source/source.vmx"
                numCloneOf = "1"
                sentinel0 = "web01-cl1.vmdk"
                numSentinels = "1"
                """);
        vm.snapshot("clean");
        mark(vm.active().get(0), 2);

        vm.run(vm.planner().deleteAll(LinkSpace.KEEP));

        assertThat(vm.active().get(0)).isEqualTo("web01-cl1.vmdk");
        assertThat(vm.chain("web01-cl1.vmdk")).isEqualTo("web01-cl1 > web01");
        assertThat(holds("web01-cl1.vmdk", 2)).isTrue();
        assertThat(vm.text("web01.vmdk")).isEqualTo(base);
        assertThat(vm.text("web01.vmsd")).contains("cloneOf0 = ", "sentinel0 = \"web01-cl1.vmdk\"");
        assertThat(vm.planner().consolidate(LinkSpace.KEEP).isEmpty()).isTrue();
    }

    @Test
    void aDiskInAnotherFolderIsNamedByItsWholePath() throws IOException {
        Path store = vm.folder().resolveSibling("store");
        volume.createFolder(store);
        Path data = store.resolve("data.vmdk");
        StagedDisk.createEmpty(data, CreateSpec.of(DiskFormat.VMFS_THIN, Vm.CAPACITY), volume, Progress.NONE);
        vm.put("web01.vmx", vm.text("web01.vmx").replace("web01_1.vmdk", data.toString()));
        assertThatThrownBy(() -> vm.snapshot("clean")).hasMessageContaining("a search of the folder");

        vm.run(new SnapshotPlanner(VirtualMachine.open(vm.folder(), List.of(store), volume), Vm.NOW, Set.of())
                .create(SnapshotRequest.of("clean", Vm.NOW)));
        assertThat(vm.active())
                .containsExactly(
                        "web01-000001.vmdk", store.resolve("data-000001.vmdk").toString());
        assertThat(vm.uid(1).disks()).extracting("fileName").containsExactly("web01.vmdk", data.toString());

        vm.run(new SnapshotPlanner(VirtualMachine.open(vm.folder(), List.of(store), volume), Vm.NOW, Set.of())
                .delete(vm.uid(1), LinkSpace.KEEP));
        assertThat(vm.active()).containsExactly("web01.vmdk", data.toString());
        assertThat(volume.list(store)).hasSize(2);
    }

    @Test
    void theListRulesOverTheNamesInACheckpoint() throws IOException {
        twoSnapshots();
        vm.delete(1);
        assertThat(vm.uid(2).disks()).extracting("fileName").containsExactly("web01.vmdk", "web01_1.vmdk");

        vm.revert(2);

        assertThat(vm.chain(vm.active().get(0))).endsWith(" > web01");
        assertThat(holds(vm.active().get(0), 2)).isTrue();
        assertThat(holds(vm.active().get(0), 3)).isFalse();
        assertThat(List.copyOf(vm.active())).hasSize(2);
    }
}
