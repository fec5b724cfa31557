package io.vmdisk.vm;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes locks in the form that Workstation, Fusion and Player respect, so that they don't start a machine we work on.
 *
 * <p>A lock is a folder {@code FILE.lck}. Whoever wants it announces itself with a {@code D} folder, draws a number above
 * all others, writes a member file and waits for lower numbers; we never wait but refuse. Two that try at the same moment
 * may both be refused, never both succeed. Locks of others are left alone, stale ones included. ESXi does not look at
 * these locks. Thread-safe.
 */
public final class LockTaker {
    private static final int NUMBERS = 65536;
    private static final int ATTEMPTS = 100;

    private final Volume volume;
    private final LockIdentity here;
    private final RandomGenerator random;

    LockTaker(Volume volume, LockIdentity here, RandomGenerator random) {
        this.volume = volume;
        this.here = here;
        this.random = random;
    }

    /** Takes locks in the name of this process. */
    public static LockTaker of(Volume volume) {
        return new LockTaker(volume, LockIdentity.ofThisProcess(), RandomGenerator.getDefault());
    }

    /**
     * Locks all of the files, or none.
     *
     * @return what releases them, in reverse order
     * @throws UnsafeStateException if one is locked already
     */
    public Closeable take(List<Path> files) throws IOException {
        List<Path> taken = new ArrayList<>();
        try {
            for (Path file : files) {
                taken.add(take(file));
            }
        } catch (IOException | RuntimeException e) {
            try {
                release(taken);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return () -> release(taken);
    }

    private Path take(Path file) throws IOException {
        Path folder = file.resolveSibling(file.getFileName() + ".lck");
        if (volume.isLink(folder)) {
            throw inUse(file, folder.getFileName() + " is a link, and no lock is taken through one");
        }
        if (volume.exists(folder)) {
            requireFree(folder, file);
        }
        volume.createFolder(folder);
        String number = freeNumber(folder);
        Path choosing = folder.resolve("D" + number + ".lck");
        Path entry = folder.resolve("E" + number + ".lck");
        Path member = folder.resolve("M" + number + ".lck");
        try {
            // The entry first: whatever a crash leaves then says whose it was.
            LockMember content = here.member(1, LockMember.hashOf(folder));
            try (BlockFile out = volume.open(entry, OpenMode.CREATE)) {
                out.writeFully(0, ByteBuffer.wrap(content.encode()));
                out.force();
            }
            volume.createFolder(choosing);
            volume.rename(entry, member);
        } finally {
            deleteIfThere(entry);
            deleteIfThere(choosing);
        }
        for (Path other : volume.list(folder)) {
            if (!other.equals(member)) {
                release(List.of(member));
                throw inUse(file, "another program is taking the lock " + folder.getFileName());
            }
        }
        return member;
    }

    /**
     * Removes the lock of a file if only vmdisks of this host that have ended held it, as after a crash.
     *
     * @return whether there was one to remove
     */
    public boolean clearDead(Path file) throws IOException {
        Path folder = file.resolveSibling(file.getFileName() + ".lck");
        if (volume.isLink(folder)
                || !volume.exists(folder)
                || volume.facts(folder).kind() != FileFacts.Kind.FOLDER) {
            return false;
        }
        VmwareLock lock = new LockReader(volume, here).read(folder, volume.facts(folder));
        List<Path> members = volume.list(folder);
        List<String> numbers = members.stream()
                .filter(member -> !isChoosing(member))
                .map(LockTaker::number)
                .toList();
        boolean dead = !lock.holders().isEmpty()
                && lock.holders().size() == numbers.size()
                && lock.holders().stream().allMatch(here::hasEnded)
                && members.stream().allMatch(member -> numbers.contains(number(member)));
        if (dead) {
            release(members);
        }
        return dead;
    }

    private static boolean isChoosing(Path member) {
        return String.valueOf(member.getFileName()).startsWith("D");
    }

    /** What the names of a holder's files have in common. */
    private static String number(Path member) {
        return String.valueOf(member.getFileName()).substring(1);
    }

    private void requireFree(Path folder, Path file) throws IOException {
        VmwareLock lock = new LockReader(volume, here).read(folder, volume.facts(folder));
        boolean empty = volume.facts(folder).kind() == FileFacts.Kind.FOLDER
                && volume.list(folder).isEmpty();
        if (!empty) {
            String holders = lock.holders().isEmpty()
                    ? ""
                    : ": held by " + lock.holders().get(0).executionId() + " on "
                            + lock.holders().get(0).machineId();
            throw inUse(
                    file,
                    "it has the lock " + folder.getFileName()
                            + (lock.state() == VmwareLock.State.HELD ? "" : ", which looks left over") + holders);
        }
    }

    private static UnsafeStateException inUse(Path file, String problem) {
        return new UnsafeStateException(
                "locked",
                file,
                problem,
                "close what uses the machine; 'vmdisk recover' removes what a crash of vmdisk left");
    }

    private String freeNumber(Path folder) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            String number = String.format("%05d", random.nextInt(NUMBERS));
            boolean used = volume.exists(folder.resolve("D" + number + ".lck"))
                    || volume.exists(folder.resolve("M" + number + ".lck"));
            if (!used) {
                return number;
            }
        }
        throw inUse(folder, "no free number for a lock was found");
    }

    private void release(List<Path> members) throws IOException {
        for (int i = members.size() - 1; i >= 0; i--) {
            Path member = members.get(i);
            deleteIfThere(member);
            Path folder = member.toAbsolutePath().getParent();
            if (folder != null && volume.exists(folder) && volume.list(folder).isEmpty()) {
                deleteIfThere(folder);
            }
        }
    }

    private void deleteIfThere(Path path) throws IOException {
        try {
            volume.delete(path);
        } catch (NoSuchFileException e) {
            // Somebody tidied up first.
        } catch (java.nio.file.DirectoryNotEmptyException e) {
            // Somebody queues for the lock; the folder is theirs now.
        }
    }
}
