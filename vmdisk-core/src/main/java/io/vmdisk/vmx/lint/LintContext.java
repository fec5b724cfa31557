package io.vmdisk.vmx.lint;

import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lint knows besides the configuration itself. Each answer may be "unknown"; rules that need it report nothing
 * then.
 *
 * <p>Implementations never open devices, pipes or network paths: a configuration is not to be trusted.
 *
 * <p>One thread at a time calls it.
 *
 * @since 0.1
 */
public interface LintContext {
    /** Whether a file exists. */
    enum Presence {
        /** The file exists. */
        PRESENT,
        /** The file does not exist. */
        MISSING,
        /** Nobody looked for it, or it lies where this system can't look. */
        UNKNOWN
    }

    /**
     * What is known about a disk.
     *
     * @param createType the descriptor's {@code createType}
     * @param adapterType the descriptor's {@code ddb.adapterType}; empty if absent
     * @param depth how many links the chain has, this one included; at least 1
     * @param capacityBytes its capacity in bytes
     * @param thin whether space is allocated only when it is written
     * @param links the kinds of the links in its chain, in words
     */
    record DiskFacts(
            String createType, String adapterType, int depth, long capacityBytes, boolean thin, Set<String> links) {
        /**
         * Copies the set.
         *
         * @param createType as the descriptor has it
         * @param adapterType as the descriptor has it
         * @param depth at least 1
         * @param capacityBytes in bytes
         * @param thin whether it is thin
         * @param links is copied
         */
        public DiskFacts {
            links = Set.copyOf(links);
        }

        /** {@return whether it holds differences to a parent} */
        public boolean isDelta() {
            return depth > 1;
        }
    }

    /**
     * What is known about the list of snapshots.
     *
     * @param count how many snapshots it has
     * @param oldestHours the age of the oldest in hours; 0 if unknown
     * @param needConsolidate whether it says that deltas are left over
     * @param missingFiles the files it names that do not exist
     */
    record SnapshotFacts(int count, long oldestHours, boolean needConsolidate, List<String> missingFiles) {
        /**
         * Copies the list.
         *
         * @param count how many snapshots
         * @param oldestHours in hours
         * @param needConsolidate whether deltas are left over
         * @param missingFiles is copied
         */
        public SnapshotFacts {
            missingFiles = List.copyOf(missingFiles);
        }
    }

    /** A context in which everything is unknown. */
    LintContext NONE = new LintContext() {};

    /**
     * {@return whether a file exists that the configuration names}
     *
     * @param file as the configuration has it
     */
    default Presence presence(FileReference file) {
        return Presence.UNKNOWN;
    }

    /**
     * {@return what is known about a disk that the configuration names; empty if nothing is}
     *
     * @param file as the configuration has it
     */
    default Optional<DiskFacts> disk(FileReference file) {
        return Optional.empty();
    }

    /** {@return what is known about the machine's snapshots; empty if nothing is} */
    default Optional<SnapshotFacts> snapshots() {
        return Optional.empty();
    }

    /** {@return other machines, with which this one must not share identities or disks; empty if none are known} */
    default List<VmxFile> others() {
        return List.of();
    }

    /** {@return whether a lock lies beside the configuration; empty if that is unknown} */
    default Optional<Boolean> locked() {
        return Optional.empty();
    }

    /**
     * {@return a context that looks for files in the machine's folder by name, and never into them}
     *
     * @param volume that has the folder
     * @param vmx the configuration's path
     */
    static LintContext ofFolder(Volume volume, Path vmx) {
        return new FolderContext(volume, vmx);
    }
}
