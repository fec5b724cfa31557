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
 * How a disk is opened. Begin with {@link #readOnly()} or {@link #writable()}; each {@code with…} returns a changed
 * copy.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class OpenOptions {
    /** What will be done with a disk. */
    public enum Access {
        /** Reading; nothing on disk changes. Writers are neither kept out nor hindered. */
        READ,
        /**
         * Reading what must not change meanwhile, as for a copy: writers are kept out, and a disk that is being written
         * to is refused. Nothing on disk changes.
         */
        READ_STILL,
        /** Reading and writing; parents are only read. */
        WRITE
    }

    /** What happens if a chain is broken. */
    public enum Parents {
        /** The disk is refused. */
        STRICT,
        /** A parent whose content ID differs is used all the same. What the child does not hold may be wrong. */
        IGNORE_CONTENT_ID,
        /** The links above the break are opened. What only the missing links hold reads as zeros. */
        UP_TO_BREAK,
        /** Only the disk itself is opened. What it does not hold reads as zeros. */
        NONE
    }

    /** What happens to ranges that can't be read: in damaged or missing files, on a failing drive, past a break. */
    public enum Damage {
        /** Reading them fails. */
        REFUSED,
        /** They read as zeros, and {@link VirtualDisk#lost} lists them. For reading only. */
        AS_ZEROS,
        /**
         * Ranges whose place is lost read as the parent does, the others as zeros; all are listed. For reading only.
         */
        AS_PARENT
    }

    /** A danger to which the user agreed. */
    public enum Permission {
        /** Extents may lie in other folders than the descriptor's. */
        EXTENTS_OUTSIDE_FOLDER,
        /** A disk may be written to although other disks depend on it. */
        WRITE_SHARED,
        /** A disk may be written to although VMware has locked it or a machine that uses it. */
        WRITE_LOCKED,
        /** A disk may be written to without a new content ID. The caller sets the right one. */
        KEEP_CONTENT_ID,
        /**
         * A disk may be written to without taking locks, in a folder whose journal is open. The caller holds the locks
         * of all files, as a plan does for its steps.
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

    /** {@return options for reading, with all checks} */
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

    /** {@return options for reading and writing, with all checks} */
    public static OpenOptions writable() {
        return readOnly().withAccess(Access.WRITE);
    }

    /**
     * With another access.
     *
     * @param other what will be done with the disk
     * @return a changed copy
     */
    public OpenOptions withAccess(Access other) {
        return new OpenOptions(other, parents, damage, permissions, device, parent, tableBudgetBytes, volume);
    }

    /**
     * With another treatment of broken chains.
     *
     * @param other what happens if a chain is broken
     * @return a changed copy
     */
    public OpenOptions withParents(Parents other) {
        return new OpenOptions(access, other, damage, permissions, device, parent, tableBudgetBytes, volume);
    }

    /**
     * With another treatment of what can't be read. It is for reading only: a disk that is opened for writing is opened
     * with all checks, but ranges of it that turn out to be unreadable are read in the way that is chosen here.
     *
     * @param other what happens to ranges that can't be read
     * @return a changed copy
     */
    public OpenOptions withDamage(Damage other) {
        return new OpenOptions(access, parents, other, permissions, device, parent, tableBudgetBytes, volume);
    }

    /**
     * With one more permission.
     *
     * @param permission a danger to which the user agreed
     * @return a changed copy
     */
    public OpenOptions withPermission(Permission permission) {
        Set<Permission> more = new HashSet<>(permissions);
        more.add(permission);
        return new OpenOptions(access, parents, damage, more, device, parent, tableBudgetBytes, volume);
    }

    /**
     * With a device to read where the descriptor names one.
     *
     * @param path the device, or an image of it
     * @return a changed copy
     */
    public OpenOptions withDevice(Path path) {
        return new OpenOptions(access, parents, damage, permissions, path, parent, tableBudgetBytes, volume);
    }

    /**
     * With another parent for the disk itself than its descriptor names. The content ID is still checked.
     *
     * @param path the parent
     * @return a changed copy
     */
    public OpenOptions withParent(Path path) {
        return new OpenOptions(access, parents, damage, permissions, device, path, tableBudgetBytes, volume);
    }

    /**
     * With another memory budget for tables.
     *
     * @param bytes for the tables of the whole chain
     * @return a changed copy
     */
    public OpenOptions withTableBudget(long bytes) {
        return new OpenOptions(access, parents, damage, permissions, device, parent, bytes, volume);
    }

    /**
     * With another opener of files.
     *
     * @param other opens the files
     * @return a changed copy
     */
    public OpenOptions withVolume(Volume other) {
        return new OpenOptions(access, parents, damage, permissions, device, parent, tableBudgetBytes, other);
    }

    Optional<Path> namedParent() {
        return Optional.ofNullable(parent);
    }

    /**
     * Whether a danger was agreed to.
     *
     * @param permission the danger
     * @return true if it was
     */
    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }

    /** {@return what will be done with the disk} */
    public Access access() {
        return access;
    }

    /** {@return what happens if a chain is broken} */
    public Parents parents() {
        return parents;
    }

    /** {@return what happens to ranges that can't be read} */
    public Damage damage() {
        return damage;
    }

    /** Whether as much is opened as can be, whatever is damaged. */
    boolean isForSalvage() {
        return damage != Damage.REFUSED && access != Access.WRITE;
    }

    /** {@return the dangers to which the user agreed, an immutable set} */
    public Set<Permission> permissions() {
        return permissions;
    }

    /** {@return the device to read where the descriptor names one, or null: then a disk on a device is refused} */
    public @Nullable Path device() {
        return device;
    }

    /** {@return the parent to use in place of the one that the descriptor names, or null} */
    public @Nullable Path parent() {
        return parent;
    }

    /** {@return the memory for the tables of the whole chain, in bytes; 64 MiB at first} */
    public long tableBudgetBytes() {
        return tableBudgetBytes;
    }

    /** {@return what opens the files} */
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
