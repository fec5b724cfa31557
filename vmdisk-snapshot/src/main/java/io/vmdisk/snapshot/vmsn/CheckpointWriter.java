package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Finding;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes checkpoints: a new one for a powered-off snapshot, or a copy of an existing one with other parts inside.
 *
 * <p>Files are written under a temporary name, forced and renamed, so a crash leaves the old or the new file whole. The
 * processor, device and memory groups are never made or altered, and the magic stays what it was: a checkpoint that has
 * been resumed must not look fresh. Stateless.
 */
public final class CheckpointWriter {
    /** The value current files carry; readers ignore it. */
    private static final int VERSION = 8;

    /** The parts of a machine are small; a group past this is not rewritten in memory. */
    private static final long MAX_GROUP_BYTES = 2L * Checkpoint.MAX_VALUE_BYTES;

    private static final int COPY_BYTES = 1 << 20;

    private CheckpointWriter() {}

    /**
     * Writes the checkpoint of a powered-off machine: the given parts and nothing else.
     *
     * <p>Whether every VMware product reverts to so small a file is not known; prefer {@link #rewrite} with a checkpoint
     * that VMware wrote for the same machine, where there is one.
     *
     * @param target replaced if it exists
     * @param parts at least the configuration
     */
    public static void writePoweredOff(Path target, Volume volume, Map<SnapshotPart, byte[]> parts) throws IOException {
        volume.replace(target, poweredOff(parts));
    }

    /** The content of such a checkpoint. */
    public static byte[] poweredOff(Map<SnapshotPart, byte[]> parts) {
        if (!parts.containsKey(SnapshotPart.CONFIGURATION)) {
            throw new IllegalArgumentException("a checkpoint without configuration is useless");
        }
        TagWriter tags = new TagWriter();
        new EnumMap<>(parts).forEach((part, bytes) -> tags.block(part.tag(), 0, bytes));
        byte[] group = tags.end().bytes();
        long offset = CheckpointHeader.TABLE_AT + CheckpointGroup.BYTES;
        ByteBuffer header = new CheckpointHeader(
                        CheckpointKind.COMPLETE,
                        VERSION,
                        List.of(new CheckpointGroup(SnapshotPart.GROUP, offset, group.length)))
                .encode();
        return ByteBuffer.allocate(header.remaining() + group.length)
                .put(header)
                .put(group)
                .array();
    }

    /**
     * Copies a checkpoint with some parts replaced or added.
     *
     * <p>Every other group keeps its bytes and its place, so alignment holds and bytes nobody understands survive. The
     * group with the parts stays where it is if there is room, else it moves to the end and zeros take its place.
     *
     * @param target may be the source's own path; replaced if it exists
     * @param parts what to put in; parts that are not named stay
     */
    public static void rewrite(Checkpoint source, Path target, Map<SnapshotPart, byte[]> parts, Progress progress)
            throws IOException {
        CheckpointGroup old = requireRewritable(source);
        Rewritten fresh = rewriteGroup(source, old, parts);
        long end = source.source().size();
        boolean last = fresh.oldEnd() == end;
        boolean fits = fresh.bytes().length <= fresh.oldEnd() - old.offset() || last;
        CheckpointGroup moved =
                new CheckpointGroup(old.name(), fits ? old.offset() : end, fresh.bytes().length - fresh.uncounted());

        Volume volume = source.volume();
        Path beside = AtomicName.beside(target);
        if (volume.exists(beside)) {
            volume.delete(beside);
        }
        progress.begin("writing " + target.getFileName(), end);
        try (BlockFile out = volume.createLike(beside, volume.exists(target) ? target : source.path())) {
            out.setSize(end);
            copy(source.source(), 0, old.offset(), out, progress);
            copy(source.source(), fresh.oldEnd(), end, out, progress);
            out.writeFully(moved.offset(), ByteBuffer.wrap(fresh.bytes()));
            out.writeFully(0, headerWith(source, old, moved).encode());
            if (last) {
                out.setSize(old.offset() + fresh.bytes().length);
            }
            out.force();
        } catch (IOException e) {
            HalfFile.delete(volume, beside, e);
            throw e;
        }
        volume.rename(beside, target);
        volume.forceNames(AtomicName.folderOf(target));
    }

    // A damaged table may hold equal groups; only this one moves.
    @SuppressWarnings("ReferenceEquality")
    private static CheckpointHeader headerWith(Checkpoint source, CheckpointGroup old, CheckpointGroup moved) {
        CheckpointHeader header = source.header();
        List<CheckpointGroup> groups =
                header.groups().stream().map(g -> g == old ? moved : g).toList();
        return new CheckpointHeader(header.kind(), header.version(), groups);
    }

