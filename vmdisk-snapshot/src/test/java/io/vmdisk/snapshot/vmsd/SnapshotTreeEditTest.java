package io.vmdisk.snapshot.vmsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each state is the list that VMware writes for the step before it. */
class SnapshotTreeEditTest {
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
    private static final String PATCHED_BLOCK = """
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
            """;
    private static final String OTHER_BLOCK = """
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
            """;
    private static final String SECOND = FIRST.replace("lastUID = \"1\"", "lastUID = \"2\"")
                    .replace("current = \"1\"", "current = \"2\"")
                    .replace("numSnapshots = \"1\"", "numSnapshots = \"2\"")
            + PATCHED_BLOCK;
    private static final String FORKED = FIRST.replace("lastUID = \"1\"", "lastUID = \"3\"")
                    .replace("current = \"1\"", "current = \"3\"")
                    .replace("numSnapshots = \"1\"", "numSnapshots = \"3\"")
            + PATCHED_BLOCK
            + OTHER_BLOCK;

    private static SnapshotTreeEdit edit(String text) throws IOException {
        return SnapshotTree.parse(text.getBytes(StandardCharsets.UTF_8), null).edit();
    }

    private static String print(SnapshotTreeEdit edit) {
        return new String(edit.toBytes(), StandardCharsets.UTF_8);
    }

    private static NewSnapshot poweredOff(String name, String time, long uid, String suffix) {
        return new NewSnapshot(
                name,
                "",
                Instant.parse(time),
                NewSnapshot.State.POWERED_OFF,
                SnapshotTree.checkpointName("web01", uid),
                List.of(
                        new SnapshotDisk("scsi0:0", "web01" + suffix + ".vmdk"),
                        new SnapshotDisk("scsi0:1", "web01_1" + suffix + ".vmdk")));
    }

    @Test
    void writesTheFirstSnapshotIntoAnEmptyFile() throws IOException {
        SnapshotTreeEdit edit = edit("");

        assertThat(edit.add(poweredOff("clean", "2026-11-24T20:15:00.123456Z", 1, "")))
                .isEqualTo(1);

        assertThat(print(edit)).isEqualTo(FIRST);
        assertThat(edit.tree().findings()).isEmpty();
    }

    @Test
    void appendsTheSecondSnapshotAsChildOfTheFirst() throws IOException {
        SnapshotTreeEdit edit = edit(FIRST);

        edit.add(poweredOff("patched", "2026-11-24T20:20:00Z", 2, "-000001"));

        assertThat(print(edit)).isEqualTo(SECOND);
    }

    @Test
    void revertsByChangingOneLine() throws IOException {
        SnapshotTreeEdit edit = edit(SECOND);

        edit.setCurrent(1);

        assertThat(print(edit)).isEqualTo(SECOND.replace("current = \"2\"", "current = \"1\""));
    }

    @Test
    void forksAfterARevert() throws IOException {
        SnapshotTreeEdit edit = edit(SECOND);
        edit.setCurrent(1);

        edit.add(poweredOff("other", "2026-11-24T21:00:00.500000Z", 3, "-000003"));

        assertThat(print(edit)).isEqualTo(FORKED);
        assertThat(edit.tree().findings()).isEmpty();
    }

    @Test
    void removesALeafAndMovesTheLaterBlocksDown() throws IOException {
        SnapshotTreeEdit edit = edit(FORKED);

        edit.remove(2);

        assertThat(print(edit))
                .isEqualTo(FIRST.replace("lastUID = \"1\"", "lastUID = \"3\"")
                                .replace("current = \"1\"", "current = \"3\"")
                                .replace("numSnapshots = \"1\"", "numSnapshots = \"2\"")
                        + OTHER_BLOCK.replace("snapshot2.", "snapshot1."));
    }

    @Test
    void removesTheOneInUseAndFallsBackToItsParent() throws IOException {
        SnapshotTreeEdit edit = edit(FORKED);

        edit.remove(3);

        assertThat(print(edit))
                .isEqualTo(SECOND.replace("lastUID = \"2\"", "lastUID = \"3\"")
                        .replace("current = \"2\"", "current = \"1\""));
    }

    @Test
    void removesAMiddleOneAndGivesItsDiskToItsChild() throws IOException {
        String linear = SECOND.replace("lastUID = \"2\"", "lastUID = \"3\"")
                        .replace("current = \"2\"", "current = \"3\"")
                        .replace("numSnapshots = \"2\"", "numSnapshots = \"3\"")
                + OTHER_BLOCK.replace("parent = \"1\"", "parent = \"2\"").replace("000003", "000002");
        SnapshotTreeEdit edit = edit(linear);

        edit.remove(2);
        edit.renameDisk(3, "SCSI0:0", "web01-000001.vmdk");
        edit.renameDisk(3, "scsi0:1", "web01_1-000001.vmdk");

        assertThat(print(edit))
                .isEqualTo(FIRST.replace("lastUID = \"1\"", "lastUID = \"3\"")
                                .replace("current = \"1\"", "current = \"3\"")
                                .replace("numSnapshots = \"1\"", "numSnapshots = \"2\"")
                        + OTHER_BLOCK.replace("snapshot2.", "snapshot1.").replace("000003", "000001"));
        assertThat(edit.tree().children(edit.tree().snapshot(1).orElseThrow()))
                .extracting(Snapshot::uid)
                .containsExactly(3L);
    }

