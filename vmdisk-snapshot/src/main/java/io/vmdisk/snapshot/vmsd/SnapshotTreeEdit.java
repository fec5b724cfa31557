package io.vmdisk.snapshot.vmsd;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Changes a snapshot list as VMware would, line by line, and keeps everything it does not understand.
 *
 * <p>Keys that exist are changed in place, new keys go to the end, and blocks are renumbered where they are. A change
 * of the structure fails with {@link io.vmdisk.MalformedFileException} {@code vmsd} while the list has findings of
 * severity ERROR, with {@link UnsafeStateException} {@code snapshot-unknown} for a uid that it does not have, and with
 * {@link io.vmdisk.UnsupportedFeatureException} {@code dictionary-text} for a text that the list's charset can't hold.
 * A change that fails leaves the document as it was.
 *
 * <p>It edits text only; the caller takes care of disks and other files. For one thread.
 *
 * @since 0.1
 */
public final class SnapshotTreeEdit {
    private Dictionary document;

    SnapshotTreeEdit(Dictionary document) {
        this.document = document;
    }

    /**
     * {@return the list as it is now}
     *
     * @throws VmdiskException if it has become too large
     */
    public SnapshotTree tree() throws VmdiskException {
        return SnapshotTree.of(document);
    }

    /** {@return the list's text as it would be saved} */
    public byte[] toBytes() {
        return document.toBytes();
    }

    /**
     * Writes the list to its file. The old content stays whole until the new one is durable.
     *
     * @param volume that has the file
     * @throws UnsafeStateException if the file was changed since it was read
     * @throws IOException if the file can't be written
     */
    public void save(Volume volume) throws IOException {
        document.save(volume);
    }

    /**
     * Adds a snapshot on top of the current one and makes it the current one.
     *
     * @param snapshot what the list is to say about it
     * @return its uid
     * @throws LimitExceededException {@code snapshot-uid} if all uids have been given
     * @throws VmdiskException as the class says
     */
    public long add(NewSnapshot snapshot) throws VmdiskException {
        SnapshotTree tree = soundTree();
        long uid = tree.nextUid();
        if (uid > Integer.MAX_VALUE) {
            throw new LimitExceededException("snapshot-uid", tree.source().orElse(null), "every uid has been given");
        }
        change(draft -> {
            if (draft.lineCount() == 0) {
                draft.set(SnapshotKeys.ENCODING, "UTF-8");
            }
            draft.set(SnapshotKeys.LAST_UID, Long.toString(uid));
            draft.set(SnapshotKeys.CURRENT, Long.toString(uid));
            OptionalLong parent = tree.current().isPresent()
                    ? OptionalLong.of(tree.current().get().uid())
                    : OptionalLong.empty();
            compact(draft, tree.snapshots());
            write(draft, SnapshotKeys.block(tree.snapshots().size()), uid, parent, snapshot);
            draft.set(SnapshotKeys.COUNT, Integer.toString(tree.snapshots().size() + 1));
            if (!tree.recentlyUsed().isEmpty()) {
                writeRecent(draft, used(tree, uid));
            }
        });
        return uid;
    }

