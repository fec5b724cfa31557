package io.vmdisk.vmx;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Raises a configuration's hardware version, as a host does at "upgrade compatibility".
 *
 * <p>Only {@code virtualHW.version} changes: devices stay as they are, and the guest finds the new hardware at its next
 * start. A host can't go back, so a lower version is refused. A suspended machine is refused, because its memory
 * belongs to the old hardware, and so is one that runs or has crashed.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class VmxUpgrade {
    private VmxUpgrade() {}

    /**
     * Changes the version in memory.
     *
     * @param vmx the configuration; the caller saves it
     * @param number the new version, one of {@link io.vmdisk.vmx.hardware.HardwareCatalog#versions}
     * @return the version it had
     * @throws UnsupportedFeatureException {@code hardware-version} if there is no such version
     * @throws MalformedFileException {@code vmx} if the configuration's version is no number
     * @throws UnsafeStateException {@code downgrade}, {@code suspended} or {@code running}
     * @throws LimitExceededException {@code hardware-version} if the machine has more than the new version allows
     * @throws IOException only as these
     */
    public static long raise(VmxFile vmx, long number) throws IOException {
        Path file = vmx.file().orElse(null);
        HardwareVersion wanted = HardwareCatalog.get()
                .version(number)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        "hardware-version",
                        file,
                        "there is no hardware version " + number,
                        "known are "
                                + HardwareCatalog.get().versions().stream()
                                        .map(v -> String.valueOf(v.number()))
                                        .collect(Collectors.joining(", "))));
        long present = vmx.hardwareVersion()
                .orElseThrow(() -> new MalformedFileException(
                        "vmx",
                        file,
                        -1,
                        "virtualHW.version is '" + vmx.dictionary().get("virtualHW.version", "")
                                + "', expected a number"));
        requireUpgradable(vmx, present, number, file);
        List<HardwareLimits.Violation> violations = HardwareLimits.violations(vmx, wanted, Optional.empty());
        if (!violations.isEmpty()) {
            throw new LimitExceededException(
                    "hardware-version",
                    file,
                    violations.stream().map(v -> v.key() + ": " + v.problem()).collect(Collectors.joining("; ")),
                    "change these first");
        }
        vmx.dictionary().set("virtualHW.version", String.valueOf(number));
        return present;
    }

    private static void requireUpgradable(VmxFile vmx, long present, long wanted, @Nullable Path file)
            throws UnsafeStateException {
        if (wanted < present) {
            throw new UnsafeStateException(
                    "downgrade",
                    file,
                    "the machine has hardware version " + present + ", which cannot be lowered to " + wanted,
                    "make a new machine of that version and give it the disks");
        }
        if (vmx.checkpoint().isPresent()) {
            throw new UnsafeStateException(
                    "suspended",
                    file,
                    "the machine is suspended in " + vmx.checkpoint().get()
                            + "; its memory belongs to the old hardware",
                    "resume it and shut it down first");
        }
        if (!vmx.isCleanShutdown()) {
            throw new UnsafeStateException(
                    "running",
                    file,
                    "cleanShutdown is FALSE: the machine runs, or its last run did not end",
                    "start it once and shut it down first");
        }
    }
}