    @Test
    void makesRootsOfTheChildrenOfARemovedRoot() throws IOException {
        SnapshotTreeEdit edit = edit(FORKED);

        edit.remove(1);

        assertThat(print(edit)).doesNotContain("parent").contains("snapshot0.uid = \"2\"\n", "snapshot1.uid = \"3\"\n");
        assertThat(edit.tree().roots()).extracting(Snapshot::uid).containsExactly(2L, 3L);
        assertThat(edit.tree().current().orElseThrow().uid()).isEqualTo(3);
        assertThat(edit.tree().lastUid()).isEqualTo(3);
        assertThat(edit.tree().findings()).isEmpty();
    }

    @Test
    void removesAllButTheCounterOfUids() throws IOException {
        SnapshotTreeEdit edit = edit(FORKED);

        edit.removeAll();

        assertThat(print(edit)).isEqualTo("""
                        .encoding = "UTF-8"
                        snapshot.lastUID = "3"
                        snapshot.current = "0"
                        snapshot.numSnapshots = "0"
                        """);
        assertThat(edit.tree().nextUid()).isEqualTo(4);
    }

    @Test
    void writesWhatWorkstationDoesForARunningMachineOnWindows() throws IOException {
        SnapshotTreeEdit edit = SnapshotTree.parse(
                        ".encoding = \"windows-1252\"\r\n".getBytes(StandardCharsets.US_ASCII), null)
                .edit();
        NewSnapshot snapshot = new NewSnapshot(
                "before \"big\" change",
                "two\r\nlines",
                Instant.parse("2026-11-24T20:15:00.123456Z"),
                NewSnapshot.State.RUNNING,
                "lab-Snapshot1.vmsn",
                List.of(new SnapshotDisk("nvme0:0", "lab.vmdk")));

        edit.add(snapshot);
        edit.markUsed(1);

        assertThat(new String(edit.toBytes(), Charset.forName("windows-1252"))).isEqualTo("""
                        .encoding = "windows-1252"
                        snapshot.lastUID = "1"
                        snapshot.current = "1"
                        snapshot0.uid = "1"
                        snapshot0.filename = "lab-Snapshot1.vmsn"
                        snapshot0.displayName = "before |22big|22 change"
                        snapshot0.description = "two|0D|0Alines"
                        snapshot0.type = "1"
                        snapshot0.createTimeHigh = "418059"
                        snapshot0.createTimeLow = "1567324992"
                        snapshot0.numDisks = "1"
                        snapshot0.disk0.fileName = "lab.vmdk"
                        snapshot0.disk0.node = "nvme0:0"
                        snapshot.numSnapshots = "1"
                        snapshot.mru0.uid = "1"
                        """.replace("\n", "\r\n"));
        Snapshot read = edit.tree().snapshots().get(0);
        assertThat(read.memory()).isTrue();
        assertThat(read.description()).isEqualTo("two\r\nlines");
        assertThat(read.name()).isEqualTo("before \"big\" change");
    }

    @Test
    void keepsTheRecentlyUsedOnesInStepOnlyWhereTheyAreKept() throws IOException {
        SnapshotTreeEdit edit = edit(SECOND + "snapshot.mru0.uid = \"2\"\nsnapshot.mru1.uid = \"1\"\n");

        edit.add(poweredOff("other", "2026-11-24T21:00:00Z", 3, "-000002"));
        assertThat(edit.tree().recentlyUsed()).containsExactly(3L, 2L, 1L);
        edit.setCurrent(1);
        assertThat(edit.tree().recentlyUsed()).containsExactly(1L, 3L, 2L);
        edit.remove(3);
        assertThat(edit.tree().recentlyUsed()).containsExactly(1L, 2L);
        edit.removeAll();
        assertThat(print(edit)).doesNotContain("mru");
    }

    @Test
    void marksALinkedCloneAsWorkstationDoes() throws IOException {
        SnapshotTreeEdit edit = edit("");

        edit.markAsClone(List.of("/vms/web01/web01.vmx"), List.of("web01-cl1.vmdk", "web01_1-cl1.vmdk"));

        assertThat(print(edit)).isEqualTo("""
                        .encoding = "UTF-8"
                        cloneOf0 = "/vms/web01/web01.vmx"
                        numCloneOf = "1"
                        sentinel0 = "web01-cl1.vmdk"
                        sentinel1 = "web01_1-cl1.vmdk"
                        numSentinels = "2"
                        """);
        assertThat(edit.tree().cloneOf()).containsExactly("/vms/web01/web01.vmx");
        assertThat(edit.tree().sentinels()).containsExactly("web01-cl1.vmdk", "web01_1-cl1.vmdk");
        edit.removeAll();
        assertThat(edit.tree().sentinels()).hasSize(2);
        edit.markAsClone(List.of(), List.of());
        assertThat(print(edit)).doesNotContain("clone", "sentinel", "numCloneOf", "numSentinels");
    }

