package io.vmdisk.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/**
 * Digests of a whole disk, byte after byte, as other tools make them of a raw image.
 *
 * @since 0.1
 */
public enum HashAlgorithm {
    /** As {@code md5sum}; broken, for comparison with old records only. */
    MD5("MD5"),
    /** As {@code sha1sum}; broken, for comparison with old records only. */
    SHA1("SHA-1"),
    /** As {@code sha256sum}. */
    SHA256("SHA-256"),
    /** As {@code sha512sum}. */
    SHA512("SHA-512");

    private final String javaName;

    HashAlgorithm(String javaName) {
        this.javaName = javaName;
    }

    /** {@return the name in answers and files, such as {@code sha256}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the algorithm of a name; empty for an unknown name}
     *
     * @param word in upper or lower case, with or without a hyphen: {@code SHA-256}
     */
    public static Optional<HashAlgorithm> of(String word) {
        String plain = word.replace("-", "");
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.name().equalsIgnoreCase(plain)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** Characters of a digest in hex. */
    int hexLength() {
        return digest().getDigestLength() * 2;
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(javaName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has " + javaName, e);
        }
    }
}
