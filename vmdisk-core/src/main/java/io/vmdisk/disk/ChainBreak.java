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
}
