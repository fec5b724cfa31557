package io.vmdisk.descriptor;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cylinders, heads and sectors as an old guest sees them. They say nothing about the capacity.
 *
 * <p>Immutable.
 *
 * @param cylinders not negative
 * @param heads not negative
 * @param sectors sectors of a track, not negative
 * @since 0.1
 */
public record Geometry(long cylinders, long heads, long sectors) {
    private static final long SECTORS_PER_MIB = 2048;
    private static final long SECTORS_PER_GIB = 1024 * SECTORS_PER_MIB;
    private static final long OLD_IDE_CYLINDERS = 16383;
    private static final int LAST_HARDWARE_WITH_CAP = 6;
    private static final long BIOS_CYLINDERS = 1024;
    private static final long BIOS_SECTORS = 63;

    /**
     * Refuses negative numbers.
     *
     * @param cylinders not negative
     * @param heads not negative
     * @param sectors sectors of a track, not negative
     * @throws IllegalArgumentException if a number is negative
     */
    public Geometry {
        if (cylinders < 0 || heads < 0 || sectors < 0) {
            throw new IllegalArgumentException("geometry " + cylinders + "/" + heads + "/" + sectors);
        }
    }

    /**
     * The geometry that VMware computes for a new disk. It is rounded down, but has at least one cylinder.
     *
     * @param adapter the controller; IDE disks have 16 heads and 63 sectors
     * @param capacitySectors the disk's size in sectors of 512 bytes, not negative
     * @param hardwareVersion the machine's hardware version; up to 6 IDE disks stop at 16383 cylinders
     * @return the geometry
     */
    public static Geometry of(AdapterType adapter, long capacitySectors, int hardwareVersion) {
        if (adapter == AdapterType.IDE) {
            long cylinders = capacitySectors / (16 * 63);
            boolean capped = hardwareVersion <= LAST_HARDWARE_WITH_CAP;
            return new Geometry(atLeastOne(capped ? Math.min(cylinders, OLD_IDE_CYLINDERS) : cylinders), 16, 63);
        }
        if (capacitySectors < SECTORS_PER_GIB) {
            return fitting(capacitySectors, 64, 32);
        }
        if (capacitySectors < 2 * SECTORS_PER_GIB) {
            return fitting(capacitySectors, 128, 32);
        }
        return fitting(capacitySectors, 255, 63);
    }

    /**
     * The geometry that three entries of a disk database give, if all are numbers.
     *
     * @param keys of cylinders, heads and sectors, without {@code ddb.}
     */
    static Optional<Geometry> in(Map<String, String> ddb, List<String> keys) {
        List<Optional<Long>> numbers = keys.stream()
                .map(key -> Optional.ofNullable(ddb.get(key)).flatMap(LineParser::number))
                .toList();
        return numbers.stream().allMatch(Optional::isPresent)
                ? Optional.of(new Geometry(
                        numbers.get(0).orElseThrow(),
                        numbers.get(1).orElseThrow(),
                        numbers.get(2).orElseThrow()))
                : Optional.empty();
    }

    /**
     * The geometry that a BIOS can address: 63 sectors, at most 1024 cylinders, and from 16 to 255 as few heads as
     * cover the disk.
     *
     * @param capacitySectors the disk's size in sectors of 512 bytes, not negative
     * @return the geometry; it covers only a part of a large disk
     */
    public static Geometry bios(long capacitySectors) {
        long heads = 16;
        while (heads < 255 && capacitySectors > heads * BIOS_SECTORS * BIOS_CYLINDERS) {
            heads = Math.min(heads * 2, 255);
        }
        long cylinders = atLeastOne(capacitySectors / (heads * BIOS_SECTORS));
        return new Geometry(Math.min(cylinders, BIOS_CYLINDERS), heads, BIOS_SECTORS);
    }

    /**
     * The same heads and sectors for another size, so that a guest that boots by them still does.
     *
     * @param capacitySectors the disk's size in sectors of 512 bytes, not negative
     * @return the geometry, rounded down, with at least one cylinder
     * @throws IllegalArgumentException if this geometry is not {@linkplain #isUsable() usable}
     */
    public Geometry resized(long capacitySectors) {
        if (!isUsable()) {
            throw new IllegalArgumentException("nothing to keep of " + this);
        }
        return fitting(capacitySectors, heads, sectors);
    }

    /** {@return whether no part is zero and none is larger than an address can hold: 255 heads, 63 sectors} */
    public boolean isUsable() {
        return cylinders > 0 && heads > 0 && heads <= 255 && sectors > 0 && sectors <= 63;
    }

    private static Geometry fitting(long capacitySectors, long heads, long sectors) {
        return new Geometry(atLeastOne(capacitySectors / (heads * sectors)), heads, sectors);
    }

    private static long atLeastOne(long cylinders) {
        return Math.max(1, cylinders);
    }
}
