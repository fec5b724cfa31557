package io.vmdisk.disk;

import io.vmdisk.Remedy;

/**
 * Where and why a chain ends before its base.
 *
 * @param child index of the link whose parent can't be used, 0 for the disk itself
 * @param kind what is wrong
 * @param problem the same in words, without the child's name
 * @param remedy what to do
 * @since 0.1
 */
public record ChainBreak(int child, Kind kind, String problem, Remedy remedy) {
    /** What can be wrong between a link and its parent. */
    public enum Kind {
        /** The parent is not where the hint says, nor anywhere near. */
        MISSING("parent-missing"),
        /** The parent's content ID is not the one the child remembers. */
        CONTENT_ID("content-id"),
        /** The parent is one of the links above. */
        LOOP("loop"),
        /** The parent is no readable disk. */
        UNREADABLE("parent-unreadable"),
        /** More links than any product makes. */
        TOO_DEEP("too-deep");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** The part of the error code behind {@code chain.}. */
        public String code() {
            return code;
        }
    }
}