    static void write(Dictionary draft, String block, long uid, OptionalLong parent, NewSnapshot snapshot)
            throws VmdiskException {
        SnapshotTime time = SnapshotTime.of(snapshot.created());
        draft.set(block + SnapshotKeys.UID, Long.toString(uid));
        if (!snapshot.checkpointFile().isEmpty()) {
            draft.set(block + SnapshotKeys.FILE_NAME, snapshot.checkpointFile());
        }
        if (parent.isPresent()) {
            draft.set(block + SnapshotKeys.PARENT, Long.toString(parent.getAsLong()));
        }
        draft.set(block + SnapshotKeys.NAME, snapshot.name());
        if (!snapshot.description().isEmpty()) {
            draft.set(block + SnapshotKeys.DESCRIPTION, snapshot.description());
        }
        if (snapshot.state() == NewSnapshot.State.RUNNING) {
            draft.set(block + SnapshotKeys.TYPE, Snapshot.RUNNING);
        }
        draft.set(block + SnapshotKeys.TIME_HIGH, Integer.toString(time.high()));
        draft.set(block + SnapshotKeys.TIME_LOW, Integer.toString(time.low()));
        draft.set(
                block + SnapshotKeys.DISK_COUNT,
                Integer.toString(snapshot.disks().size()));
        for (int i = 0; i < snapshot.disks().size(); i++) {
            String disk = block + SnapshotKeys.DISK + i;
            draft.set(disk + SnapshotKeys.DISK_FILE, snapshot.disks().get(i).fileName());
            draft.set(disk + SnapshotKeys.DISK_NODE, snapshot.disks().get(i).node());
        }
    }

    /**
     * Removes a snapshot. Its children become children of its parent; if it is the current one, its parent becomes
     * that.
     *
     * @param uid of the snapshot
     * @throws VmdiskException as the class says
     */
    public void remove(long uid) throws VmdiskException {
        SnapshotTree tree = soundTree();
        Snapshot gone = require(tree, uid);
        change(draft -> {
            for (Snapshot child : tree.children(gone)) {
                setOrRemove(draft, SnapshotKeys.block(child.index()) + SnapshotKeys.PARENT, gone.parent());
            }
            if (tree.current().isPresent() && tree.current().get().uid() == uid) {
                draft.set(SnapshotKeys.CURRENT, Long.toString(gone.parent().orElse(0)));
            }
            draft.removeBelow(SnapshotKeys.block(gone.index()));
            compact(draft, tree.snapshots().stream().filter(s -> s.uid() != uid).toList());
            draft.set(SnapshotKeys.COUNT, Integer.toString(tree.snapshots().size() - 1));
            List<Long> recent = new ArrayList<>(tree.recentlyUsed());
            if (recent.remove(uid)) {
                writeRecent(draft, recent);
            }
        });
    }

    /** Numbers the blocks from 0 in their present order. */
    private static void compact(Dictionary draft, List<Snapshot> left) throws VmdiskException {
        List<Integer> old = left.stream().map(Snapshot::index).sorted().toList();
        Map<String, String> numbers = new HashMap<>();
        for (int i = 0; i < old.size(); i++) {
            if (old.get(i) != i) {
                numbers.put(Integer.toString(old.get(i)), Integer.toString(i));
            }
        }
        if (numbers.isEmpty()) {
            return;
        }
        draft.rename(name -> {
            SnapshotKeys.BlockKey key = SnapshotKeys.blockKey(SnapshotKeys.fold(name));
            if (key == null) {
                return name;
            }
            int start = SnapshotKeys.BLOCK.length();
            String fresh = numbers.getOrDefault(key.number(), key.number());
            return name.substring(0, start)
                    + fresh
                    + name.substring(start + key.number().length());
        });
    }

    private static void setOrRemove(Dictionary draft, String key, OptionalLong uid) throws VmdiskException {
        if (uid.isPresent()) {
            draft.set(key, Long.toString(uid.getAsLong()));
        } else {
            draft.remove(key);
        }
    }

    /**
     * Removes all snapshots, damaged blocks included. What records that the machine is a clone stays.
     *
     * @throws VmdiskException if the list is too large; damage is no obstacle
     */
    public void removeAll() throws VmdiskException {
        SnapshotTree tree = tree();
        change(draft -> {
            draft.set(SnapshotKeys.LAST_UID, Long.toString(tree.nextUid() - 1));
            draft.set(SnapshotKeys.CURRENT, "0");
            draft.removeIf(key -> SnapshotKeys.blockKey(key) != null);
            draft.set(SnapshotKeys.COUNT, "0");
            writeRecent(draft, List.of());
        });
    }

