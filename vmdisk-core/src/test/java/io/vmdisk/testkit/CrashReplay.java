package io.vmdisk.testkit;

import io.vmdisk.testkit.Crash.Fate;
import io.vmdisk.testkit.Crash.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Work that was recorded once, and every state in which a crash could leave its files.
 *
 * <p>A crash at call k keeps what was durable by then: changes of a file that its force followed, changes of names that
 * {@code forceNames} of each folder concerned followed. Of the rest, call k included, any subset may survive: a write
 * whole, not at all or in some of its 512-byte sectors, with or without the length it would have given the file; a
 * change of size or name done or not. That is stricter than journalling file systems are, on purpose: what survives here
 * survives on any of them. The same work, seed and point always give the same state.
 */
public final class CrashReplay {
    static final int SECTOR = 512;
    /** Up to so many calls at stake, each is also tried alone. */
    private static final int ALONE = 8;

    private final MemoryVolume before;
    private final MemoryVolume after;
    private final List<Call> log;
    private final List<String> labels;
    /** For each call the index of the call that made it durable; the log's length or more if none did. */
    private final int[] durableBy;

    /** Everything before {@code replayedTo} applied: crashes are mostly asked for in order, and start from here. */
    private ReplayedFiles replayed;

    private int replayedTo;

    /** What is to be crashed. */
    @FunctionalInterface
    public interface Work {
        /** Does it, through {@code volume} only. */
        void on(RecordingVolume volume) throws IOException;
    }

    private CrashReplay(MemoryVolume before, MemoryVolume after, RecordingVolume recording) {
        this.before = before;
        this.after = after;
        log = recording.log();
        labels = recording.labels();
        durableBy = new int[log.size()];
        for (int call = 0; call < durableBy.length; call++) {
            durableBy[call] = durableBy(call);
        }
        replayed = new ReplayedFiles(before);
    }

    /** Runs the work on a copy of {@code before} and keeps what it did; {@code before} itself stays as it is. */
    public static CrashReplay record(MemoryVolume before, Work work) throws IOException {
        MemoryVolume after = before.copy();
        RecordingVolume recording = new RecordingVolume(after);
        work.on(recording);
        return new CrashReplay(before.copy(), after, recording);
    }

    /** What was there before the work; treat it as read-only. */
    public MemoryVolume before() {
        return before;
    }

    /** What the work leaves when nothing crashes; treat it as read-only. */
    public MemoryVolume after() {
        return after;
    }

    /** What the work did. */
    public List<Call> log() {
        return log;
    }

    /**
     * The states to try, in the order of the log: at each call that changes something, and after the last one, with none
     * of what is at stake, all of it, all but a torn last write, each alone (when few), and seeded subsets.
     *
     * @param subsets how many seeded subsets at each point
     */
    public Stream<Crash> crashes(int subsets, long seed) {
        return crashes(subsets, seed, call -> true);
    }

    /** As {@link #crashes(int, long)}, only at the calls (numbers in {@link #log}) that {@code points} accepts. */
    public Stream<Crash> crashes(int subsets, long seed, IntPredicate points) {
        return IntStream.rangeClosed(0, log.size())
                .filter(at -> at == log.size()
                        || log.get(at) instanceof Call.Change
                        || log.get(at) instanceof Call.NameChange)
                .filter(points)
                .boxed()
                .flatMap(at -> survivals(at, subsets, seed).map(survival -> new Crash(this, at, survival)));
    }

    /**
     * As {@link #crashes(int, long)}, but each different state once: what a crash leaves changes little from call to call.
     * So every call of work of some hundred can be tried.
     */
    public Stream<Crash> states(int subsets, long seed) {
        Set<Long> seen = new HashSet<>();
        return crashes(subsets, seed).filter(crash -> seen.add(crash.volume().fingerprint()));
    }

    private Stream<Survival> survivals(int at, int subsets, long seed) {
        List<Integer> atStake = atStake(at);
        Stream.Builder<Survival> all = Stream.builder();
        all.add(new Only("none", call -> false));
        if (atStake.isEmpty()) {
            return all.build();
        }
        all.add(new Only("all", call -> true));
        if (at < log.size() && sectors(log.get(at)) > 1) {
            all.add(new Torn(at, seed));
        }
        if (atStake.size() > 1 && atStake.size() <= ALONE) {
            atStake.forEach(alone -> all.add(new Only("only " + name(alone), call -> call == alone)));
        }
        boolean tearable = atStake.stream().anyMatch(call -> sectors(log.get(call)) > 1);
        if (tearable || atStake.size() > 1) {
            for (int subset = 0; subset < subsets; subset++) {
                all.add(new Seeded(subset, seed, at));
            }
        }
        return all.build();
    }

    /** The calls before and including {@code at} that are not durable when that call is under way. */
    private List<Integer> atStake(int at) {
        List<Integer> calls = new ArrayList<>();
        for (int call = 0; call <= Math.min(at, log.size() - 1); call++) {
            if (durableBy[call] >= at && changesSomething(log.get(call))) {
                calls.add(call);
            }
        }
        return calls;
    }

    private static boolean changesSomething(Call call) {
        return call instanceof Call.Change || call instanceof Call.NameChange;
    }

