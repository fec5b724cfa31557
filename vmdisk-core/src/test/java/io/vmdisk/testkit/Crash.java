package io.vmdisk.testkit;

/**
 * One state that a crash can leave: at which call, and what of the calls that were not yet durable survived.
 *
 * <p>{@link #toString} names it, as in {@code write#12 disk.vmdk@65536+512, none}, and stays the same from run to run:
 * fit for the name of a dynamic test.
 */
public final class Crash {
    private final CrashReplay replay;
    private final int at;
    private final Survival survival;

    Crash(CrashReplay replay, int at, Survival survival) {
        this.replay = replay;
        this.at = at;
        this.survival = survival;
    }

    /** Which of the calls that were not durable took effect; a write may take effect in some of its sectors. */
    interface Survival {
        /** Its name. */
        @Override
        String toString();

        /** Decides for one such call; asked once for each, in order. */
        Fate of(int call, int sectors);
    }

    /** What became of a call: bit i of {@code sectors} for the i-th sector of a write. */
    record Fate(java.util.BitSet sectors, boolean fullLength) {
        boolean lost() {
            return sectors.isEmpty() && !fullLength;
        }
    }

    /** The number of the call that was under way; the log's length if all had returned. */
    public int at() {
        return at;
    }

    /** What the next start finds; each call gives a fresh volume. */
    public MemoryVolume volume() {
        Tally.CRASH_STATES.count();
        return replay.volume(at, survival);
    }

    /** Which calls before the crash were lost or torn, one a line: for failure messages. */
    public String losses() {
        return replay.losses(at, survival);
    }

    @Override
    public String toString() {
        return replay.name(at) + ", " + survival;
    }
}
