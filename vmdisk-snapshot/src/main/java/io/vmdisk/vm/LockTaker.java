package io.vmdisk.vm;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Takes locks in the form that Workstation, Fusion and Player respect, so that they don't start a machine we work on.
 *
 * <p>A lock is a folder {@code FILE.lck}. Whoever wants it announces itself with a {@code D} folder, draws a number above
 * all others, writes a member file and waits for lower numbers; we never wait but refuse. Two that try at the same moment
 * may both be refused, never both succeed. Locks of others are left alone, stale ones included. ESXi does not look at
 * these locks. While we hold one, the member file is held as {@link Volume#hold} holds files: so a lock whose holder was
 * killed is known, even if another process has its number by then. Thread-safe.
 *
 * @since 0.1
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

    /** A lock that was taken: its member file, and the hold on it that the system ends with this process. */
    private record Taken(Path member, Closeable hold) {}

    /**
     * Locks all of the files, or none. Links are followed: a file has one lock, however it is named.
     *
     * @return what releases them, in reverse order
     * @throws UnsafeStateException if one is locked already
     */
    public Closeable take(List<Path> files) throws IOException {
        List<Taken> taken = new ArrayList<>();
        try {
            for (Path file : files) {
                taken.add(take(volume.real(file)));
            }
        } catch (IOException | RuntimeException e) {
            try {
                releaseAll(taken);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        return () -> releaseAll(taken);
    }

    private Taken take(Path file) throws IOException {
        try {
            Path folder = VmwareLock.folderOf(file);
            if (volume.isLink(folder)) {
                throw inUse(file, folder.getFileName() + " is a link, and no lock is taken through one");
            }
            if (volume.exists(folder)) {
                requireFree(folder, file);
            }
            volume.createFolder(folder);
            return take(file, folder, freeNumber(folder));
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            // Somebody who had the lock took the folder along, or drew the same number.
            throw inUse(file, "another program takes or leaves the lock in this moment");
        }
    }

    /**
     * Whatever a crash leaves in the lock's folder says whose it was: text comes to be beside the machine, under a name
     * that is ours and that recovery clears, and only whole into the folder.
     */
    private Taken take(Path file, Path folder, String number) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + "." + number + FolderLock.NAME);
        Path choosing = folder.resolve("D" + number + VmwareLock.SUFFIX);
        Path entry = folder.resolve("E" + number + VmwareLock.SUFFIX);
        Path member = folder.resolve("M" + number + VmwareLock.SUFFIX);
        Closeable hold = () -> {};
        boolean held = false;
        try {
            try (BlockFile out = volume.open(draft, OpenMode.CREATE)) {
                out.writeFully(
                        0,
                        ByteBuffer.wrap(
                                here.member(1, LockMember.hashOf(folder)).encode()));
                out.force();
            }
            hold = volume.hold(draft, Hold.EXCLUSIVE);
            volume.rename(draft, entry);
            volume.forceNames(folder);
            volume.forceNames(AtomicName.folderOf(file));
            volume.createFolder(choosing);
            volume.rename(entry, member);
            deleteIfThere(choosing);
            volume.forceNames(folder);
            for (Path other : volume.list(folder)) {
                if (!other.equals(member)) {
                    throw inUse(file, "another program is taking the lock " + folder.getFileName());
                }
            }
            held = true;
            return new Taken(member, hold);
        } finally {
            if (!held) {
                Closeable ending = hold;
                try (ending) {
                    deleteIfThere(draft);
                    deleteIfThere(entry);
                    deleteIfThere(choosing);
                    remove(member);
                }
            }
        }
    }

    /**
     * Removes the lock of a file if only vmdisks of this host that have ended held it, as after a crash.
     *
     * @return whether there was one to remove
     */
    public boolean clearDead(Path file) throws IOException {
        Path folder = VmwareLock.folderOf(file);
        if (volume.isLink(folder)
                || !volume.exists(folder)
                || volume.facts(folder).kind() != FileFacts.Kind.FOLDER) {
            return false;
        }
        LockReader reader = new LockReader(volume, here);
        List<Path> members = volume.list(folder);
        Set<String> dead = new HashSet<>();
        for (Path member : members) {
            if (!isChoosing(member)) {
                if (!reader.isDead(member)) {
                    return false;
                }
                dead.add(number(member));
            }
        }
        if (dead.isEmpty() || !members.stream().allMatch(member -> dead.contains(number(member)))) {
            return false;
        }
        for (int i = members.size() - 1; i >= 0; i--) {
            remove(members.get(i));
        }
        return true;
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
                Remedy.say("close what uses the machine; ").with(Kind.RECOVER).and(" removes what a crash left"));
    }

    private String freeNumber(Path folder) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            String number = String.format("%05d", random.nextInt(NUMBERS));
            boolean used = volume.exists(folder.resolve("D" + number + VmwareLock.SUFFIX))
                    || volume.exists(folder.resolve("M" + number + VmwareLock.SUFFIX));
            if (!used) {
                return number;
            }
        }
        throw inUse(folder, "no free number for a lock was found");
    }

    /** All of them, even if the marks of one can't be removed. */
    private void releaseAll(List<Taken> taken) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (int i = taken.size() - 1; i >= 0; i--) {
            Taken one = taken.get(i);
            Closeable hold = one.hold;
            try (hold) {
                remove(one.member);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** Removes a member, and the folder with the last one. */
    private void remove(Path member) throws IOException {
        deleteIfThere(member);
        Path folder = member.toAbsolutePath().getParent();
        try {
            if (folder != null && volume.exists(folder) && volume.list(folder).isEmpty()) {
                deleteIfThere(folder);
            }
        } catch (NoSuchFileException e) {
            // Somebody who wanted the lock too was faster.
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
