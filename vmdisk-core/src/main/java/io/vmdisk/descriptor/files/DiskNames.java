package io.vmdisk.descriptor.files;

import com.google.common.base.Strings;
import io.vmdisk.descriptor.CreateType;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that VMware gives to the files of a disk. All from a stem: {@code web} for {@code web.vmdk}, and
 * {@code web-000001} for its first snapshot.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class DiskNames {
    private static final Pattern REDO_LOG = Pattern.compile("(?i)(.+)\\.redo(?:_[0-9a-z]{6})?");

    /** What every file of a disk ends in. */
    public static final String SUFFIX = ".vmdk";

    private static final int LAST_SNAPSHOT = 999_999;

    private DiskNames() {}

    /** The stem of a descriptor's name: without {@code .vmdk}, in any case; a name with another ending is its own. */
    public static String stem(String descriptorName) {
        boolean usual =
                descriptorName.toLowerCase(Locale.ROOT).endsWith(SUFFIX) && descriptorName.length() > SUFFIX.length();
        return usual ? descriptorName.substring(0, descriptorName.length() - SUFFIX.length()) : descriptorName;
    }

    /** {@code web.vmdk}. */
    public static String descriptor(String stem) {
        return stem + SUFFIX;
    }

    /** {@code web-flat.vmdk}. */
    public static String flat(String stem) {
        return stem + "-flat" + SUFFIX;
    }

    /** {@code web-f001.vmdk}; {@code part} counts from 1. */
    public static String flatPart(String stem, int part) {
        return numbered(stem, "-f", part, 3);
    }

    /** {@code web-s001.vmdk}; {@code part} counts from 1. */
    public static String sparsePart(String stem, int part) {
        return numbered(stem, "-s", part, 3);
    }

    /** {@code web-000001-delta.vmdk} for a snapshot's stem. */
    public static String delta(String stem) {
        return stem + "-delta" + SUFFIX;
    }

    /** {@code web-000001-sesparse.vmdk} for a snapshot's stem. */
    public static String seSparse(String stem) {
        return stem + "-sesparse" + SUFFIX;
    }

    /** {@code web-ctk.vmdk}. */
    public static String changeTracking(String stem) {
        return stem + "-ctk" + SUFFIX;
    }

    /** {@code web-rdm.vmdk}, a mapping in virtual mode. */
    public static String rawDeviceMap(String stem) {
        return stem + "-rdm" + SUFFIX;
    }

    /** {@code web-rdmp.vmdk}, a mapping in physical mode. */
    public static String passthroughRawDeviceMap(String stem) {
        return stem + "-rdmp" + SUFFIX;
    }

    /** The stem of a snapshot: {@code web-000001}; {@code number} counts from 1. */
    public static String snapshotStem(String baseStem, int number) {
        if (number > LAST_SNAPSHOT) {
            throw new IllegalArgumentException("snapshot number " + number);
        }
        String name = numbered(baseStem, "-", number, 6);
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /**
     * The stem of the next snapshot: the smallest number for which no descriptor's name is taken.
     *
     * @param taken asked with names such as {@code web-000001.vmdk}
     */
    public static String nextSnapshotStem(String baseStem, Predicate<String> taken) {
        for (int number = 1; number <= LAST_SNAPSHOT; number++) {
            String stem = snapshotStem(baseStem, number);
            if (!taken.test(descriptor(stem))) {
                return stem;
            }
        }
        throw new IllegalStateException("all snapshot names of " + baseStem + " are taken");
    }

    /** The name of a disk's only data file, or of its first part, for disks whose descriptor lies beside. */
    public static String data(String stem, CreateType type) {
        return switch (type) {
            case MONOLITHIC_SPARSE, STREAM_OPTIMIZED -> descriptor(stem);
            case TWO_GB_SPARSE -> sparsePart(stem, 1);
            case TWO_GB_FLAT -> flatPart(stem, 1);
            case VMFS_SPARSE -> delta(stem);
            case SE_SPARSE -> seSparse(stem);
            case RAW_DEVICE_MAP -> rawDeviceMap(stem);
            case PASSTHROUGH_RAW_DEVICE_MAP -> passthroughRawDeviceMap(stem);
            default -> flat(stem);
        };
    }

    private static String numbered(String stem, String mark, int number, int digits) {
        if (number < 1) {
            throw new IllegalArgumentException("numbers of files count from 1, not " + number);
        }
        return stem + mark + Strings.padStart(Integer.toString(number), digits, '0') + SUFFIX;
    }

    /**
     * Whether the name is one that hosts give to what a run writes: {@code DISK.vmdk.REDO_} and six letters or digits, of ESX
     * 2 {@code DISK.vmdk.REDO}.
     */
    public static boolean isRedoLog(String name) {
        return REDO_LOG.matcher(name).matches();
    }

    /** The name of the disk that a redo log lies on, if the name is that of one; hosts give it the disk's with a suffix. */
    public static Optional<String> redoLogOf(String name) {
        Matcher log = REDO_LOG.matcher(name);
        return log.matches() ? Optional.of(descriptor(stem(log.group(1)))) : Optional.empty();
    }
}
