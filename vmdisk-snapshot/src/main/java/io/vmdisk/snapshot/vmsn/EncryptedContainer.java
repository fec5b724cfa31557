package io.vmdisk.snapshot.vmsn;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The pages around the checkpoint, memory and firmware files of an encrypted machine, decrypted as they are read.
 *
 * <p>A 4096-byte header, then pages of 4064 bytes of AES-256-CBC ciphertext, 16 bytes of IV and 16 bytes of MAC. How the
 * MAC is made is not known, so it is not verified: a wrong key shows as a missing magic. Safe for many threads.
 */
final class EncryptedContainer implements ByteSource {
    static final int MAGIC = 0x8943dd9e;
    static final int PAGE_BYTES = 4096;
    static final int DATA_BYTES = 4064;
    static final int IV_BYTES = 16;

    private static final int HEADER_BYTES = 32;
    private static final int AT_DATA_BYTES = 8;
    private static final int AT_IV_BYTES = 12;
    private static final int AT_MAC_BYTES = 16;
    private static final int AT_SIZE = 24;

    private final ByteSource file;
    private final DataFileKey key;
    private final long size;

    private EncryptedContainer(ByteSource file, DataFileKey key, long size) {
        this.file = file;
        this.key = key;
        this.size = size;
    }

    /** Adopts {@code file}: it is closed if this fails. */
    static ByteSource decryptIfNeeded(ByteSource file, @Nullable DataFileKey key) throws IOException {
        try {
            return isEncrypted(file) ? open(file, key) : file;
        } catch (IOException | RuntimeException e) {
            Checkpoint.closeAfter(e, file);
            throw e;
        }
    }

    static boolean isEncrypted(ByteSource file) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return file.read(0, start) == Integer.BYTES && start.getInt(0) == MAGIC;
    }

    private static EncryptedContainer open(ByteSource file, @Nullable DataFileKey key) throws IOException {
        if (key == null) {
            throw new UnsupportedFeatureException(
                    "encrypted",
                    file.path(),
                    "this file belongs to an encrypted machine",
                    "give the machine's password, so that its key can be read from the .vmx");
        }
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(0, header);
        int data = header.getInt(AT_DATA_BYTES);
        int iv = header.getInt(AT_IV_BYTES);
        int mac = header.getInt(AT_MAC_BYTES);
        if (data != DATA_BYTES || iv != IV_BYTES || mac != PAGE_BYTES - DATA_BYTES - IV_BYTES) {
            throw new UnsupportedFeatureException(
                    "encrypted-layout",
                    file.path(),
                    "its pages hold " + Integer.toUnsignedString(data) + " bytes of data, "
                            + Integer.toUnsignedString(iv) + " of IV and " + Integer.toUnsignedString(mac)
                            + " of MAC; only 4064, 16 and 16 are known");
        }
        long size = header.getLong(AT_SIZE);
        long pages = file.size() / PAGE_BYTES - 1;
        if (size < 0 || size > pages * DATA_BYTES) {
            throw new MalformedFileException(
                    "truncated",
                    file.path(),
                    AT_SIZE,
                    "it should hold " + Long.toUnsignedString(size) + " bytes, its " + Math.max(0, pages)
                            + " pages have room for " + Math.max(0, pages * DATA_BYTES),
                    "copy the file again if a whole one exists");
        }
        return new EncryptedContainer(file, key, size);
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long at, ByteBuffer into) throws IOException {
        int start = into.position();
        byte[] page = new byte[PAGE_BYTES];
        long position = at;
        while (into.hasRemaining() && position < size) {
            long number = position / DATA_BYTES;
            int inPage = (int) (position % DATA_BYTES);
            byte[] plain = decrypt(number, page);
            int count = (int) Math.min(Math.min(DATA_BYTES - inPage, into.remaining()), size - position);
            into.put(plain, inPage, count);
            position += count;
        }
        return into.position() - start;
    }

    private byte[] decrypt(long number, byte[] page) throws IOException {
        long at = PAGE_BYTES + number * PAGE_BYTES;
        file.readFully(at, ByteBuffer.wrap(page));
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key.aes(), new IvParameterSpec(page, DATA_BYTES, IV_BYTES));
            return cipher.doFinal(page, 0, DATA_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IOException(file.path() + ": page at byte " + at + " can't be decrypted", e);
        }
    }

    @Override
    public long nextData(long at) {
        return Math.min(at, size);
    }

    @Override
    public long nextHole(long at) {
        return size;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
