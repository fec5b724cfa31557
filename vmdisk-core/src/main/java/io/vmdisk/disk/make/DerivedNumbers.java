package io.vmdisk.disk.make;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Numbers that look random and follow from a text: the same on every machine and in every version. The n-th is the
 * beginning of the SHA-256 of the text and n. For one thread.
 */
public final class DerivedNumbers implements RandomGenerator {
    private final String text;
    private long count;

    /** Those that follow from a text. */
    public DerivedNumbers(String text) {
        this.text = text;
    }

    @Override
    public long nextLong() {
        return Hashing.sha256()
                .newHasher()
                .putString(text, StandardCharsets.UTF_8)
                .putLong(count++)
                .hash()
                .asLong();
    }
}
