package io.vmdisk.snapshot.vmsd;

import io.vmdisk.UnsafeStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the one snapshot that people mean.
 *
 * <p>A text may be a uid, a name and a path at once; every reading counts, and only if all lead to one snapshot is it
 * taken. Names may hold slashes, so paths are compared with whole lineages instead of being split.
 */
record SnapshotSelector(SnapshotTree tree, String text) {
    private static final String UID_PREFIX = "uid:";
    private static final int SHOWN = 10;

    Snapshot select() throws UnsafeStateException {
        if (text.startsWith(UID_PREFIX)) {
            return byUid(text.substring(UID_PREFIX.length())).orElseThrow(this::notFound);
        }
        Optional<Snapshot> numbered = byUid(text);
        List<Snapshot> found = new ArrayList<>();
        for (Snapshot snapshot : tree.snapshots()) {
            boolean isNumber = numbered.isPresent() && numbered.get().uid() == snapshot.uid();
            if (isNumber || snapshot.name().equals(text) || isPathOf(snapshot)) {
                found.add(snapshot);
            }
        }
        if (found.isEmpty()) {
            throw notFound();
        }
        if (found.size() > 1) {
            throw new UnsafeStateException(
                    "snapshot-ambiguous",
                    tree.source().orElse(null),
                    "'" + SnapshotListReader.shown(text) + "' may mean " + list(found),
                    "name one by its uid, as in 'uid:" + found.get(0).uid() + "'");
        }
        return found.get(0);
    }

    private Optional<Snapshot> byUid(String number) {
        var uid = BlockReader.uid(number);
        return uid.isPresent() ? tree.snapshot(uid.getAsLong()) : Optional.empty();
    }

    /** Whether the text is the names from the root to {@code snapshot}, compared from the end. */
    private boolean isPathOf(Snapshot snapshot) {
        String rest = text.startsWith("/") ? text.substring(1) : text;
        Snapshot at = snapshot;
        while (rest.endsWith(at.name())) {
            rest = rest.substring(0, rest.length() - at.name().length());
            Optional<Snapshot> parent = tree.parent(at);
            if (parent.isEmpty()) {
                return rest.isEmpty();
            }
            if (!rest.endsWith("/")) {
                return false;
            }
            rest = rest.substring(0, rest.length() - 1);
            at = parent.get();
        }
        return false;
    }

    private UnsafeStateException notFound() {
        return new UnsafeStateException(
                "snapshot-unknown",
                tree.source().orElse(null),
                "no snapshot is called '" + SnapshotListReader.shown(text) + "'",
                tree.isEmpty() ? "the machine has no snapshots" : "there are " + list(tree.snapshots()));
    }

    private static String list(List<Snapshot> snapshots) {
        String names = snapshots.stream()
                .limit(SHOWN)
                .map(s -> "uid " + s.uid() + " '" + SnapshotListReader.shown(s.name()) + "'")
                .collect(Collectors.joining(", "));
        return snapshots.size() > SHOWN ? names + " and " + (snapshots.size() - SHOWN) + " more" : names;
    }
}