    // A damaged table may hold equal groups, which do overlap.
    @SuppressWarnings("ReferenceEquality")
    private static CheckpointGroup requireRewritable(Checkpoint source) throws IOException {
        if (!source.kind().hasWideLengths()) {
            throw new UnsupportedFeatureException(
                    "vmsn-old", source.path(), "checkpoints of old products are only read, never written");
        }
        if (source.source() instanceof EncryptedContainer) {
            throw new UnsupportedFeatureException(
                    "encrypted", source.path(), "encrypted checkpoints are only read, never written");
        }
        CheckpointGroup group = source.group(SnapshotPart.GROUP)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "vmsn-parts",
                        source.path(),
                        "it has no group '" + SnapshotPart.GROUP + "' to put the machine's files in",
                        "take another checkpoint as the pattern"));
        long fileSize = source.source().size();
        for (CheckpointGroup other : source.groups()) {
            long end = other.endWithin(fileSize);
            boolean outside = other.offset() < CheckpointHeader.TABLE_AT || end - other.offset() != other.size();
            boolean overlaps = other != group && other.offset() < group.offset() + group.size() && group.offset() < end;
            if (outside || overlaps) {
                throw new MalformedFileException(
                        "vmsn-group",
                        source.path(),
                        other.offset(),
                        "group '" + other.label() + "' lies outside the file or overlaps '" + group.label() + "'",
                        "a damaged checkpoint is not rewritten");
            }
        }
        return group;
    }

    /**
     * A group made anew.
     *
     * @param bytes what to write, terminator included
     * @param oldEnd where the group it replaces ended, terminator included
     * @param uncounted bytes of the terminator that the table's size leaves out, as it did before
     */
    private record Rewritten(byte[] bytes, long oldEnd, int uncounted) {}

    private static Rewritten rewriteGroup(Checkpoint source, CheckpointGroup group, Map<SnapshotPart, byte[]> parts)
            throws IOException {
        if (group.size() > MAX_GROUP_BYTES) {
            throw new UnsupportedFeatureException(
                    "vmsn-parts",
                    source.path(),
                    "its group '" + group.label() + "' has " + group.size() + " bytes, at most " + MAX_GROUP_BYTES
                            + " are rewritten");
        }
        Map<SnapshotPart, byte[]> left = new EnumMap<>(SnapshotPart.class);
        left.putAll(parts);
        TagWriter tags = new TagWriter();
        TagCursor cursor = source.cursor(group);
        for (CheckpointTag tag = cursor.next(); tag != null; tag = cursor.next()) {
            if (cursor.damage() != null) {
                break;
            }
            SnapshotPart part = partOf(tag);
            byte[] value = part == null ? null : left.remove(part);
            if (part != null && value != null) {
                tags.block(part.tag(), tag.paddingBytes(), value);
            } else {
                tags.raw(raw(source, tag.offset(), tag.end()));
            }
        }
        left.forEach((part, bytes) -> tags.block(part.tag(), 0, bytes));
        Finding damage = cursor.damage();
        if (damage != null) {
            throw new MalformedFileException(
                    "vmsn-group",
                    source.path(),
                    damage.offset(),
                    damage.message(),
                    "a damaged checkpoint is not rewritten");
        }
        long counted = group.offset() + group.size();
        tags.end();
        if (cursor.position() < counted) {
            tags.raw(raw(source, cursor.position(), counted));
        }
        long oldEnd = Math.max(counted, cursor.position());
        return new Rewritten(tags.bytes(), oldEnd, (int) (oldEnd - counted));
    }

    private static @Nullable SnapshotPart partOf(CheckpointTag tag) {
        for (SnapshotPart part : SnapshotPart.values()) {
            if (tag.is(part.tag())) {
                return part;
            }
        }
        return null;
    }

    private static byte[] raw(Checkpoint source, long start, long end) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (end - start));
        source.source().readFully(start, bytes);
        return bytes.array();
    }

    /** Copies a stretch to the same place of a file that reads as zeros there; holes stay holes. */
    private static void copy(ByteSource from, long start, long end, BlockFile to, Progress progress)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
        long at = start;
        while (at < end) {
            progress.checkCancelled("rewriting a checkpoint");
            long data = Math.min(Math.max(from.nextData(at), at), end);
            if (data == at) {
                long stop = Math.min(Math.max(from.nextHole(at), at + 1), end);
                chunk.clear().limit((int) Math.min(COPY_BYTES, stop - at));
                from.readFully(at, chunk);
                to.writeFully(at, chunk.flip());
                data = at + chunk.limit();
            }
            progress.advance(data - at);
            at = data;
        }
    }
}