    /**
     * Sets the snapshot that the present state builds on.
     *
     * @param uid of the snapshot; 0 for none
     * @throws VmdiskException as the class says
     */
    public void setCurrent(long uid) throws VmdiskException {
        SnapshotTree tree = soundTree();
        if (uid != 0) {
            require(tree, uid);
        }
        change(draft -> {
            draft.set(SnapshotKeys.CURRENT, Long.toString(uid));
            if (uid != 0 && !tree.recentlyUsed().isEmpty()) {
                writeRecent(draft, used(tree, uid));
            }
        });
    }

    /**
     * Puts a snapshot first in the list of recently used ones that hosted products show.
     *
     * @param uid of the snapshot
     * @throws VmdiskException {@code snapshot-unknown} if there is no such snapshot
     */
    public void markUsed(long uid) throws VmdiskException {
        SnapshotTree tree = tree();
        require(tree, uid);
        change(draft -> writeRecent(draft, used(tree, uid)));
    }

    private static List<Long> used(SnapshotTree tree, long uid) {
        List<Long> recent = new ArrayList<>(tree.recentlyUsed());
        recent.remove(uid);
        recent.add(0, uid);
        return recent;
    }

    private static void writeRecent(Dictionary draft, List<Long> uids) throws VmdiskException {
        List<String> values = uids.stream().map(String::valueOf).toList();
        writeNumbered(draft, SnapshotKeys.RECENT, SnapshotKeys.RECENT_UID, values);
    }

    /** Writes numbered keys from 0 and removes those behind; others stay in their places. */
    private static void writeNumbered(Dictionary draft, String prefix, String suffix, List<String> values)
            throws VmdiskException {
        Map<String, String> folded = new HashMap<>();
        draft.entriesBelow(prefix).forEach((key, value) -> folded.put(SnapshotKeys.fold(key), value));
        for (int number : SnapshotKeys.numbered(folded, prefix, suffix).keySet()) {
            if (number >= values.size()) {
                draft.remove(prefix + number + suffix);
            }
        }
        for (int i = 0; i < values.size(); i++) {
            draft.set(prefix + i + suffix, values.get(i));
        }
    }

    /**
     * Renames a disk of a snapshot, as after its merge into its parent.
     *
     * @param uid of the snapshot
     * @param node the disk's device, such as {@code scsi0:0}, in upper or lower case
     * @param fileName the new name of its descriptor
     * @throws UnsafeStateException {@code snapshot-disk} if the snapshot has no disk there
     * @throws VmdiskException as the class says
     */
    public void renameDisk(long uid, String node, String fileName) throws VmdiskException {
        SnapshotTree tree = soundTree();
        Snapshot snapshot = require(tree, uid);
        String block = SnapshotKeys.block(snapshot.index());
        Map<String, String> folded = new HashMap<>();
        document.entriesBelow(block)
                .forEach((key, value) -> folded.put(SnapshotKeys.fold(key.substring(block.length())), value));
        for (var entry : SnapshotKeys.numbered(folded, SnapshotKeys.DISK, SnapshotKeys.DISK_NODE)
                .entrySet()) {
            if (entry.getValue().equalsIgnoreCase(node)) {
                String key = block + SnapshotKeys.DISK + entry.getKey() + SnapshotKeys.DISK_FILE;
                change(draft -> draft.set(key, fileName));
                return;
            }
        }
        throw new UnsafeStateException(
                "snapshot-disk", tree.source().orElse(null), "snapshot uid " + uid + " has no disk at " + node);
    }

    /**
     * Renames the checkpoint of a snapshot.
     *
     * @param uid of the snapshot
     * @param fileName the new name of the {@code .vmsn}
     * @throws VmdiskException as the class says
     */
    public void renameCheckpoint(long uid, String fileName) throws VmdiskException {
        Snapshot snapshot = require(soundTree(), uid);
        change(draft -> draft.set(SnapshotKeys.block(snapshot.index()) + SnapshotKeys.FILE_NAME, fileName));
    }

