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
 * What a {@code .vmsd} says: an immutable tree over a lossless document.
 *
 * <p>Reading never fails over what the list says, only over its size: every block with a usable uid is in, whatever the
 * counters claim, and damage is in {@link #findings}. Links that make no sense are cut, so that walking the tree always
 * ends; with such damage {@link #edit} refuses structural changes. No file and an empty file both mean no snapshots.
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

    /** Reads a list; a file that is not there is an empty one. */
    public static SnapshotTree read(Volume volume, Path file) throws IOException {
        return volume.exists(file) ? parse(volume.readAll(file, MAX_BYTES), file) : of(Dictionary.empty(file));
    }

    /** Parses any bytes. */
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

    /** The name VMware gives a snapshot's checkpoint: the number is the uid, not the index. */
    public static String checkpointName(String machine, long uid) {
        return machine + "-Snapshot" + uid + ".vmsn";
    }

    /** The file, if it came from one or is meant for one. */
    public Optional<Path> source() {
        return document.source();
    }

    /** All snapshots by uid, which is the order they were taken in. */
    public List<Snapshot> snapshots() {
        return list.snapshots();
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return list.snapshots().isEmpty();
    }

    /** Whether it lists no snapshot, never did, and records nothing else of a machine. */
    public boolean saysNothing() {
        return isEmpty() && lastUid() == 0 && cloneOf().isEmpty();
    }

    /** The snapshot with this uid. */
    public Optional<Snapshot> snapshot(long uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    /** The snapshots without parent, by uid; several are legal. */
    public List<Snapshot> roots() {
        return List.copyOf(children.getOrDefault(0L, List.of()));
    }

    /** The snapshots taken on this one, by uid. */
    public List<Snapshot> children(Snapshot parent) {
        return List.copyOf(children.getOrDefault(parent.uid(), List.of()));
    }

    /** The snapshot and everything above it, root first. */
    public List<Snapshot> lineage(Snapshot snapshot) {
        List<Snapshot> lineage = new ArrayList<>();
        for (Optional<Snapshot> at = Optional.of(snapshot); at.isPresent(); at = parent(at.get())) {
            lineage.add(at.get());
        }
        Collections.reverse(lineage);
        return List.copyOf(lineage);
    }

    /** The snapshot this one was taken on. */
    public Optional<Snapshot> parent(Snapshot snapshot) {
        return snapshot.parent().isPresent() ? snapshot(snapshot.parent().getAsLong()) : Optional.empty();
    }

    /** The snapshot that the running state descends from. */
    public Optional<Snapshot> current() {
        return snapshot(list.current());
    }

    /** The highest uid ever given, as the list says; 0 if it doesn't. */
    public long lastUid() {
        return list.lastUid();
    }

    /** The uid the next snapshot gets. */
    public long nextUid() {
        return Math.max(
                        list.lastUid(),
                        list.snapshots().stream().mapToLong(Snapshot::uid).max().orElse(0))
                + 1;
    }

    /** Whether the list says that deltas are in use which no snapshot owns. FALSE proves nothing. */
    public boolean needsConsolidation() {
        return list.needConsolidate();
    }

    /** The uids recently used in VMware's interface, latest first; only hosted products keep them. */
    public List<Long> recentlyUsed() {
        return list.recent();
    }

    /** The {@code .vmx} files this machine is a linked clone of; empty if it is none. */
    public List<String> cloneOf() {
        return list.cloneOf();
    }

    /** A linked clone's lowest disks of its own; what lies below belongs to others. */
    public List<String> sentinels() {
        return list.sentinels();
    }

    /** Everything that is wrong or odd. */
    public List<Finding> findings() {
        return list.findings();
    }

    /**
     * Refuses a list whose structure can't be trusted.
     *
     * @throws MalformedFileException naming the first finding of severity ERROR
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
     * Finds the snapshot people mean by a uid, a name, or a path of names from a root: {@code base/patched}. {@code
     * uid:2} always means the uid.
     *
     * @throws io.vmdisk.UnsafeStateException if none or more than one fits; it names the candidates
     */
    public Snapshot select(String selector) throws IOException {
        return new SnapshotSelector(this, selector).select();
    }

    /** Begins an edit; this tree stays as it is. */
    public SnapshotTreeEdit edit() {
        return new SnapshotTreeEdit(document.copy());
    }

    /** The document behind it, as a copy. */
    public Dictionary document() {
        return document.copy();
    }
}
