package io.vmdisk.snapshot.vmsd;

import io.vmdisk.Finding;
import java.util.List;

/** What was read from a list, with senseless links cut; snapshots sorted by uid, uids unique. */
record SnapshotList(
        List<Snapshot> snapshots,
        long lastUid,
        long current,
        boolean needConsolidate,
        List<Long> recent,
        List<String> cloneOf,
        List<String> sentinels,
        List<Finding> findings) {
    SnapshotList {
        snapshots = List.copyOf(snapshots);
        recent = List.copyOf(recent);
        cloneOf = List.copyOf(cloneOf);
        sentinels = List.copyOf(sentinels);
        findings = List.copyOf(findings);
    }
}
