package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VmwareLock.Form;
import io.vmdisk.vm.VmwareLock.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads locks; never changes one. */
record LockReader(Volume volume, LockIdentity here) {
    private static final Pattern MEMBER = Pattern.compile("[mMeE][0-9]{5}\\.lck");
    private static final Pattern CHOOSING = Pattern.compile("[dD][0-9]{5}\\.lck");
    private static final List<String> SUFFIXES = List.of(VmwareLock.SUFFIX, ".writelock", ".readlock");
    /** A lock has a handful of holders; more can't change the verdict. */
    private static final int MAX_MEMBERS = 1000;

    /** The lock that an entry of a folder is; one that can't be read counts as held. */
    VmwareLock read(Path entry, FileFacts facts) {
        String name = Ascii.toLowerCase(String.valueOf(entry.getFileName()));
        if (facts.kind() == FileFacts.Kind.FOLDER) {
            try {
                return folder(entry);
            } catch (IOException e) {
                return new VmwareLock(entry, locked(entry), Form.FOLDER, State.HELD, List.of());
            }
        }
        boolean nfs = name.startsWith(".lck-");
        return new VmwareLock(
                entry, nfs ? Optional.empty() : locked(entry), nfs ? Form.NFS : Form.FILE, State.HELD, List.of());
    }

    private static Optional<Path> locked(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return SUFFIXES.stream()
                .filter(suffix -> Ascii.toLowerCase(name).endsWith(suffix))
                .map(suffix -> entry.resolveSibling(name.substring(0, name.length() - suffix.length())))
                .findFirst();
    }

    private VmwareLock folder(Path entry) throws IOException {
        List<LockMember> holders = new ArrayList<>();
        boolean held = false;
        boolean copied = false;
        boolean stale = false;
        boolean ours = false;
        for (Path file : volume.list(entry).stream().limit(MAX_MEMBERS).toList()) {
            String name = String.valueOf(file.getFileName());
            if (CHOOSING.matcher(name).matches()) {
                held = true;
            }
            if (!MEMBER.matcher(name).matches()) {
                continue;
            }
            Optional<LockMember> member = member(file);
            State state = member.isPresent() ? judge(member.get(), file, entry) : State.HELD;
            member.ifPresent(holders::add);
            held |= state == State.HELD;
            copied |= state == State.COPIED;
            stale |= state == State.STALE;
            ours |= state == State.OURS;
        }
        State rest = stale ? State.STALE : ours ? State.OURS : State.FREE;
        State state = held ? State.HELD : copied ? State.COPIED : rest;
        return new VmwareLock(entry, locked(entry), Form.FOLDER, state, holders);
    }

    private State judge(LockMember member, Path file, Path folder) throws IOException {
        if (member.placeHash().isPresent()
                && member.placeHash().getAsLong() != LockMember.hashOf(folder)
                && member.placeHash().getAsLong() != LockMember.hashOf(volume.real(folder))) {
            return State.COPIED;
        }
        if (here.isOurs(member)) {
            return State.OURS;
        }
        return here.hasEnded(member) && isFree(file, Hold.SHARED) ? State.STALE : State.HELD;
    }

    /**
     * Whether a member is of a vmdisk that has ended, or that could not remove it: one of this host wrote it, and nobody
     * holds the file. One whose text never came to be is not in force yet: an entry gets its text before it becomes a
     * member.
     */
    boolean isDead(Path file) throws IOException {
        Optional<LockMember> member = member(file);
        if (member.isPresent()) {
            return isDead(member.get(), file);
        }
        return Ascii.toLowerCase(String.valueOf(file.getFileName())).startsWith("e") && isFree(file, Hold.SHARED);
    }

    /** A living process may have the number of a dead one: that proves a lock that can be had alone, where locks are real. */
    private boolean isDead(LockMember member, Path file) {
        if (here.hasEnded(member) || here.isOurs(member)) {
            return isFree(file, Hold.SHARED);
        }
        return here.isOfThisHost(member) && hasRealLocks(file) && isFree(file, Hold.EXCLUSIVE);
    }

    private boolean hasRealLocks(Path file) {
        try {
            volume.requireLocks(AtomicName.folderOf(file));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isFree(Path file, Hold hold) {
        try {
            volume.hold(file, hold).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<LockMember> member(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LockMember.BYTES + 1);
        try (BlockFile open = volume.open(file, OpenMode.READ)) {
            open.read(0, bytes);
        } catch (NoSuchFileException e) {
            // Released while we looked: whoever held it may come back, so it still counts.
            return Optional.empty();
        }
        return LockMember.parse(Arrays.copyOf(bytes.array(), bytes.position()));
    }
}
