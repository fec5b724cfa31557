package io.vmdisk.vmx.lint;

import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lint knows beyond the configuration itself. Every answer may be "unknown", and then no rule draws on it.
 *
 * <p>Implementations never open devices, pipes or network paths: a configuration is not to be trusted.
 *
 * <p>Asked by one thread at a time.
 *
 * @since 0.1
 */
public interface LintContext {
    /** Whether a file is where it should be. */
    enum Presence {
        /** It is there. */
        PRESENT,
        /** It is not there. */
        MISSING,
        /** It was not looked for, or lies where this system cannot look. */
        UNKNOWN
    }

    /**
     * What is known of a disk.
     *
     * @param createType the descriptor's {@code createType}
     * @param adapterType the descriptor's {@code ddb.adapterType}, empty if absent
     * @param depth how many disks the chain has, this one included
     * @param capacityBytes its size
     * @param thin whether its space is taken when written
     * @param links the kinds of the links in its chain, in words
     */
    record DiskFacts(
            String createType, String adapterType, int depth, long capacityBytes, boolean thin, Set<String> links) {
        /** Keeps a copy. */
        public DiskFacts {
            links = Set.copyOf(links);
        }

        /** Whether it holds differences to a parent. */
        public boolean isDelta() {
            return depth > 1;
        }
    }

    /**
     * What is known of the list of snapshots.
     *
     * @param count how many it lists
     * @param oldestHours the age of the oldest; 0 if unknown
     * @param needConsolidate whether it says that deltas are left over
     * @param missingFiles files it names that are not there
     */
    record SnapshotFacts(int count, long oldestHours, boolean needConsolidate, List<String> missingFiles) {
        /** Keeps a copy. */
        public SnapshotFacts {
            missingFiles = List.copyOf(missingFiles);
        }
    }

    /** Knows nothing. */
    LintContext NONE = new LintContext() {};

    /** Whether a file that the configuration names is there. */
    default Presence presence(FileReference file) {
        return Presence.UNKNOWN;
    }

    /** What is known of a disk that the configuration names. */
    default Optional<DiskFacts> disk(FileReference file) {
        return Optional.empty();
    }

    /** What is known of the machine's snapshots. */
    default Optional<SnapshotFacts> snapshots() {
        return Optional.empty();
    }

    /** Other machines with which this one must not share identities or disks. */
    default List<VmxFile> others() {
        return List.of();
    }

    /** Whether a lock lies beside the configuration; empty if that is unknown. */
    default Optional<Boolean> locked() {
        return Optional.empty();
    }

    /** Knows which files lie in the machine's folder, and nothing of what is in them. */
    static LintContext ofFolder(Volume volume, Path vmx) {
        return new FolderContext(volume, vmx);
    }
}
