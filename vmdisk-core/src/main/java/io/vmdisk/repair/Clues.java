package io.vmdisk.repair;

import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.disk.CreateSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a lost descriptor said and no other file tells.
 *
 * @param adapter the controller of the disk: the machine's configuration names it
 * @param hardwareVersion of the machine
 * @param parent the disk below, or null if it has none
 */
public record Clues(
        AdapterType adapter, int hardwareVersion, @Nullable Path parent) {
    /** What VMware would choose for a new disk. */
    public static Clues usual() {
        return new Clues(AdapterType.LSILOGIC, CreateSpec.DEFAULT_HARDWARE_VERSION, null);
    }

    /** On another controller. */
    public Clues withAdapter(AdapterType other) {
        return new Clues(other, hardwareVersion, parent);
    }

    /** For another hardware version. */
    public Clues withHardwareVersion(int other) {
        return new Clues(adapter, other, parent);
    }

    /** On top of another disk. */
    public Clues withParent(Path other) {
        return new Clues(adapter, hardwareVersion, other);
    }
}