    /**
     * Records that deltas are in use that no snapshot owns.
     *
     * @throws VmdiskException never for this key
     */
    public void markConsolidationNeeded() throws VmdiskException {
        change(draft -> {
            if (draft.lineCount() == 0) {
                draft.set(SnapshotKeys.ENCODING, "UTF-8");
            }
            draft.set(SnapshotKeys.NEED_CONSOLIDATE, "TRUE");
        });
    }

    /** Removes the record that deltas are in use that no snapshot owns. */
    public void clearConsolidationNeeded() {
        document.remove(SnapshotKeys.NEED_CONSOLIDATE);
    }

    /**
     * Records a linked clone that depends on a snapshot. Does nothing if it is recorded.
     *
     * @param uid of the snapshot
     * @param clone its {@code .vmx}
     * @throws VmdiskException as the class says
     */
    public void addClone(long uid, String clone) throws VmdiskException {
        Snapshot snapshot = require(soundTree(), uid);
        if (!snapshot.clones().contains(clone)) {
            List<String> clones = new ArrayList<>(snapshot.clones());
            clones.add(clone);
            writeClones(snapshot, clones);
        }
    }

    /**
     * Removes the record of a linked clone of a snapshot.
     *
     * @param uid of the snapshot
     * @param clone its {@code .vmx}, as the list names it
     * @return whether it was recorded
     * @throws VmdiskException as the class says
     */
    public boolean removeClone(long uid, String clone) throws VmdiskException {
        Snapshot snapshot = require(soundTree(), uid);
        List<String> clones = new ArrayList<>(snapshot.clones());
        boolean known = clones.removeIf(clone::equals);
        if (known) {
            writeClones(snapshot, clones);
        }
        return known;
    }

    private void writeClones(Snapshot snapshot, List<String> clones) throws VmdiskException {
        String block = SnapshotKeys.block(snapshot.index());
        change(draft -> writeCounted(draft, block + SnapshotKeys.CLONE, block + SnapshotKeys.CLONE_COUNT, clones));
    }

    /** Writes numbered keys and their counter; without any there is no counter. */
    static void writeCounted(Dictionary draft, String prefix, String counter, List<String> values)
            throws VmdiskException {
        writeNumbered(draft, prefix, "", values);
        if (values.isEmpty()) {
            draft.remove(counter);
        } else {
            draft.set(counter, Integer.toString(values.size()));
        }
    }

    /**
     * Records that this machine is a linked clone.
     *
     * @param sources the {@code .vmx} files it was cloned from; none means that it is no clone
     * @param sentinels the lowest disks that are its own; what lies below them is never deleted with the machine
     * @throws VmdiskException if the list's charset can't hold a text
     */
    public void markAsClone(List<String> sources, List<String> sentinels) throws VmdiskException {
        change(draft -> {
            if (draft.lineCount() == 0) {
                draft.set(SnapshotKeys.ENCODING, "UTF-8");
            }
            writeCounted(draft, SnapshotKeys.CLONE_OF, SnapshotKeys.CLONE_OF_COUNT, sources);
            writeCounted(draft, SnapshotKeys.SENTINEL, SnapshotKeys.SENTINEL_COUNT, sentinels);
        });
    }

    private SnapshotTree soundTree() throws VmdiskException {
        SnapshotTree tree = tree();
        tree.requireSound();
        return tree;
    }

    private static Snapshot require(SnapshotTree tree, long uid) throws UnsafeStateException {
        return tree.snapshot(uid)
                .orElseThrow(() -> new UnsafeStateException(
                        "snapshot-unknown", tree.source().orElse(null), "no snapshot has the uid " + uid));
    }

    @FunctionalInterface
    private interface Change {
        void apply(Dictionary draft) throws VmdiskException;
    }

    private void change(Change change) throws VmdiskException {
        Dictionary draft = document.copy();
        change.apply(draft);
        document = draft;
    }
}
