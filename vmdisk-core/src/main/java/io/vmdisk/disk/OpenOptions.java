package io.vmdisk.disk;

import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.Volume;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a disk is opened. Begin with {@link #readOnly()} or {@link #writable()}; each {@code with…} gives a changed copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class OpenOptions {
    /** What will be done with a disk. */
    public enum Access {
        /** Reading; nothing on disk changes. Whoever writes meanwhile is neither kept out nor hindered. */
        READ,
        /**
         * Reading what must not change meanwhile, as for a copy: who would write is kept out, and a disk that is being
         * written to is refused. Nothing on disk changes.
         */
        READ_STILL,
        /** Reading and writing; parents are read only. */
        WRITE
    }

    /** What a broken chain means. */
    public enum Parents {
        /** It is refused. */
        STRICT,
        /** A parent whose content ID differs is used all the same: what the child has not may be wrong. */
        IGNORE_CONTENT_ID,
        /** The links above the break are opened; what only the missing ones had reads as zeros. */
        UP_TO_BREAK,
        /** Only the disk itself is opened; what it has not reads as zeros. */
        NONE
    }

    /** What becomes of stretches that can't be read: in damaged or missing files, on a failing drive, past a break. */
    public enum Damage {
        /** Reading them fails. */
        REFUSED,
        /** They read as zeros, and {@link VirtualDisk#lost} lists them. For reading only. */
        AS_ZEROS,
        /** Those whose place is lost read as the parent does, the others as zeros; all are listed. For reading only. */
        AS_PARENT
    }

    /** A danger the user agreed to. */
    public enum Permission {
        /** Extents in other folders than the descriptor's. */
        EXTENTS_OUTSIDE_FOLDER,
        /** Writing to a disk that others depend on. */
        WRITE_SHARED,
        /** Writing to a disk with a lock of VMware beside it. */
        WRITE_LOCKED,
        /** Writing without a new content ID: whoever says so sets the right one itself. */
        KEEP_CONTENT_ID,
        /**
         * Writing without taking locks, in a folder whose journal is open: whoever says so holds the locks of all files,
         * as a plan does for its steps.
         */
        UNDER_LOCK
    }

    private final Access access;
    private final Parents parents;
    private final Damage damage;
    private final Set<Permission> permissions;
    private final @Nullable Path device;
    private final @Nullable Path parent;
    private final long tableBudgetBytes;
    private final Volume volume;

    private OpenOptions(
            Access access,
            Parents parents,
            Damage damage,
            Set<Permission> permissions,
            @Nullable Path device,
            @Nullable Path parent,
            long tableBudgetBytes,
            Volume volume) {
        this.access = access;
        this.parents = parents;
        this.damage = damage;
        this.permissions = Set.copyOf(permissions);
        this.device = device;
        this.parent = parent;
        this.tableBudgetBytes = tableBudgetBytes;
        this.volume = volume;
    }

    /** Reading, with all checks. */
    public static OpenOptions readOnly() {
        return new OpenOptions(
                Access.READ,
                Parents.STRICT,
                Damage.REFUSED,
                Set.of(),
                null,
                null,
                TableCache.DEFAULT_BUDGET_BYTES,
                Volume.system());
    }

    /** Writing, with all checks. */
    public static OpenOptions writable() {
        return readOnly().withAccess(Access.WRITE);
    }

    /** Another access. */
    public OpenOptions withAccess(Access other) {
        return new OpenOptions(other, parents, damage, permissions, device, parent, tableBudgetBytes, volume);
    }

    /** Another way with broken chains. */
    public OpenOptions withParents(Parents other) {
        return new OpenOptions(access, other, damage, permissions, device, parent, tableBudgetBytes, volume);
    }

    /** Another way with what can't be read; for reading only. */
    public OpenOptions withDamage(Damage other) {
        return new OpenOptions(access, parents, other, permissions, device, parent, tableBudgetBytes, volume);
    }

    /** One more permission. */
    public OpenOptions withPermission(Permission permission) {
        Set<Permission> more = new HashSet<>(permissions);
        more.add(permission);
        return new OpenOptions(access, parents, damage, more, device, parent, tableBudgetBytes, volume);
    }

    /** A device to read where the descriptor names one. */
    public OpenOptions withDevice(Path path) {
        return new OpenOptions(access, parents, damage, permissions, path, parent, tableBudgetBytes, volume);
    }

    /** A parent in place of the one the descriptor names; its content ID is still checked. */
    public OpenOptions withParent(Path path) {
        return new OpenOptions(access, parents, damage, permissions, device, path, tableBudgetBytes, volume);
    }

    /** Another memory budget for tables. */
    public OpenOptions withTableBudget(long bytes) {
        return new OpenOptions(access, parents, damage, permissions, device, parent, bytes, volume);
    }

    /** Another opener of files. */
    public OpenOptions withVolume(Volume other) {
        return new OpenOptions(access, parents, damage, permissions, device, parent, tableBudgetBytes, other);
    }

    Optional<Path> namedParent() {
        return Optional.ofNullable(parent);
    }

    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }

    /** What will be done with it. */
    public Access access() {
        return access;
    }

    /** What a broken chain means. */
    public Parents parents() {
        return parents;
    }

    /** What becomes of stretches that can't be read. */
    public Damage damage() {
        return damage;
    }

    /** Whether as much is opened as can be, whatever is damaged. */
    boolean isForSalvage() {
        return damage != Damage.REFUSED && access != Access.WRITE;
    }

    /** Dangers the user agreed to. */
    public Set<Permission> permissions() {
        return permissions;
    }

    /** The device to read where the descriptor names one, or null: then such a disk is refused. */
    public @Nullable Path device() {
        return device;
    }

    /** The parent to use in place of the one the descriptor names, or null. */
    public @Nullable Path parent() {
        return parent;
    }

    /** Memory for the tables of the whole chain. */
    public long tableBudgetBytes() {
        return tableBudgetBytes;
    }

    /** What opens the files. */
    public Volume volume() {
        return volume;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OpenOptions that
                && access.equals(that.access)
                && parents.equals(that.parents)
                && damage.equals(that.damage)
                && permissions.equals(that.permissions)
                && Objects.equals(device, that.device)
                && Objects.equals(parent, that.parent)
                && tableBudgetBytes == that.tableBudgetBytes
                && volume.equals(that.volume);
    }

    @Override
    public int hashCode() {
        return Objects.hash(access, parents, damage, permissions, device, parent, tableBudgetBytes, volume);
    }

    @Override
    public String toString() {
        return "OpenOptions[" + "access=" + access + ", parents=" + parents + ", damage=" + damage + ", permissions="
                + permissions
                + ", device=" + device + ", parent=" + parent + ", tableBudgetBytes=" + tableBudgetBytes + ", volume="
                + volume + "]";
    }
}
