package io.vmdisk.snapshot.vmsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SnapshotTreeProperties {
    @Property(tries = 300, seed = "77")
    void anyBytesParseAndSurviveUntouched(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        SnapshotTree tree = SnapshotTree.parse(bytes, null);

        assertThat(tree.document().toBytes()).isEqualTo(bytes);
        assertThat(tree.edit().toBytes()).isEqualTo(bytes);
    }

    @Provide
    Arbitrary<String> hostileLists() {
        Arbitrary<String> keys = Arbitraries.of(
                "snapshot.lastUID",
                "snapshot.current",
                "snapshot.numSnapshots",
                "snapshot0.uid",
                "snapshot1.uid",
                "snapshot1.parent",
                "snapshot2.uid",
                "snapshot2.parent",
                "snapshot0.parent",
                "snapshot01.uid",
                "snapshot0.disk0.fileName",
                "snapshot0.disk0.node",
                "SNAPSHOT1.disk0.node",
                "snapshot1.disk0.fileName",
                "snapshot0.numDisks",
                "snapshot0.clone0",
                "snapshot.mru0.uid",
                "cloneOf0",
                "sentinel0",
                "x");
        Arbitrary<String> values =
                Arbitraries.of("0", "1", "2", "3", "-1", "2147483648", "", "a", "|22", "99999999999999999999");
        return Combinators.combine(keys, values)
                .as((key, value) -> key + " = \"" + value + "\"\n")
                .list()
                .ofMaxSize(20)
                .map(lines -> String.join("", lines));
    }

    @Property(tries = 1000, seed = "4712")
    void whateverAListSaysWalkingAndEditingEnd(@ForAll("hostileLists") String text) throws IOException {
        SnapshotTree tree = SnapshotTree.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), null);

        for (Snapshot snapshot : tree.snapshots()) {
            assertThat(tree.lineage(snapshot)).contains(snapshot);
        }
        for (long uid = 1; uid < 4; uid++) {
            SnapshotTreeEdit edit = tree.edit();
            try {
                edit.add(snapshot(9));
                edit.remove(uid);
                assertThat(edit.tree().snapshot(uid)).isEmpty();
                edit.tree().requireSound();
            } catch (VmdiskException e) {
                assertThat(e.code()).isNotEmpty();
            }
        }
    }

    private static NewSnapshot snapshot(int number) {
        return new NewSnapshot(
                "s" + number,
                "",
                Instant.EPOCH,
                NewSnapshot.State.POWERED_OFF,
                "a-Snapshot" + number + ".vmsn",
                List.of(new SnapshotDisk("scsi0:0", "d" + number + ".vmdk")));
    }

    /** Random edits against a map from uid to parent. */
    @Property(tries = 200, seed = "4713")
    void editsFollowAModel(@ForAll @Size(max = 40) List<@IntRange(min = 0, max = 20) Integer> steps)
            throws IOException {
        SnapshotTreeEdit edit = SnapshotTree.parse(new byte[0], null).edit();
        Map<Long, Long> parents = new HashMap<>();
        long current = 0;
        for (int step : steps) {
            List<Long> uids = new ArrayList<>(parents.keySet());
            if (uids.isEmpty() || step < 10) {
                long uid = edit.add(snapshot(steps.size() + (int) edit.tree().nextUid()));
                parents.put(uid, current);
                current = uid;
            } else if (step < 15) {
                current = uids.get(step % uids.size());
                edit.setCurrent(current);
            } else {
                long gone = uids.get(step % uids.size());
                long parent = parents.remove(gone);
                parents.replaceAll((uid, old) -> old == gone ? parent : old);
                current = current == gone ? parent : current;
                edit.remove(gone);
            }
        }

        SnapshotTree tree = edit.tree();
        Map<Long, Long> found = tree.snapshots().stream()
                .collect(Collectors.toMap(Snapshot::uid, s -> s.parent().orElse(0)));
        assertThat(found).isEqualTo(parents);
        assertThat(tree.current().map(Snapshot::uid).orElse(0L)).isEqualTo(current);
        assertThat(tree.findings()).isEmpty();
    }
}
