package io.vmdisk.vmx;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens what VMware seals: sixteen bytes of initialisation vector, AES-CBC ciphertext, and a tag over the plain text with
 * the same key.
 */
final class SealedBox {
    private static final int BLOCK = 16;

    private final String macAlgorithm;
    private final int tagBytes;

    private SealedBox(String macAlgorithm, int tagBytes) {
        this.macAlgorithm = macAlgorithm;
        this.tagBytes = tagBytes;
    }

    /** The box with a tag algorithm by VMware's name; empty for one that is not known. */
    static Optional<SealedBox> withMac(String name) {
        return switch (name) {
            case "HMAC-SHA-1" -> Optional.of(new SealedBox("HmacSHA1", 20));
            case "HMAC-SHA-1-128" -> Optional.of(new SealedBox("HmacSHA1", 16));
            case "HMAC-SHA-256" -> Optional.of(new SealedBox("HmacSHA256", 32));
            default -> Optional.empty();
        };
    }

    /** How many bytes of key a cipher takes; 0 for one that is not known. */
    static int keyBytes(String cipher) {
        return switch (cipher) {
            case "AES-128" -> 16;
            case "AES-192" -> 24;
            case "AES-256" -> 32;
            case "XTS-AES-256" -> 64;
            default -> 0;
        };
    }

    /** The plain text; empty if the key is not the one or the bytes were changed. */
    Optional<byte[]> open(byte[] sealed, byte[] key) throws GeneralSecurityException {
        int cipherBytes = sealed.length - BLOCK - tagBytes;
        if (cipherBytes < BLOCK || cipherBytes % BLOCK != 0) {
            return Optional.empty();
        }
        Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
        byte[] aesKey = Arrays.copyOf(key, Math.min(key.length, 32));
        aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aesKey, "AES"), new IvParameterSpec(sealed, 0, BLOCK));
        byte[] padded = aes.doFinal(sealed, BLOCK, cipherBytes);
        int padding = padded[padded.length - 1];
        if (padding < 1 || padding > BLOCK) {
            return Optional.empty();
        }
        for (int i = padded.length - padding; i < padded.length; i++) {
            if (padded[i] != padding) {
                return Optional.empty();
            }
        }
        byte[] plain = Arrays.copyOf(padded, padded.length - padding);
        Mac mac = Mac.getInstance(macAlgorithm);
        mac.init(new SecretKeySpec(key, macAlgorithm));
        byte[] tag = Arrays.copyOf(mac.doFinal(plain), tagBytes);
        byte[] stored = Arrays.copyOfRange(sealed, sealed.length - tagBytes, sealed.length);
        return MessageDigest.isEqual(tag, stored) ? Optional.of(plain) : Optional.empty();
    }
}
