package io.vmdisk.vm;

import io.vmdisk.vmx.DeviceNode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who names a disk.
 *
 * <p>All kinds are immutable.
 *
 * @since 0.1
 */
public sealed interface DiskOwner {
    /** The file of somebody else that names the disk: a configuration, or a list that belongs to none. */
    default Optional<Path> outsider() {
        return Optional.empty();
    }

    /** The machine's present state, at this place. */
    record Active(DeviceNode node) implements DiskOwner {}

    /**
     * A snapshot.
     *
     * @param uid which
     * @param node where the machine had the disk, as the snapshot list spells it
     */
    record Frozen(long uid, String node) implements DiskOwner {
        // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Frozen that && uid == that.uid && node.equals(that.node);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(uid) + node.hashCode();
        }
    }

    /** Another machine, or a snapshot of it. */
    record Foreign(Path configuration) implements DiskOwner {
        @Override
        public Optional<Path> outsider() {
            return Optional.of(configuration);
        }
    }

    /** A snapshot in a list by whose name there is no configuration: it may still be wanted. */
    record Listed(Path list) implements DiskOwner {
        @Override
        public Optional<Path> outsider() {
            return Optional.of(list);
        }
    }
}
