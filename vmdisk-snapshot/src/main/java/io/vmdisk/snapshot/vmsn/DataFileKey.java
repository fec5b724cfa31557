package io.vmdisk.snapshot.vmsn;

import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/** The key of an encrypted machine's data files: the first 32 bytes of the {@code dataFileKey} in its .vmx. */
public final class DataFileKey {
    private static final int BYTES = 32;

    private final SecretKeySpec key;

    private DataFileKey(SecretKeySpec key) {
        this.key = key;
    }

    /** Takes the key's bytes; what lies behind the first 32 is ignored. */
    public static DataFileKey of(byte[] dataFileKey) {
        if (dataFileKey.length < BYTES) {
            throw new IllegalArgumentException("a data file key has at least 32 bytes, not " + dataFileKey.length);
        }
        return new DataFileKey(new SecretKeySpec(Arrays.copyOf(dataFileKey, BYTES), "AES"));
    }

    SecretKeySpec aes() {
        return key;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "DataFileKey";
    }
}
