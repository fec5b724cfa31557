package io.vmdisk.vmx;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.dictionary.Dictionary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted configuration that a password opens for reading.
 *
 * <p>The password and the salt of a pair give a key. This key opens the pair's data key, which opens the text.
 * Configurations that vSphere encrypted with the key of a key server are recognised and refused.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class EncryptedVmx {
    /** All pairs together may cost this many rounds, some ten seconds; files in the wild have 1000 to 100000. */
    private static final long MAX_ROUNDS = 10_000_000;

    private static final int MAX_SEALED_TEXT = 64 << 20;

    private final VmxFile vmx;
    private final KeySafe safe;

    private EncryptedVmx(VmxFile vmx, KeySafe safe) {
        this.vmx = vmx;
        this.safe = safe;
    }

    /**
     * Finds the encrypted part of a configuration.
     *
     * @param vmx the configuration; stays as it is
     * @return empty if there is no {@code encryption.keySafe}
     * @throws MalformedFileException if the key safe can't be parsed
     * @throws LimitExceededException if the key safe has too many levels or members
     * @throws IOException only as these
     */
    public static Optional<EncryptedVmx> of(VmxFile vmx) throws IOException {
        Optional<String> text = vmx.dictionary().get("encryption.keySafe");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new EncryptedVmx(vmx, KeySafe.parse(text.get(), vmx.file().orElse(null))));
    }

    /** {@return whether some password opens it; otherwise it needs the key of a key server} */
    public boolean opensWithPassword() {
        return !safe.pairs().isEmpty();
    }

    /** {@return the smallest number of rounds of key derivation behind a password; empty if no password opens it} */
    public java.util.OptionalLong rounds() {
        return safe.pairs().stream().mapToLong(KeySafe.PhrasePair::rounds).min();
    }

    /**
     * Decrypts the configuration.
     *
     * @param password stays as it is; the caller wipes it
     * @return the configuration with its contents readable; it has no file and can't be saved
     * @throws UnsupportedFeatureException {@code vmx-encryption} if no pair takes a password, {@code vmx-password} if
     *     this password opens none, {@code vmx-cipher} for an unknown cipher
     * @throws LimitExceededException if the text has more than 64 MiB, or the pairs ask for more than ten million
     *     rounds
     * @throws MalformedFileException if the password is right and the text was damaged
     * @throws IOException only as these
     */
    public VmxFile decrypt(char[] password) throws IOException {
        Path file = vmx.file().orElse(null);
        if (!opensWithPassword()) {
            throw new UnsupportedFeatureException(
                    "vmx-encryption",
                    file,
                    "the configuration is locked with " + String.join(", ", safe.otherLocators())
                            + ", not with a password",
                    "decrypt it in vSphere, which has the key");
        }
        byte[] sealed = KeySafe.base64(vmx.dictionary().get("encryption.data", ""), file);
        if (sealed.length > MAX_SEALED_TEXT) {
            throw new LimitExceededException("vmx-encryption", file, "the encrypted text is too large");
        }
        long spent = 0;
        for (KeySafe.PhrasePair pair : safe.pairs()) {
            spent += pair.rounds();
            if (pair.rounds() < 1 || spent > MAX_ROUNDS) {
                throw new LimitExceededException(
                        "vmx-encryption",
                        file,
                        "the key safe asks for " + spent + " rounds of key derivation, at most " + MAX_ROUNDS
                                + " are done");
            }
            Optional<byte[]> key = dataKey(pair, password, file);
            if (key.isPresent()) {
                return merge(openText(pair, sealed, key.get(), file));
            }
        }
        throw new UnsupportedFeatureException(
                "vmx-password", file, "the password does not open this configuration", "check the password");
    }

    private static Optional<byte[]> dataKey(KeySafe.PhrasePair pair, char[] password, @Nullable Path file)
            throws IOException {
        SealedBox box = box(pair, file);
        Optional<byte[]> opened;
        try {
            opened = box.open(pair.sealedKey(), derive(pair, password, file));
        } catch (GeneralSecurityException e) {
            throw unusable(file, e);
        }
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = KeySafe.fields(new String(opened.get(), StandardCharsets.UTF_8), file);
        byte[] key = KeySafe.base64(fields.getOrDefault("key", ""), file);
        int expected = SealedBox.keyBytes(fields.getOrDefault("cipher", ""));
        if (expected == 0 || key.length != expected) {
            throw new UnsupportedFeatureException(
                    "vmx-cipher",
                    file,
                    "the data key has " + key.length + " bytes for the cipher '" + fields.get("cipher") + "'");
        }
        return Optional.of(key);
    }

    private static byte[] derive(KeySafe.PhrasePair pair, char[] password, @Nullable Path file)
            throws IOException, GeneralSecurityException {
        String algorithm = switch (pair.derivation()) {
            case "PBKDF2-HMAC-SHA-1" -> "PBKDF2WithHmacSHA1";
            case "PBKDF2-HMAC-SHA-256" -> "PBKDF2WithHmacSHA256";
            default -> throw unknown("key derivation", pair.derivation(), file);
        };
        int bytes = SealedBox.keyBytes(pair.cipher());
        if (bytes == 0) {
            throw unknown("cipher", pair.cipher(), file);
        }
        if (pair.salt().length == 0) {
            throw unknown("salt", "", file);
        }
        PBEKeySpec spec = new PBEKeySpec(password, pair.salt(), (int) pair.rounds(), bytes * 8);
        try {
            return SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] openText(KeySafe.PhrasePair pair, byte[] sealed, byte[] key, @Nullable Path file)
            throws IOException {
        try {
            return box(pair, file)
                    .open(sealed, key)
                    .orElseThrow(() -> new MalformedFileException(
                            "vmx-encryption",
                            file,
                            -1,
                            "the password is right but encryption.data does not match its own check value",
                            "the text was damaged; restore the file from a backup"));
        } catch (GeneralSecurityException e) {
            throw unusable(file, e);
        }
    }

    private static SealedBox box(KeySafe.PhrasePair pair, @Nullable Path file) throws UnsupportedFeatureException {
        return SealedBox.withMac(pair.mac()).orElseThrow(() -> unknown("check value", pair.mac(), file));
    }

    private static UnsupportedFeatureException unknown(String what, String name, @Nullable Path file) {
        String shown = name.length() > 40 ? name.substring(0, 40) : name;
        return new UnsupportedFeatureException(
                "vmx-cipher", file, "the key safe uses the " + what + " '" + shown + "', which is not known");
    }

    private static UnsupportedFeatureException unusable(@Nullable Path file, GeneralSecurityException cause) {
        UnsupportedFeatureException exception = new UnsupportedFeatureException(
                "vmx-cipher", file, "this Java has no such cipher: " + cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    /** The clear lines with the decrypted ones behind them, so that these win. */
    private VmxFile merge(byte[] text) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(vmx.dictionary().toBytes());
        all.write('\n');
        all.writeBytes(text);
        Dictionary merged = Dictionary.parse(all.toByteArray(), null);
        merged.removeBelow("encryption.");
        return VmxFile.of(merged);
    }
}
