package io.vmdisk.snapshot.vmsd;

import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes a list from nothing, line by line as VMware would: for lists that were lost. For one thread.
 *
 * @since 0.1
 */
public final class ListBuilder {
    private final Dictionary document;
    private int count;

    /** A list for a file, whatever is in that file now. */
    public ListBuilder(Path file, long lastUid, long currentUid) throws VmdiskException {
        document = Dictionary.empty(file);
        document.set(SnapshotKeys.ENCODING, "UTF-8");
        document.set(SnapshotKeys.LAST_UID, Long.toString(lastUid));
        document.set(SnapshotKeys.CURRENT, Long.toString(currentUid));
    }

    /** Adds a snapshot; the one it was taken on comes before it. */
    public void add(long uid, OptionalLong parent, NewSnapshot snapshot, List<String> clones) throws VmdiskException {
        String block = SnapshotKeys.block(count++);
        SnapshotTreeEdit.write(document, block, uid, parent, snapshot);
        SnapshotTreeEdit.writeCounted(document, block + SnapshotKeys.CLONE, block + SnapshotKeys.CLONE_COUNT, clones);
    }

    /** Says that the machine is a linked clone, or shares its lowest disks; see {@link SnapshotTreeEdit#markAsClone}. */
    public void markAsClone(List<String> sources, List<String> sentinels) throws VmdiskException {
        SnapshotTreeEdit.writeCounted(document, SnapshotKeys.CLONE_OF, SnapshotKeys.CLONE_OF_COUNT, sources);
        SnapshotTreeEdit.writeCounted(document, SnapshotKeys.SENTINEL, SnapshotKeys.SENTINEL_COUNT, sentinels);
    }

    /** The list. */
    public SnapshotTree build() throws VmdiskException {
        document.set(SnapshotKeys.COUNT, Integer.toString(count));
        return SnapshotTree.of(document);
    }
}