    @Test
    void recordsAndForgetsClonesOfASnapshot() throws IOException {
        SnapshotTreeEdit edit = edit(FIRST);

        edit.addClone(1, "/vms/web02/web02.vmx");
        edit.addClone(1, "/vms/web02/web02.vmx");
        assertThat(print(edit))
                .isEqualTo(FIRST + "snapshot0.clone0 = \"/vms/web02/web02.vmx\"\nsnapshot0.numClones = \"1\"\n");
        edit.addClone(1, "D:\\vms\\web03\\web03.vmx");
        assertThat(edit.removeClone(1, "/vms/web02/web02.vmx")).isTrue();
        assertThat(edit.tree().snapshots().get(0).clones()).containsExactly("D:\\vms\\web03\\web03.vmx");
        assertThat(edit.removeClone(1, "unknown")).isFalse();
        assertThat(edit.removeClone(1, "D:\\vms\\web03\\web03.vmx")).isTrue();
        assertThat(print(edit)).isEqualTo(FIRST);
    }

    @Test
    void setsAndClearsTheNeedToConsolidate() throws IOException {
        SnapshotTreeEdit edit = edit(FIRST);

        edit.markConsolidationNeeded();
        assertThat(print(edit)).isEqualTo(FIRST + "snapshot.needConsolidate = \"TRUE\"\n");
        assertThat(edit.tree().needsConsolidation()).isTrue();
        edit.clearConsolidationNeeded();
        assertThat(print(edit)).isEqualTo(FIRST);
    }

    @Test
    void keepsWhatItDoesNotUnderstand() throws IOException {
        String strange =
                "# a comment\r\n" + SECOND.replace("snapshot1.uid", "Snapshot1.rollingTier = |41 # odd\nsnapshot1.UID")
                        + "vendor.key = \"x\"\nnot a line\n";
        SnapshotTreeEdit edit = edit(strange);

        edit.remove(1);

        assertThat(print(edit))
                .startsWith("# a comment\r\n")
                .contains("Snapshot0.rollingTier = |41 # odd\nsnapshot0.UID = \"2\"\n")
                .endsWith("vendor.key = \"x\"\nnot a line\n");
    }

    @Test
    void numbersBlocksThatBeginAtOneBeforeItAddsOne() throws IOException {
        SnapshotTreeEdit edit = edit(SECOND.replace("snapshot1.", "snapshot2.").replace("snapshot0.", "snapshot1."));

        edit.add(poweredOff("other", "2026-11-24T21:00:00.500000Z", 3, "-000003"));

        assertThat(print(edit)).isEqualTo(FORKED.replace("snapshot2.parent = \"1\"", "snapshot2.parent = \"2\""));
    }

    @Test
    void refusesStructuralChangesOfADamagedList() throws IOException {
        String damaged = SECOND.replace("parent = \"1\"", "parent = \"7\"");
        SnapshotTreeEdit edit = edit(damaged);

        assertThatThrownBy(() -> edit.remove(1))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("has the parent 7, no snapshot has that uid");
        assertThatThrownBy(() -> edit.add(poweredOff("x", "2026-11-24T21:00:00Z", 3, "")))
                .isInstanceOf(MalformedFileException.class);
        assertThat(print(edit)).isEqualTo(damaged);
    }

    @Test
    void refusesUnknownUidsAndNodes() throws IOException {
        SnapshotTreeEdit edit = edit(FIRST);

        assertThatThrownBy(() -> edit.remove(9)).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> edit.setCurrent(9)).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> edit.renameDisk(1, "sata0:0", "x")).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> edit.markUsed(9)).isInstanceOf(UnsafeStateException.class);
    }

    @Test
    void leavesTheListAsItWasWhenTheCharsetLacksACharacter() throws IOException {
        String text = FIRST.replace("UTF-8", "windows-1252");
        SnapshotTreeEdit edit = edit(text);

        assertThatThrownBy(() -> edit.add(poweredOff("\u6f22", "2026-11-24T21:00:00Z", 2, "-000001")))
                .isInstanceOf(UnsupportedFeatureException.class);
        assertThat(print(edit)).isEqualTo(text);
    }

    @Test
    void savesIntoTheFileItCameFrom() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/work/web01.vmsd");
            Volume volume = Volume.system();
            SnapshotTreeEdit edit = SnapshotTree.read(volume, file).edit();
            edit.add(poweredOff("clean", "2026-11-24T20:15:00.123456Z", 1, ""));

            edit.save(volume);

            assertThat(SnapshotTree.read(volume, file).snapshots())
                    .extracting(Snapshot::name)
                    .containsExactly("clean");
        }
    }
}
