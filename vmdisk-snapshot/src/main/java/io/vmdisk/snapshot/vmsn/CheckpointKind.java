package io.vmdisk.snapshot.vmsn;

import java.util.Arrays;
import java.util.Optional;

/** What the first four bytes say of a checkpoint. */
public enum CheckpointKind {
    /** A complete checkpoint: a snapshot, or a suspended machine that can be resumed. */
    COMPLETE(0xbed2bed2, LengthWidth.WIDE, false),
    /** Normal on newer products, where the memory lies in a file of its own; also seen while memory is still written. */
    PARTIAL(0xbed3bed3, LengthWidth.WIDE, false),
    /** A suspended machine that has been resumed: its disks have moved on, so it must never be resumed again. */
    RESTORED(0xbad1bad1, LengthWidth.WIDE, true),
    /** Marked as not to be resumed. */
    NOT_RESTORABLE(0xbad2bad2, LengthWidth.WIDE, true),
    /** Another mark of a resumed machine, known from one reader only. */
    RESTORED_VARIANT(0xbed1bed1, LengthWidth.WIDE, true),
    /** The oldest form, with 32-bit block lengths; read with care, never written. */
    OLD(0xbed0bed0, LengthWidth.NARROW, false),
    /** A variant of {@link #OLD} that some readers list. */
    OLD_VARIANT(0xbed2bed0, LengthWidth.NARROW, false);

    /** How block lengths are stored. */
    enum LengthWidth {
        NARROW(Integer.BYTES),
        WIDE(Long.BYTES);

        final int bytes;

        LengthWidth(int bytes) {
            this.bytes = bytes;
        }
    }

    private final int magic;
    private final LengthWidth lengths;
    private final boolean consumed;

    CheckpointKind(int magic, LengthWidth lengths, boolean consumed) {
        this.magic = magic;
        this.lengths = lengths;
        this.consumed = consumed;
    }

    /** The kind with this magic, as read little-endian. */
    public static Optional<CheckpointKind> of(int magic) {
        return Arrays.stream(values()).filter(kind -> kind.magic == magic).findFirst();
    }

    /** The first four bytes, read little-endian. */
    public int magic() {
        return magic;
    }

    /** Whether it has been resumed or may not be; resuming it over disks that moved on destroys file systems. */
    public boolean consumed() {
        return consumed;
    }

    /** Whether block lengths have 64 bits, as in every current file. */
    public boolean hasWideLengths() {
        return lengths == LengthWidth.WIDE;
    }

    int lengthBytes() {
        return lengths.bytes;
    }
}