    private int durableBy(int call) {
        Call what = log.get(call);
        if (what instanceof Call.Change change) {
            return firstAfter(
                    call,
                    later -> later instanceof Call.Force force && force.file().equals(change.file()));
        } else if (what instanceof Call.Rename rename) {
            return Math.max(namesForced(call, rename.from()), namesForced(call, rename.to()));
        } else if (what instanceof Call.Create create) {
            return namesForced(call, create.path());
        } else if (what instanceof Call.CreateFolder create) {
            return namesForced(call, create.path());
        } else if (what instanceof Call.Delete delete) {
            return namesForced(call, delete.path());
        }
        return call;
    }

    private int namesForced(int call, Path path) {
        Path folder = ReplayedFiles.name(path).getParent();
        return firstAfter(
                call,
                later -> later instanceof Call.ForceNames names
                        && ReplayedFiles.name(names.folder()).equals(folder));
    }

    private int firstAfter(int call, java.util.function.Predicate<Call> wanted) {
        for (int later = call + 1; later < log.size(); later++) {
            if (wanted.test(log.get(later))) {
                return later;
            }
        }
        return Integer.MAX_VALUE;
    }

    /** How many sectors a write touches; 1 for anything else that changes something. */
    private static int sectors(Call call) {
        if (call instanceof Call.Write write && write.bytes().length > 0) {
            long first = write.at() / SECTOR;
            long last = (write.at() + write.bytes().length - 1) / SECTOR;
            return (int) (last - first + 1);
        }
        return 1;
    }

    synchronized MemoryVolume volume(int at, Survival survival) {
        List<Integer> atStake = atStake(at);
        int firstAtStake = atStake.isEmpty() ? Math.min(at, log.size()) : atStake.get(0);
        if (replayedTo > firstAtStake) {
            replayed = new ReplayedFiles(before);
            replayedTo = 0;
        }
        for (; replayedTo < firstAtStake; replayedTo++) {
            replayed.apply(log.get(replayedTo), whole(log.get(replayedTo)));
        }
        ReplayedFiles files = replayed.copy();
        for (int call = replayedTo; call <= Math.min(at, log.size() - 1); call++) {
            Call what = log.get(call);
            Fate fate = atStake.contains(call) ? survival.of(call, sectors(what)) : whole(what);
            files.apply(what, fate);
        }
        return files.toVolume();
    }

    synchronized String losses(int at, Survival survival) {
        StringBuilder text = new StringBuilder();
        for (int call : atStake(at)) {
            int sectors = sectors(log.get(call));
            Fate fate = survival.of(call, sectors);
            if (fate.lost()) {
                text.append("lost ").append(name(call)).append('\n');
            } else if (fate.sectors().cardinality() < sectors) {
                text.append("torn ")
                        .append(name(call))
                        .append(", kept sectors ")
                        .append(fate.sectors());
                text.append('\n');
            }
        }
        return text.toString();
    }

    String name(int at) {
        if (at == log.size()) {
            return "end#" + at;
        }
        String call = log.get(at).toString();
        int space = call.indexOf(' ');
        String label = labels.get(at).isEmpty() ? "" : labels.get(at) + ".";
        return label + call.substring(0, space) + "#" + at + call.substring(space);
    }

    private static Fate whole(Call call) {
        return fate(sectors(call), true);
    }

    private static Fate fate(int sectors, boolean kept) {
        BitSet bits = new BitSet();
        bits.set(0, kept ? sectors : 0);
        return new Fate(bits, kept);
    }

    private record Only(String name, IntPredicate kept) implements Survival {
        @Override
        public Fate of(int call, int sectors) {
            return fate(sectors, kept.test(call));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Everything is there, but the write that was under way came only in part. */
    private record Torn(int at, long seed) implements Survival {
        @Override
        public Fate of(int call, int sectors) {
            return call == at ? tear(new SplittableRandom(seed + at), sectors) : fate(sectors, true);
        }

        @Override
        public String toString() {
            return "torn";
        }
    }

    /** Each call by the toss of a seeded coin, every third write torn. */
    private record Seeded(int number, long seed, int at) implements Survival {
        @Override
        public Fate of(int call, int sectors) {
            SplittableRandom random = new SplittableRandom(((seed * 31 + number) * 1_000_003 + at) * 1_000_003 + call);
            // The first outputs of neighbouring seeds resemble each other.
            random.nextLong();
            if (sectors > 1 && random.nextInt(3) == 0) {
                return tear(random, sectors);
            }
            return fate(sectors, random.nextBoolean());
        }

        @Override
        public String toString() {
            return "subset " + number + " of seed " + seed;
        }
    }

    private static Fate tear(SplittableRandom random, int sectors) {
        BitSet kept = new BitSet();
        for (int sector = 0; sector < sectors; sector++) {
            kept.set(sector, random.nextBoolean());
        }
        return new Fate(kept, random.nextBoolean());
    }

    /** The part of a write that one sector holds. */
    static ByteBuffer sectorOf(Call.Write write, int sector) {
        long first = write.at() / SECTOR * SECTOR + (long) sector * SECTOR;
        long start = Math.max(first, write.at());
        long end = Math.min(first + SECTOR, write.at() + write.bytes().length);
        return ByteBuffer.wrap(write.bytes(), (int) (start - write.at()), (int) (end - start));
    }
}
