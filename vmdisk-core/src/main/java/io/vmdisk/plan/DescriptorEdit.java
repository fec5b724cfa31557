package io.vmdisk.plan;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
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
 */
public record DescriptorEdit(
        @Nullable ContentId cid,
        @Nullable String longCid,
        @Nullable ContentId parentCid,
        @Nullable String parentHint,
        Tracking tracking) {
    /** What becomes of the line that names the change tracking file. */
    public enum Tracking {
        /** It stays. */
        KEEP,
        /** It goes: the content changes, so the file is stale. */
        DROP
    }

    /** Another content ID, for content that changes. */
    public static DescriptorEdit content(ContentId cid, @Nullable String longCid) {
        return new DescriptorEdit(cid, longCid, null, null, Tracking.DROP);
    }

    /** Another content ID of the parent, which stays where it is. */
    public static DescriptorEdit parentContent(ContentId parentCid) {
        return new DescriptorEdit(null, null, parentCid, null, Tracking.KEEP);
    }

    /** Another parent. */
    public static DescriptorEdit parent(ContentId parentCid, String parentHint) {
        return new DescriptorEdit(null, null, parentCid, parentHint, Tracking.KEEP);
    }

    /** No parent any more. */
    public static DescriptorEdit noParent() {
        return new DescriptorEdit(null, null, ContentId.NONE, null, Tracking.KEEP);
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
        boolean drops = tracking == Tracking.DROP && edited.changeTrackPath().isPresent();
        return drops ? edited.withoutChangeTracking() : edited;
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
        return text.toString().trim();
    }
}
