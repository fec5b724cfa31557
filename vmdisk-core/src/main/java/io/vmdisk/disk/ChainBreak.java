package io.vmdisk.disk;

import io.vmdisk.Remedy;

/**
 * Where and why a chain ends before its base.
 *
 * <p>Immutable.
 *
 * @param child index of the link whose parent can't be used, 0 for the disk itself
 * @param kind what is wrong
 * @param problem what is wrong, in words, without the child's name
 * @param remedy what can be done about it
 * @since 0.1
 */
public record ChainBreak(int child, Kind kind, String problem, Remedy remedy) {
    /** What can be wrong between a link and its parent. */
    public enum Kind {
        /** The parent is at none of the places that the hint allows. */
        MISSING("parent-missing"),
        /** The parent's content ID is not the one that the child remembers. */
        CONTENT_ID("content-id"),
        /** The parent is one of the links above. */
        LOOP("loop"),
        /** The parent is not a readable disk. */
        UNREADABLE("parent-unreadable"),
        /** The chain has more links than any product makes. */
        TOO_DEEP("too-deep");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** {@return the part of the error code after {@code chain.}} */
        public String code() {
            return code;
        }
    }

    /** A break where a parent is one of the links above. */
    static ChainBreak loop(int child, DiskLink parent) {
        return new ChainBreak(
                child,
                Kind.LOOP,
                "its parent " + parent.path().getFileName() + " is one of the links above it",
                Remedy.say("correct the parent with ").with(Remedy.Kind.REPLACE_PARENT));
    }

    /** A break where a chain has more than {@code most} links. */
    static ChainBreak tooDeep(int child, int most) {
        return new ChainBreak(
                child,
                Kind.TOO_DEEP,
                "the chain has more than " + most + " links",
                Remedy.of(Remedy.Kind.CONSOLIDATE).and(" makes it shorter"));
    }

    /** A break where the parent has another content ID than the one that the child, at {@code index}, recorded. */
    static ChainBreak contentId(int index, DiskLink child, DiskLink parent) {
        return new ChainBreak(
                index,
                Kind.CONTENT_ID,
                "parent CID is " + child.parentContentId() + " but "
                        + parent.path().getFileName() + " has CID " + parent.contentId()
                        + ": the parent changed after this link was made",
                Remedy.of(Remedy.Kind.CHECK_CHAIN)
                        .and(" explains; ")
                        .with(Remedy.Kind.RELINK)
                        .and(" relinks"));
    }
}
