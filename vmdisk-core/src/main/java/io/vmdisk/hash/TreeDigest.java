package io.vmdisk.hash;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The root of the tree digest, fed with its chunks in ascending order; see the package for the definition.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class TreeDigest {
    /** The name of this digest in answers and files. */
    public static final String WORD = "vmdisk-tree-1";

    /** Bytes of a chunk. */
    public static final int CHUNK_BYTES = 1 << 20;

    static final int DIGEST_BYTES = 32;

    private final MessageDigest digest = HashAlgorithm.SHA256.digest();
    private long next;

    /**
     * Begins the digest of a disk.
     *
     * @param capacity of the disk in bytes
     */
    public TreeDigest(long capacity) {
        digest.update((WORD + "\n").getBytes(StandardCharsets.US_ASCII));
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, capacity));
    }

    /**
     * Adds a chunk that is not all zeros.
     *
     * @param offset where it begins, a multiple of {@link #CHUNK_BYTES} behind all chunks that were added before
     * @param chunk its SHA-256, 32 bytes
     */
    public void add(long offset, byte[] chunk) {
        if (offset < next || offset % CHUNK_BYTES != 0 || chunk.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("a chunk at " + offset + " after " + next);
        }
        next = offset + CHUNK_BYTES;
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, offset));
        digest.update(chunk);
    }

    /** {@return the root, 64 lower-case hex digits; nothing can be added afterwards} */
    public String root() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
