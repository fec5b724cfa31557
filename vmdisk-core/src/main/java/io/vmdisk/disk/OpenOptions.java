package io.vmdisk.disk;

import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.Volume;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a disk is opened. Begin with {@link #readOnly()} or {@link #writable()}; each {@code with…} gives a changed copy.
 *
 * @param access what will be done with it
 * @param parents what a broken chain means
 * @param permissions dangers the user agreed to
 * @param device the device to read where the descriptor names one, or null: then such a disk is refused
 * @param parent the parent to use in place of the one the descriptor names, or null
 * @param tableBudgetBytes memory for the tables of the whole chain
 * @param volume what opens the files
 */
public record OpenOptions(
        Access access,
        Parents parents,
        Set<Permission> permissions,
        @Nullable Path device,
        @Nullable Path parent,
        long tableBudgetBytes,
        Volume volume) {
    /** What will be done with a disk. */
    public enum Access {
        /** Reading; nothing on disk changes. */
        READ,
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

    /** Copies the set. */
    public OpenOptions {
        permissions = Set.copyOf(permissions);
    }

    /** Reading, with all checks. */
    public static OpenOptions readOnly() {
        return new OpenOptions(
                Access.READ, Parents.STRICT, Set.of(), null, null, TableCache.DEFAULT_BUDGET_BYTES, Volume.system());
    }

    /** Writing, with all checks. */
    public static OpenOptions writable() {
        return readOnly().withAccess(Access.WRITE);
    }

    /** Another access. */
    public OpenOptions withAccess(Access other) {
        return new OpenOptions(other, parents, permissions, device, parent, tableBudgetBytes, volume);
    }

    /** Another way with broken chains. */
    public OpenOptions withParents(Parents other) {
        return new OpenOptions(access, other, permissions, device, parent, tableBudgetBytes, volume);
    }

    /** One more permission. */
    public OpenOptions withPermission(Permission permission) {
        Set<Permission> more = new java.util.HashSet<>(permissions);
        more.add(permission);
        return new OpenOptions(access, parents, more, device, parent, tableBudgetBytes, volume);
    }

    /** A device to read where the descriptor names one. */
    public OpenOptions withDevice(Path path) {
        return new OpenOptions(access, parents, permissions, path, parent, tableBudgetBytes, volume);
    }

    /** A parent in place of the one the descriptor names; its content ID is still checked. */
    public OpenOptions withParent(Path path) {
        return new OpenOptions(access, parents, permissions, device, path, tableBudgetBytes, volume);
    }

    /** Another memory budget for tables. */
    public OpenOptions withTableBudget(long bytes) {
        return new OpenOptions(access, parents, permissions, device, parent, bytes, volume);
    }

    /** Another opener of files. */
    public OpenOptions withVolume(Volume other) {
        return new OpenOptions(access, parents, permissions, device, parent, tableBudgetBytes, other);
    }

    Optional<Path> namedParent() {
        return Optional.ofNullable(parent);
    }

    public boolean allows(Permission permission) {
        return permissions.contains(permission);
    }
}
