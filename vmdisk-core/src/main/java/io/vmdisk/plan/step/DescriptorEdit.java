package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change of a disk's descriptor that gives the same result however often it is made. Parts that are null stay as they
 * are.
 *
 * @param cid the new content ID
 * @param longCid the new 128-bit content ID
 * @param parentCid the parent's content ID; {@link ContentId#NONE} makes it a disk without parent
 * @param parentHint where the parent is
 * @param tracking what becomes of change tracking
 * @param fileNames new names for files that extent lines or the change tracking line name, by the old ones
 * @param database entries of the disk database to set, by their keys without {@code ddb.}
 * @since 0.1
 */
public record DescriptorEdit(
        @Nullable ContentId cid,
        @Nullable String longCid,
        @Nullable ContentId parentCid,
        @Nullable String parentHint,
        Tracking tracking,
        Map<String, String> fileNames,
        Map<String, String> database) {
    /** Copies the maps. */
    public DescriptorEdit {
        fileNames = Map.copyOf(fileNames);
        database = Map.copyOf(database);
    }

    /** What becomes of the line that names the change tracking file. */
    public enum Tracking {
        /** It stays. */
        KEEP,
        /** It goes: the content changes, so the file is stale. */
        DROP
    }

    /** Another content ID, for content that changes. */
    public static DescriptorEdit content(ContentId cid, @Nullable String longCid) {
        return new DescriptorEdit(cid, longCid, null, null, Tracking.DROP, Map.of(), Map.of());
    }

    /** Another content ID of the parent, which stays where it is. */
    public static DescriptorEdit parentContent(ContentId parentCid) {
        return new DescriptorEdit(null, null, parentCid, null, Tracking.KEEP, Map.of(), Map.of());
    }

    /** Another parent. */
    public static DescriptorEdit parent(ContentId parentCid, String parentHint) {
        return new DescriptorEdit(null, null, parentCid, parentHint, Tracking.KEEP, Map.of(), Map.of());
    }

    /** No parent any more. */
    public static DescriptorEdit noParent() {
        return new DescriptorEdit(null, null, ContentId.NONE, null, Tracking.KEEP, Map.of(), Map.of());
    }

    /** No parent any more; what only the base of the chain knew is set. */
    public static DescriptorEdit noParent(Map<String, String> database) {
        return new DescriptorEdit(null, null, ContentId.NONE, null, Tracking.KEEP, Map.of(), database);
    }

    /** Files of the disk that got other names. */
    public static DescriptorEdit files(Map<String, String> fileNames) {
        return new DescriptorEdit(null, null, null, null, Tracking.KEEP, fileNames, Map.of());
    }

    /** The changed descriptor. */
    public Descriptor apply(Descriptor descriptor) throws VmdiskException {
        Descriptor edited = descriptor;
        if (cid != null) {
            edited = edited.withCid(cid);
        }
        if (longCid != null && edited.longContentId().isPresent()) {
            edited = edited.withLongContentId(longCid);
        }
        if (parentCid != null) {
            edited = parentCid.isNone()
                    ? edited.withoutParent()
                    : edited.withParent(parentCid, parentHint == null ? hintOf(edited) : parentHint);
        }
        edited = renamed(edited);
        for (Map.Entry<String, String> entry : database.entrySet()) {
            edited = edited.withDdb(entry.getKey(), entry.getValue());
        }
        boolean drops = tracking == Tracking.DROP && edited.changeTrackPath().isPresent();
        return drops ? edited.withoutChangeTracking() : edited;
    }

    private Descriptor renamed(Descriptor descriptor) throws VmdiskException {
        if (fileNames.isEmpty()) {
            return descriptor;
        }
        Descriptor edited = descriptor.withExtentFileNames(name -> fileNames.getOrDefault(name, name));
        String tracked = edited.changeTrackPath().map(fileNames::get).orElse(null);
        return tracked == null ? edited : edited.withChangeTrackPath(tracked);
    }

    private static String hintOf(Descriptor descriptor) {
        return descriptor.parentHint().orElse("");
    }

    /** One phrase for people. */
    String describe() {
        StringBuilder text = new StringBuilder();
        if (cid != null) {
            text.append("CID ").append(cid).append(' ');
        }
        if (parentCid != null) {
            text.append(parentCid.isNone() ? "no parent " : "parent CID " + parentCid + " ");
        }
        if (parentHint != null) {
            text.append("parent ").append(parentHint).append(' ');
        }
        fileNames.values().stream()
                .sorted()
                .forEach(name -> text.append("file ").append(name).append(' '));
        database.keySet().stream()
                .sorted()
                .forEach(key -> text.append("ddb.").append(key).append(' '));
        return text.toString().trim();
    }

    void write(JournalPart into) throws IOException {
        into.setIfPresent("cid", cid);
        into.setIfPresent("longCid", longCid);
        into.setIfPresent("parentCid", parentCid);
        into.setIfPresent("parentHint", parentHint);
        into.set("tracking", tracking.name());
        into.setMap("file", fileNames);
        into.setMap("database", database);
    }

    static DescriptorEdit read(JournalPart from) throws MalformedFileException {
        return new DescriptorEdit(
                contentId(from, "cid"),
                from.optional("longCid").orElse(null),
                contentId(from, "parentCid"),
                from.optional("parentHint").orElse(null),
                from.constant("tracking", Tracking.class),
                from.map("file"),
                from.map("database"));
    }

    private static @Nullable ContentId contentId(JournalPart from, String name) throws MalformedFileException {
        Optional<String> digits = from.optional(name);
        if (digits.isEmpty()) {
            return null;
        }
        return ContentId.parse(digits.get()).orElseThrow(() -> from.malformed(from.key(name) + " is no content ID"));
    }
}
