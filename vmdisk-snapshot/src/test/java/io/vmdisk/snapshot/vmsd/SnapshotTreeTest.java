package io.vmdisk.snapshot.vmsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnapshotTreeTest {
    private static SnapshotTree parse(String text) throws IOException {
        return SnapshotTree.parse(text.getBytes(StandardCharsets.UTF_8), null);
    }

    /** A list of snapshots given as {@code uid parent name}, parent 0 for a root. */
    private static String list(String... snapshots) {
        StringBuilder text = new StringBuilder("snapshot.lastUID = \"99\"\nsnapshot.numSnapshots = \"")
                .append(snapshots.length)
                .append("\"\n");
        for (int i = 0; i < snapshots.length; i++) {
            String[] parts = snapshots[i].split(" ", 3);
            text.append("snapshot" + i + ".uid = \"" + parts[0] + "\"\n");
            if (!parts[1].equals("0")) {
                text.append("snapshot" + i + ".parent = \"" + parts[1] + "\"\n");
            }
            text.append("snapshot" + i + ".displayName = \"" + parts[2] + "\"\n");
        }
        return text.toString();
    }

    private static List<String> ids(SnapshotTree tree) {
        return tree.findings().stream().map(Finding::id).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "388801, -814770620, 2022-12-01T10:37:39.848772Z",
        "310596, 938781285, 2012-04-09T19:43:21.049701Z",
        "389409, 3480231936, 2022-12-31T16:00:00Z",
        "418059, 1567324992, 2026-11-24T20:15:00.123456Z",
        "418059, 1867201536, 2026-11-24T20:20:00Z",
        "418059, -27265760, 2026-11-24T21:00:00.500Z"
    })
    void readsTimes(long high, long low, Instant expected) {
        assertThat(SnapshotTime.read(high, low)).contains(expected);
        assertThat(SnapshotTime.of(expected)).isEqualTo(new SnapshotTime((int) high, (int) low));
    }

    @Test
    void knowsNoTimeWhereThereIsNone() throws IOException {
        SnapshotTree tree = parse(list("1 0 a") + "snapshot0.createTimeHigh = \"9999999999\"\n");

        assertThat(tree.snapshots().get(0).created()).isEmpty();
        assertThat(ids(tree)).containsExactly("vmsd.time");
        assertThat(parse(list("1 0 a")).findings()).isEmpty();
    }

    @Test
    void takesAnEmptyFileForNoSnapshots() throws IOException {
        SnapshotTree tree = parse("");

        assertThat(tree.isEmpty()).isTrue();
        assertThat(tree.findings()).isEmpty();
        assertThat(tree.nextUid()).isEqualTo(1);
        assertThat(tree.current()).isEmpty();
    }

    @Test
    void readsTheListOfAHostThatOnlyNeedsConsolidation() throws IOException {
        SnapshotTree tree = parse("snapshot.lastUID = \"106\"\nsnapshot.needConsolidate = \"TRUE\"\n");

        assertThat(tree.needsConsolidation()).isTrue();
        assertThat(tree.nextUid()).isEqualTo(107);
        assertThat(tree.findings()).isEmpty();
    }

    @Test
    void takesEveryBlockWhateverTheCountersSay() throws IOException {
        String text = list("5 0 a", "6 5 b").replace("snapshot1", "snapshot2").replace("snapshot0", "snapshot1");
        SnapshotTree tree = parse(text.replace("numSnapshots = \"2\"", "numSnapshots = \"2147483648\""));

        assertThat(tree.snapshots()).extracting(Snapshot::uid).containsExactly(5L, 6L);
        assertThat(ids(tree)).containsExactly("vmsd.index-gap", "vmsd.count");
        tree.requireSound();
    }

    @Test
    void readsMoreThanTenSnapshotsAndDisks() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            text.append("snapshot" + i + ".uid = \"" + (i + 1) + "\"\n");
        }
        text.append("snapshot.lastUID = \"12\"\nsnapshot.numSnapshots = \"12\"\nsnapshot11.numDisks = \"11\"\n");
        for (int i = 0; i < 11; i++) {
            text.append("snapshot11.disk" + i + ".fileName = \"d" + i + ".vmdk\"\n");
            text.append("snapshot11.disk" + i + ".node = \"scsi0:" + i + "\"\n");
        }
        SnapshotTree tree = parse(text.toString());

        assertThat(tree.findings()).isEmpty();
        assertThat(tree.snapshot(12).orElseThrow().disks())
                .hasSize(11)
                .element(10)
                .isEqualTo(new SnapshotDisk("scsi0:10", "d10.vmdk"));
        assertThat(tree.snapshot(12).orElseThrow().disk("SCSI0:3")).isPresent();
    }

    @Test
    void readsNamesWithEveryAwkwardCharacter() throws IOException {
        SnapshotTree tree = parse("snapshot0.uid = \"1\"\nsnapshot0.displayName = \"a = |22b|22 |7C #c\\\"\n");

        assertThat(tree.snapshots().get(0).name()).isEqualTo("a = \"b\" | #c\\");
    }

    @Test
    void decodesWithTheCharsetThatTheListDeclares() throws IOException {
        byte[] bytes =
                ".encoding = \"windows-1251\"\r\nsnapshot0.uid = \"1\"\r\nsnapshot0.displayName = \"\u0441\u043d\"\r\n"
                        .getBytes(Charset.forName("windows-1251"));

        assertThat(SnapshotTree.parse(bytes, null).snapshots().get(0).name()).isEqualTo("\u0441\u043d");
    }

    @Test
    void takesAnEmptyOrZeroParentForNone() throws IOException {
        SnapshotTree tree = parse(list("1 0 a", "2 0 b") + "snapshot0.parent = \"\"\nsnapshot1.parent = \"0\"\n");

        assertThat(tree.roots()).hasSize(2);
        assertThat(tree.findings()).isEmpty();
    }

    @Test
    void reportsDuplicateUids() throws IOException {
        SnapshotTree tree = parse(list("1 0 a", "1 0 b"));

        assertThat(tree.snapshots()).extracting(Snapshot::name).containsExactly("a");
        assertThat(ids(tree)).containsExactly("vmsd.duplicate-uid");
        assertThatThrownBy(tree::requireSound).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void reportsUidsThatAreNone() throws IOException {
        for (String uid : new String[] {"0", "-1", "2147483648", "99999999999999999999", "1x", ""}) {
            SnapshotTree tree = parse("snapshot0.uid = \"" + uid + "\"\nsnapshot.numSnapshots = \"1\"\n");

            assertThat(tree.isEmpty()).isTrue();
            assertThat(ids(tree)).containsExactly("vmsd.uid");
        }
    }

    @Test
    void cutsCirclesAndKeepsWhatHangsOnThem() throws IOException {
        SnapshotTree tree = parse(list("1 2 a", "2 3 b", "3 1 c", "4 1 d", "5 5 e"));

        assertThat(ids(tree)).containsOnly("vmsd.circle").hasSize(4);
        assertThat(tree.roots()).extracting(Snapshot::uid).containsExactly(1L, 2L, 3L, 5L);
        assertThat(tree.lineage(tree.snapshot(4).orElseThrow()))
                .extracting(Snapshot::uid)
                .containsExactly(1L, 4L);
    }

    @Test
    void cutsLinksToNowhere() throws IOException {
        SnapshotTree tree = parse(list("1 7 a", "2 x b"));

        assertThat(ids(tree)).containsExactly("vmsd.parent", "vmsd.parent");
        assertThat(tree.roots()).hasSize(2);
    }

    @Test
    void reportsACurrentThatIsNotThereAndALastUidThatIsTooLow() throws IOException {
        SnapshotTree tree = parse("snapshot.lastUID = \"3\"\nsnapshot.current = \"8\"\nsnapshot.numSnapshots = \"1\"\n"
                + "snapshot0.uid = \"4\"\n");

        assertThat(ids(tree)).containsExactly("vmsd.current-missing", "vmsd.last-uid");
        assertThat(tree.current()).isEmpty();
        assertThat(tree.nextUid()).isEqualTo(5);
    }

    @Test
    void reportsADiskThatTwoSnapshotsName() throws IOException {
        String disk = ".numDisks = \"1\"\n%s.disk0.fileName = \"x.vmdk\"\n%s.disk0.node = \"scsi0:0\"\n";
        SnapshotTree tree = parse(list("1 0 a", "2 1 b")
                + ("snapshot0" + disk.replace("%s", "snapshot0"))
                + ("snapshot1" + disk.replace("%s", "snapshot1")));

        assertThat(ids(tree)).containsExactly("vmsd.shared-disk");
    }

    @Test
    void reportsHalfDisksAndWrongCounts() throws IOException {
        SnapshotTree tree = parse(
                list("1 0 a")
                        + "snapshot0.numDisks = \"2147483648\"\nsnapshot0.disk0.fileName = \"x\"\nsnapshot0.numClones = \"-1\"\n");

        assertThat(ids(tree)).containsExactly("vmsd.disk", "vmsd.count", "vmsd.count");
        assertThat(tree.snapshots().get(0).disks()).isEmpty();
    }

    @Test
    void reportsCheckpointNamesThatAnAttackerWouldChoose() throws IOException {
        for (String name : new String[] {"../../etc/passwd", "web01.vmx", "../x.vmsn"}) {
            SnapshotTree tree = parse(list("1 0 a") + "snapshot0.filename = \"" + name + "\"\n");

            assertThat(tree.findings()).extracting(Finding::severity).containsExactly(Severity.WARNING);
            assertThat(ids(tree)).containsExactly("vmsd.checkpoint-name");
        }
    }

    @Test
    void reportsBlockNumbersThatNobodyWrites() throws IOException {
        SnapshotTree tree = parse("snapshot01.uid = \"1\"\nsnapshot99999999999.uid = \"2\"\n");

        assertThat(ids(tree)).containsExactly("vmsd.block-number", "vmsd.block-number");
        assertThat(tree.isEmpty()).isTrue();
    }

    @Test
    void reportsDuplicateKeysAndBrokenLines() throws IOException {
        SnapshotTree tree = parse(list("1 0 a") + "snapshot0.displayName = \"b\"\nwhat is this\n");

        assertThat(ids(tree)).containsExactly("vmsd.text", "vmsd.text");
        assertThat(tree.snapshots().get(0).name()).isEqualTo("b");
    }

    @Test
    void walksAChainOfTenThousandSnapshots() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append("snapshot" + i + ".uid = \"" + (i + 1) + "\"\nsnapshot" + i + ".parent = \"" + i + "\"\n");
        }
        SnapshotTree tree = parse(text.toString());

        assertThat(tree.lineage(tree.snapshot(10_000).orElseThrow())).hasSize(10_000);
        assertThat(tree.roots()).hasSize(1);
        SnapshotTreeEdit edit = tree.edit();
        edit.remove(1);
        assertThat(edit.tree().snapshots()).hasSize(9_999);
    }

    @Test
    void refusesMoreSnapshotsThanAnyMachineHas() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_001; i++) {
            text.append("snapshot" + i + ".uid = \"" + (i + 1) + "\"\n");
        }

        assertThatThrownBy(() -> parse(text.toString())).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void refusesAMillionKeys() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_000_000; i++) {
            text.append('k').append(i).append("=1\n");
        }

        assertThatThrownBy(() -> parse(text.toString())).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void refusesAHugeFile() {
        assertThatThrownBy(() -> SnapshotTree.parse(new byte[SnapshotTree.MAX_BYTES + 1], null))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void selectsByUidNameAndPath() throws IOException {
        SnapshotTree tree = parse(list("1 0 base", "2 1 patched", "3 1 other/one", "4 3 patched", "5 0 17"));

        assertThat(tree.select("2").uid()).isEqualTo(2);
        assertThat(tree.select("base").uid()).isEqualTo(1);
        assertThat(tree.select("base/patched").uid()).isEqualTo(2);
        assertThat(tree.select("/base/patched").uid()).isEqualTo(2);
        assertThat(tree.select("base/other/one/patched").uid()).isEqualTo(4);
        assertThat(tree.select("17").uid()).isEqualTo(5);
        assertThat(tree.select("uid:4").uid()).isEqualTo(4);
    }

    @Test
    void refusesAnAmbiguousSelectorAndNamesTheCandidates() throws IOException {
        SnapshotTree tree = parse(list("1 0 base", "2 1 patched", "3 1 patched", "4 1 2"));

        assertThatThrownBy(() -> tree.select("patched"))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("uid 2 'patched', uid 3 'patched'")
                .hasMessageContaining("'uid:2'");
        assertThatThrownBy(() -> tree.select("2")).hasMessageContaining("uid 2 'patched', uid 4 '2'");
        assertThat(tree.select("uid:2").name()).isEqualTo("patched");
    }

    @Test
    void saysWhichSnapshotsThereAreWhenNoneFits() throws IOException {
        SnapshotTree tree = parse(list("1 0 base"));

        assertThatThrownBy(() -> tree.select("bass"))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("'bass'")
                .hasMessageContaining("uid 1 'base'");
        assertThatThrownBy(() -> tree.select("uid:9")).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> parse("").select("x")).hasMessageContaining("no snapshots");
    }
}
