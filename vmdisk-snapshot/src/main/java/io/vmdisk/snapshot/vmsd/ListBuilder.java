package io.vmdisk.snapshot.vmsd;

import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Writes a snapshot list from nothing, line by line as VMware would, to replace a list that was lost. For one thread.
 *
 * <p>Texts are UTF-8, and no text is refused.
 *
 * @since 0.1
 */
public final class ListBuilder {
    private final Dictionary document;
    private int count;

    /**
     * Begins a list.
     *
     * @param file the list's file; what it holds now does not matter
     * @param lastUid the highest uid ever given
     * @param currentUid the snapshot that the present state builds on; 0 for none
     * @throws VmdiskException never for numbers
     */
    public ListBuilder(Path file, long lastUid, long currentUid) throws VmdiskException {
        document = Dictionary.empty(file);
        document.set(SnapshotKeys.ENCODING, "UTF-8");
        document.set(SnapshotKeys.LAST_UID, Long.toString(lastUid));
        document.set(SnapshotKeys.CURRENT, Long.toString(currentUid));
    }

    /**
     * Adds a snapshot. The one it was taken on must have been added before.
     *
     * @param uid its identity, from 1
     * @param parent the uid of the snapshot it was taken on; empty for a root
     * @param snapshot the rest
     * @param clones the {@code .vmx} files of linked clones that depend on it; may be empty
     * @throws VmdiskException if a text can't be encoded
     */
    public void add(long uid, OptionalLong parent, NewSnapshot snapshot, List<String> clones) throws VmdiskException {
        String block = SnapshotKeys.block(count++);
        SnapshotTreeEdit.write(document, block, uid, parent, snapshot);
        SnapshotTreeEdit.writeCounted(document, block + SnapshotKeys.CLONE, block + SnapshotKeys.CLONE_COUNT, clones);
    }

    /**
     * Records that the machine is a linked clone, or shares its lowest disks; see {@link SnapshotTreeEdit#markAsClone}.
     *
     * @param sources the {@code .vmx} files it was cloned from; may be empty
     * @param sentinels the lowest disks that are its own; may be empty
     * @throws VmdiskException if a text can't be encoded
     */
    public void markAsClone(List<String> sources, List<String> sentinels) throws VmdiskException {
        SnapshotTreeEdit.writeCounted(document, SnapshotKeys.CLONE_OF, SnapshotKeys.CLONE_OF_COUNT, sources);
        SnapshotTreeEdit.writeCounted(document, SnapshotKeys.SENTINEL, SnapshotKeys.SENTINEL_COUNT, sentinels);
    }

    /**
     * {@return the list as it is now}
     *
     * @throws VmdiskException if it is too large
     */
    public SnapshotTree build() throws VmdiskException {
        document.set(SnapshotKeys.COUNT, Integer.toString(count));
        return SnapshotTree.of(document);
    }
}
