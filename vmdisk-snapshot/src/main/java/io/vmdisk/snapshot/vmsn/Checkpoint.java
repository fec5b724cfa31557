package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open {@code .vmsn} or {@code .vmss} file.
 *
 * <p>Opening reads the header and the group table; tags are walked when asked for and values read when named, so a file
 * with 100 GiB of memory inside opens as fast as a small one. Damage in a group ends that group only: what lies before
 * it is handed out, and {@link #check} reports all of it. Where a tag occurs twice the first one counts. Never changes
 * the file. Safe for many threads; close it.
 */
public final class Checkpoint implements Closeable {
    /** Values read whole: configurations, firmware variables, screenshots. */
    static final int MAX_VALUE_BYTES = 64 << 20;

    private static final int MAX_LISTED_TAGS = 1 << 18;

    private final ByteSource file;
    private final Volume volume;
    private final @Nullable DataFileKey key;
    private final CheckpointHeader header;

    private Checkpoint(ByteSource file, Volume volume, @Nullable DataFileKey key, CheckpointHeader header) {
        this.file = file;
        this.volume = volume;
        this.key = key;
        this.header = header;
    }

    /** Opens a checkpoint of the default volume. */
    public static Checkpoint open(Path path) throws IOException {
        return open(path, Volume.system());
    }

    /** Opens a checkpoint; one of an encrypted machine is refused, since it needs the machine's key. */
    public static Checkpoint open(Path path, Volume volume) throws IOException {
        return open(path, volume, null);
    }

    /** Opens a checkpoint; {@code key} is used where the file is encrypted. */
    public static Checkpoint open(Path path, Volume volume, @Nullable DataFileKey key) throws IOException {
        ByteSource file = EncryptedContainer.decryptIfNeeded(ByteSource.of(volume.open(path, OpenMode.READ)), key);
        try {
            return new Checkpoint(file, volume, key, CheckpointHeader.read(file));
        } catch (IOException | RuntimeException e) {
            closeAfter(e, file);
            throw e;
        }
    }

    static void closeAfter(Exception failure, Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The file. */
    public Path path() {
        return file.path();
    }

    /** What its magic says. */
    public CheckpointKind kind() {
        return header.kind();
    }

    /** The container's version, unsigned; readers ignore it. */
    public long version() {
        return Integer.toUnsignedLong(header.version());
    }

    /** The group table, in its order. */
    public List<CheckpointGroup> groups() {
        return header.groups();
    }

    /** The first group of that name. */
    public Optional<CheckpointGroup> group(String name) {
        return header.groups().stream().filter(g -> g.name().equals(name)).findFirst();
    }

    /**
     * What a walk over a group found.
     *
     * @param tags in file order
     * @param damage what ended the walk early, or null
     */
    public record GroupTags(
            List<CheckpointTag> tags, @Nullable Finding damage) {
        /** Copies the list. */
        public GroupTags {
            tags = List.copyOf(tags);
        }
    }

    /** All tags of a group, at most 262144. */
    public GroupTags tags(CheckpointGroup group) throws IOException {
        List<CheckpointTag> tags = new ArrayList<>();
        Finding damage = visit(group, tag -> {
            if (tags.size() == MAX_LISTED_TAGS) {
                throw new LimitExceededException(
                        "vmsn-tags",
                        path(),
                        "group '" + group.label() + "' has more than " + MAX_LISTED_TAGS + " tags");
            }
            tags.add(tag);
            return true;
        });
        return new GroupTags(tags, damage);
    }

    /** Receives tags in file order. */
    @FunctionalInterface
    public interface TagVisitor {
        /**
         * Takes a tag.
         *
         * @return whether to go on
         */
        boolean visit(CheckpointTag tag) throws IOException;
    }

    /**
     * Walks a group in constant memory.
     *
     * @return the damage that ended the walk early, or null
     */
    public @Nullable Finding visit(CheckpointGroup group, TagVisitor visitor) throws IOException {
        TagCursor cursor = cursor(group);
        for (CheckpointTag tag = cursor.next(); tag != null; tag = cursor.next()) {
            if (!visitor.visit(tag)) {
                return null;
            }
        }
        return cursor.damage();
    }

    TagCursor cursor(CheckpointGroup group) throws IOException {
        return new TagCursor(file, header.kind(), group);
    }

    /**
     * The first tag of that name and these indices.
     *
     * @throws MalformedFileException if the group is damaged before such a tag was found
     */
    public Optional<CheckpointTag> find(String group, String tag, long... indices) throws IOException {
        return search(
                group,
                tag,
                damage -> {
                    if (damage.severity() == Finding.Severity.ERROR) {
                        throw new MalformedFileException(
                                "vmsn-group",
                                path(),
                                damage.offset(),
                                damage.message(),
                                "'" + tag + "' may have been behind that");
                    }
                },
                indices);
    }

    /** As {@link #find}, but what damage may have hidden counts as absent. */
    Optional<CheckpointTag> seek(String group, String tag, long... indices) throws IOException {
        return search(group, tag, damage -> {}, indices);
    }

    @FunctionalInterface
    private interface OnDamage {
        void accept(Finding damage) throws IOException;
    }

    private Optional<CheckpointTag> search(String group, String tag, OnDamage onDamage, long... indices)
            throws IOException {
        Optional<CheckpointGroup> entry = group(group);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        TagCursor cursor = cursor(entry.get());
        for (CheckpointTag next = cursor.next(); next != null; next = cursor.next()) {
            if (next.is(tag, indices)) {
                return Optional.of(next);
            }
        }
        Finding damage = cursor.damage();
        if (damage != null) {
            onDamage.accept(damage);
        }
        return Optional.empty();
    }

    /** The little-endian number in an inline tag of one to eight bytes. */
    public long number(CheckpointTag tag) throws IOException {
        if (!tag.isNumber()) {
            throw new MalformedFileException(
                    "vmsn-number",
                    path(),
                    tag.offset(),
                    "'" + tag.label() + "' should be a number of 1 to 8 bytes, it has " + tag.storedBytes());
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(tag.dataOffset(), bytes.limit((int) tag.storedBytes()));
        return bytes.clear().getLong();
    }

    /**
     * The value's bytes as stored, at most 64 MiB.
     *
     * @throws UnsupportedFeatureException if they are compressed: the method is undocumented
     */
    public byte[] bytes(CheckpointTag tag) throws IOException {
        requirePlain(tag);
        if (tag.storedBytes() > MAX_VALUE_BYTES) {
            throw new LimitExceededException(
                    "vmsn-value",
                    path(),
                    "'" + tag.label() + "' has " + tag.storedBytes() + " bytes, at most " + MAX_VALUE_BYTES
                            + " are read at once",
                    "read it in pieces");
        }
        if (tag.storedBytes() > file.size() - tag.dataOffset()) {
            throw new MalformedFileException(
                    "truncated",
                    path(),
                    tag.dataOffset(),
                    "'" + tag.label() + "' has " + tag.storedBytes() + " bytes, the file ends after " + file.size(),
                    "copy the file again if a whole one exists");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) tag.storedBytes());
        file.readFully(tag.dataOffset(), bytes);
        return bytes.array();
    }

    /**
     * Reads stored bytes of a value, compressed or not.
     *
     * @param position in the value
     * @return how many were read: fewer than asked only at the value's or the file's end
     */
    public int read(CheckpointTag tag, long position, ByteBuffer into) throws IOException {
        if (position < 0) {
            throw new IllegalArgumentException("negative position " + position);
        }
        long left = tag.storedBytes() - position;
        if (left <= 0) {
            return 0;
        }
        int limit = into.limit();
        into.limit((int) Math.min(limit, into.position() + left));
        try {
            return file.read(tag.dataOffset() + position, into);
        } finally {
            into.limit(limit);
        }
    }

    private void requirePlain(CheckpointTag tag) throws UnsupportedFeatureException {
        if (tag.form() == Form.COMPRESSED) {
            throw new UnsupportedFeatureException(
                    "vmsn-compressed",
                    path(),
                    "'" + tag.label() + "' is compressed by a method that is not documented",
                    "only its stored bytes can be had");
        }
    }

    /** The bytes of a part of the machine that the checkpoint carries, as they are in the file. */
    public Optional<byte[]> part(SnapshotPart part) throws IOException {
        Optional<CheckpointTag> tag = find(SnapshotPart.GROUP, part.tag());
        return tag.isPresent() ? Optional.of(bytes(tag.get())) : Optional.empty();
    }

    /**
     * The configuration inside, typed, for reading only. Its disks' names may be stale: where a machine has a snapshot
     * list, the list is right.
     */
    public Optional<VmxFile> configuration() throws IOException {
        Optional<byte[]> text = part(SnapshotPart.CONFIGURATION);
        return text.isPresent() ? Optional.of(VmxFile.of(Dictionary.parse(text.get(), null))) : Optional.empty();
    }

    /** The pictures of the screen inside. */
    public List<Screenshot> screenshots() throws IOException {
        return Screenshot.all(this);
    }

    /**
     * The guest's memory, from inside or from the {@code .vmem} beside this file; empty if it was taken without.
     *
     * @throws MalformedFileException if the memory's map is damaged, or its {@code .vmem} is gone
     */
    public Optional<GuestMemory> memory() throws IOException {
        return GuestMemory.of(this);
    }

    /** What {@code info} prints. */
    public CheckpointSummary summary() throws IOException {
        return CheckpointSummary.of(this);
    }

    /** Everything that is wrong or worth knowing; reads all tags, no values. */
    public List<Finding> check() throws IOException {
        return new CheckpointChecker(this, file.size()).check();
    }

    ByteSource source() {
        return file;
    }

    Volume volume() {
        return volume;
    }

    @Nullable
    DataFileKey key() {
        return key;
    }

    CheckpointHeader header() {
        return header;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
