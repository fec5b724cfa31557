package io.vmdisk.snapshot.vmsd;

import io.vmdisk.Finding.Severity;
import io.vmdisk.snapshot.vmsd.SnapshotListReader.Reporter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what snapshots say of each other, and cuts links to nowhere and links that close a circle. */
record SnapshotLinks(Map<Long, Snapshot> byUid, Reporter reporter) {
    List<Snapshot> check() {
        checkDisks();
        Set<Long> circle = onCircles();
        List<Snapshot> cut = new ArrayList<>();
        for (Snapshot snapshot : byUid.values()) {
            cut.add(hasSoundParent(snapshot, circle) ? snapshot : asRoot(snapshot));
        }
        return cut;
    }

    private boolean hasSoundParent(Snapshot snapshot, Set<Long> circle) {
        if (snapshot.parent().isEmpty()) {
            return true;
        }
        if (parentOf(snapshot) == null) {
            reporter.report(
                    "vmsd.parent",
                    Severity.ERROR,
                    "snapshot uid " + snapshot.uid() + " has the parent "
                            + snapshot.parent().getAsLong() + ", no snapshot has that uid",
                    "");
            return false;
        }
        if (circle.contains(snapshot.uid())) {
            reporter.report(
                    "vmsd.circle", Severity.ERROR, "snapshot uid " + snapshot.uid() + " is its own ancestor", "");
            return false;
        }
        return true;
    }

    /** The uids from which parents lead back to themselves; each snapshot is visited once. */
    private Set<Long> onCircles() {
        Set<Long> circle = new HashSet<>();
        Set<Long> settled = new HashSet<>();
        for (Snapshot start : byUid.values()) {
            Set<Long> path = new LinkedHashSet<>();
            Snapshot at = start;
            while (at != null && !settled.contains(at.uid()) && path.add(at.uid())) {
                at = parentOf(at);
            }
            if (at != null && !settled.contains(at.uid())) {
                long entry = at.uid();
                path.stream().dropWhile(uid -> uid != entry).forEach(circle::add);
            }
            settled.addAll(path);
        }
        return circle;
    }

    private @Nullable Snapshot parentOf(Snapshot snapshot) {
        return snapshot.parent().isPresent() ? byUid.get(snapshot.parent().getAsLong()) : null;
    }

    private static Snapshot asRoot(Snapshot snapshot) {
        return new Snapshot(
                snapshot.uid(),
                snapshot.index(),
                OptionalLong.empty(),
                snapshot.name(),
                snapshot.description(),
                snapshot.created(),
                snapshot.type(),
                snapshot.checkpointFile(),
                snapshot.disks(),
                snapshot.clones());
    }

    private void checkDisks() {
        Map<String, Long> owners = new HashMap<>();
        for (Snapshot snapshot : byUid.values()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                Long other = owners.putIfAbsent(disk.fileName(), snapshot.uid());
                if (other != null) {
                    reporter.report(
                            "vmsd.shared-disk",
                            Severity.ERROR,
                            "the disk '" + SnapshotListReader.shown(disk.fileName()) + "' is named by snapshot uid "
                                    + other + " and by snapshot uid " + snapshot.uid(),
                            "");
                }
            }
        }
    }
}
