package io.vmdisk.descriptor.files;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * The parts of a disk file's name, read by VMware's rules: {@code web-000003-delta.vmdk} is the delta of snapshot 3 of
 * {@code web}. Only a guess: a machine may well be called {@code web-flat}.
 *
 * @param base the stem of the base disk: {@code web}
 * @param snapshot the snapshot's number, 0 for the base
 * @param role what the file is for
 * @param part which one of several, from 1; 0 if there is only one
 * @since 0.1
 */
public record DiskFileName(String base, int snapshot, Role role, int part) {
    /** What a file of a disk is for. */
    public enum Role {
        /** The descriptor, or the whole of a monolithic disk. */
        DESCRIPTOR(""),
        /** Plain data. */
        FLAT("flat"),
        /** One of several files of plain data. */
        FLAT_PART("f"),
        /** One of several hosted sparse files. */
        SPARSE_PART("s"),
        /** A COWD delta. */
        DELTA("delta"),
        /** A space-efficient sparse delta. */
        SE_SPARSE("sesparse"),
        /** Change tracking, no data. */
        CHANGE_TRACKING("ctk"),
        /** A raw device mapping in virtual mode. */
        RAW_DEVICE_MAP("rdm"),
        /** A raw device mapping in physical mode. */
        PASSTHROUGH_RAW_DEVICE_MAP("rdmp"),
        /** A partition table beside a raw disk of VirtualBox. */
        PARTITION_TABLE("pt");

        private final String word;

        Role(String word) {
            this.word = word;
        }
    }

    private static final int SNAPSHOT_DIGITS = 6;
    private static final int LEAST_PART_DIGITS = 3;
    private static final int MOST_PART_DIGITS = 6;

    /** Reads a name with or without {@code .vmdk}; every name is at least a descriptor's. */
    public static DiskFileName parse(String fileName) {
        String stem = DiskNames.stem(fileName);
        int dash = stem.lastIndexOf('-');
        String tail = stem.substring(dash + 1).toLowerCase(Locale.ROOT);
        if (dash > 0) {
            for (Role role : Role.values()) {
                boolean whole = !isPart(role) && role != Role.DESCRIPTOR && tail.equals(role.word);
                OptionalInt part = isPart(role) ? partNumber(role, tail) : OptionalInt.empty();
                if (whole || part.isPresent()) {
                    return withSnapshot(stem.substring(0, dash), role, part.orElse(0));
                }
            }
        }
        return withSnapshot(stem, Role.DESCRIPTOR, 0);
    }

    /** The stem of the descriptor that the file belongs to: {@code web-000003}. */
    public String stem() {
        return snapshot == 0 ? base : DiskNames.snapshotStem(base, snapshot);
    }

    /** The name of the descriptor that the file belongs to: {@code web-000003.vmdk}. */
    public String descriptor() {
        return DiskNames.descriptor(stem());
    }

    private static DiskFileName withSnapshot(String stem, Role role, int part) {
        int dash = stem.length() - SNAPSHOT_DIGITS - 1;
        if (dash > 0 && stem.charAt(dash) == '-') {
            OptionalInt number = digits(stem.substring(dash + 1));
            if (number.isPresent() && number.getAsInt() > 0) {
                return new DiskFileName(stem.substring(0, dash), number.getAsInt(), role, part);
            }
        }
        return new DiskFileName(stem, 0, role, part);
    }

    private static boolean isPart(Role role) {
        return role == Role.FLAT_PART || role == Role.SPARSE_PART;
    }

    private static OptionalInt partNumber(Role role, String tail) {
        int length = tail.length() - 1;
        if (!tail.startsWith(role.word) || length < LEAST_PART_DIGITS || length > MOST_PART_DIGITS) {
            return OptionalInt.empty();
        }
        OptionalInt number = digits(tail.substring(1));
        return number.isPresent() && number.getAsInt() > 0 ? number : OptionalInt.empty();
    }

    private static OptionalInt digits(String text) {
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalInt.empty();
            }
            value = value * 10 + digit;
        }
        return OptionalInt.of(value);
    }
}
