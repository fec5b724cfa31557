package io.vmdisk.snapshot.vmsd;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@code .vmsd}: an immutable tree over a lossless document.
 *
 * <p>Reading refuses only lists that are too large. Each block with a usable uid is in the tree, whatever the counters
 * of the list say, and damage is reported in {@link #findings}. Links that make no sense are cut, so walking the tree
 * always ends; with such damage {@link #edit} refuses structural changes. No file and an empty file both mean no
 * snapshots. Safe for many threads.
 *
 * @since 0.1
 */
public final class SnapshotTree {
    /** A list of a hundred snapshots of ten disks each has 300 KiB. */
    static final int MAX_BYTES = 16 << 20;

    private final Dictionary document;
    private final SnapshotList list;
    private final Map<Long, Snapshot> byUid = new LinkedHashMap<>();
    private final Map<Long, List<Snapshot>> children = new LinkedHashMap<>();

    private SnapshotTree(Dictionary document, SnapshotList list) {
        this.document = document;
        this.list = list;
        for (Snapshot snapshot : list.snapshots()) {
            byUid.put(snapshot.uid(), snapshot);
            children.computeIfAbsent(snapshot.parent().orElse(0), uid -> new ArrayList<>())
                    .add(snapshot);
        }
    }

    /**
     * Reads a list.
     *
     * @param volume that has the file
     * @param file a file that does not exist is read as an empty list
     * @return the list
     * @throws LimitExceededException {@code file-size} if it has more than 16 MiB, or another code if it has too many
     *     lines
     * @throws IOException if the file can't be read
     */
    public static SnapshotTree read(Volume volume, Path file) throws IOException {
        return volume.exists(file) ? parse(volume.readAll(file, MAX_BYTES), file) : of(Dictionary.empty(file));
    }

    /**
     * Parses any bytes.
     *
     * @param bytes of a list; must not be changed afterwards
     * @param source the file they are from, for messages and for {@link SnapshotTreeEdit#save}; or null
     * @return the list
     * @throws LimitExceededException {@code file-size} if there are more than 16 MiB, or another code if there are too
     *     many lines
     */
    public static SnapshotTree parse(byte[] bytes, @Nullable Path source) throws LimitExceededException {
        if (bytes.length > MAX_BYTES) {
            throw new LimitExceededException(
                    "file-size",
                    source,
                    "the snapshot list has " + bytes.length + " bytes, at most " + MAX_BYTES + " are read");
        }
        return of(Dictionary.parse(bytes, source));
    }

    static SnapshotTree of(Dictionary document) throws LimitExceededException {
        Dictionary own = document.copy();
        return new SnapshotTree(own, new SnapshotListReader(own).read());
    }

    /**
     * {@return the name that VMware gives a snapshot's checkpoint, such as {@code web01-Snapshot3.vmsn}}
     *
     * @param machine the stem of the configuration's name
     * @param uid the snapshot's uid, not its index
     */
    public static String checkpointName(String machine, long uid) {
        return machine + "-Snapshot" + uid + ".vmsn";
    }

    /** {@return the file that the list is from or meant for; empty if there is none} */
    public Optional<Path> source() {
        return document.source();
    }

    /** {@return all snapshots by uid, which is the order in which they were taken} */
    public List<Snapshot> snapshots() {
        return list.snapshots();
    }

    /** {@return whether there is no snapshot} */
    public boolean isEmpty() {
        return list.snapshots().isEmpty();
    }

    /** {@return whether there is no snapshot, there never was one, and nothing else is recorded about a machine} */
    public boolean saysNothing() {
        return isEmpty() && lastUid() == 0 && cloneOf().isEmpty();
    }

    /**
     * {@return the snapshot with a uid; empty if there is none}
     *
     * @param uid its identity
     */
    public Optional<Snapshot> snapshot(long uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    /** {@return the snapshots without a parent, by uid; there may be several} */
    public List<Snapshot> roots() {
        return List.copyOf(children.getOrDefault(0L, List.of()));
    }

    /**
     * {@return the snapshots taken on a snapshot, by uid}
     *
     * @param parent one of this tree
     */
    public List<Snapshot> children(Snapshot parent) {
        return List.copyOf(children.getOrDefault(parent.uid(), List.of()));
    }

    /**
     * {@return a snapshot and all its ancestors, the root first}
     *
     * @param snapshot one of this tree
     */
    public List<Snapshot> lineage(Snapshot snapshot) {
        List<Snapshot> lineage = new ArrayList<>();
        for (Optional<Snapshot> at = Optional.of(snapshot); at.isPresent(); at = parent(at.get())) {
            lineage.add(at.get());
        }
        Collections.reverse(lineage);
        return List.copyOf(lineage);
    }

    /**
     * {@return the snapshot that a snapshot was taken on; empty for a root}
     *
     * @param snapshot one of this tree
     */
    public Optional<Snapshot> parent(Snapshot snapshot) {
        return snapshot.parent().isPresent() ? snapshot(snapshot.parent().getAsLong()) : Optional.empty();
    }

    /** {@return the snapshot that the present state builds on; empty if there is none} */
    public Optional<Snapshot> current() {
        return snapshot(list.current());
    }

    /** {@return the highest uid ever given, as the list says; 0 if it does not say} */
    public long lastUid() {
        return list.lastUid();
    }

    /** {@return the uid that the next snapshot gets: one more than any given so far} */
    public long nextUid() {
        return Math.max(
                        list.lastUid(),
                        list.snapshots().stream().mapToLong(Snapshot::uid).max().orElse(0))
                + 1;
    }

    /** {@return whether the list says that deltas are in use that no snapshot owns; false proves nothing} */
    public boolean needsConsolidation() {
        return list.needConsolidate();
    }

    /** {@return the uids used last in VMware's user interface, latest first; only hosted products keep them} */
    public List<Long> recentlyUsed() {
        return list.recent();
    }

    /** {@return the {@code .vmx} files that this machine is a linked clone of; empty if it is none} */
    public List<String> cloneOf() {
        return list.cloneOf();
    }

    /** {@return the lowest disks of a linked clone that are its own; what lies below them belongs to other machines} */
    public List<String> sentinels() {
        return list.sentinels();
    }

    /** {@return everything in the list that is wrong or odd} */
    public List<Finding> findings() {
        return list.findings();
    }

    /**
     * Refuses a list whose structure can't be trusted.
     *
     * @throws MalformedFileException {@code vmsd}, with the first finding of severity ERROR
     */
    public void requireSound() throws MalformedFileException {
        List<Finding> errors = list.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw new MalformedFileException(
                    "vmsd",
                    document.source().orElse(null),
                    -1,
                    errors.get(0).message() + (errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : ""),
                    Remedy.of(Kind.REPAIR_LIST).and(" makes the list anew from the disks"));
        }
    }

    /**
     * Finds the snapshot that a user means.
     *
     * @param selector a uid ({@code uid:2}, or {@code 2} if no other snapshot has that name), a name, or a path of names
     *     from a root: {@code base/patched}
     * @return the only snapshot that fits
     * @throws io.vmdisk.UnsafeStateException {@code snapshot-unknown} if none fits, {@code snapshot-ambiguous} if
     *     several do; the message lists them
     * @throws IOException only as this
     */
    public Snapshot select(String selector) throws IOException {
        return new SnapshotSelector(this, selector).select();
    }

    /** {@return an editor of a copy; this tree stays as it is} */
    public SnapshotTreeEdit edit() {
        return new SnapshotTreeEdit(document.copy());
    }

    /** {@return a copy of the document behind it} */
    public Dictionary document() {
        return document.copy();
    }
}
