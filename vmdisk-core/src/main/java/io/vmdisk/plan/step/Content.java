package io.vmdisk.plan.step;

import java.util.Arrays;

/**
 * Bytes as a value.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Content {
    private final byte[] bytes;

    private Content(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these bytes. */
    public static Content of(byte[] bytes) {
        return new Content(bytes.clone());
    }

    /** How many. */
    public int length() {
        return bytes.length;
    }

    /** A copy of them. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Content content && Arrays.equals(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
