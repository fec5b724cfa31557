package io.vmdisk.hash;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A disk in memory with known content, and the digests it must have, computed in the plainest way. */
record HashedDisk(MemoryVolume volume, Path path, DiskFormat format, byte[] content) {
    private static final int MIB = 1 << 20;
    private static final int PIECE = 4096;

    /** Writes what is not zero, piece by piece, so that holes stay holes. */
    static HashedDisk of(DiskFormat format, byte[] content) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Path path = MemoryVolume.folder().resolve("disk.vmdk");
        StagedDisk.createEmpty(path, CreateSpec.of(format, content.length), volume, Progress.NONE);
        HashedDisk disk = new HashedDisk(volume, path, format, content);
        disk.write(path, content, new byte[content.length]);
        return disk;
    }

    /** The same content, half of it in a parent of another format that holds other bytes elsewhere. */
    static HashedDisk chain(byte[] content) throws IOException {
        byte[] old = content.clone();
        for (int at = 0; at < old.length; at += 3 * PIECE) {
            Arrays.fill(old, at, Math.min(old.length, at + PIECE), (byte) 7);
        }
        HashedDisk base = of(DiskFormat.MONOLITHIC_SPARSE, old);
        Path top = base.path.resolveSibling("top.vmdk");
        CreateSpec spec = CreateSpec.of(DiskFormat.SE_SPARSE, content.length).withParent(base.path);
        StagedDisk.createEmpty(top, spec, base.volume, Progress.NONE);
        HashedDisk disk = new HashedDisk(base.volume, top, DiskFormat.SE_SPARSE, content);
        disk.write(top, content, old);
        return disk;
    }

    private void write(Path target, byte[] wanted, byte[] present) throws IOException {
        try (VirtualDisk disk = open(OpenOptions.Access.WRITE)) {
            for (int at = 0; at < wanted.length; at += PIECE) {
                int end = Math.min(wanted.length, at + PIECE);
                if (!Arrays.equals(wanted, at, end, present, at, end)) {
                    disk.write(at, ByteBuffer.wrap(wanted, at, end - at));
                }
            }
        }
    }

    VirtualDisk open() throws IOException {
        return open(OpenOptions.Access.READ);
    }

    private VirtualDisk open(OpenOptions.Access access) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withAccess(access).withVolume(volume);
        return format == DiskFormat.RAW ? VirtualDisk.openRaw(path, options) : VirtualDisk.open(path, options);
    }

    String expectedRoot() throws NoSuchAlgorithmException {
        MessageDigest root = MessageDigest.getInstance("SHA-256");
        root.update("vmdisk-tree-1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        root.update(ByteBuffer.allocate(8).putLong(content.length).array());
        for (int at = 0; at < content.length; at += MIB) {
            byte[] chunk = Arrays.copyOfRange(content, at, Math.min(content.length, at + MIB));
            if (!Arrays.equals(chunk, new byte[chunk.length])) {
                root.update(ByteBuffer.allocate(8).putLong(at).array());
                root.update(MessageDigest.getInstance("SHA-256").digest(chunk));
            }
        }
        return HexFormat.of().formatHex(root.digest());
    }

    String expected(String javaName, int from, int to) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance(javaName);
        digest.update(content, from, to - from);
        return HexFormat.of().formatHex(digest.digest());
    }
}
