package io.vmdisk.snapshot.vmsd;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.LimitExceededException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.dictionary.DictionaryProblem;
import io.vmdisk.snapshot.vmsd.SnapshotKeys.BlockKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list from its document in one pass over the keys that are there; no counter is ever looped to. For one thread.
 */
final class SnapshotListReader {
    private static final int MAX_SNAPSHOTS = 10_000;
    private static final int MAX_FINDINGS = 1000;

    private final Dictionary document;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, String> global = new LinkedHashMap<>();
    private final Map<Integer, Map<String, String>> blocks = new TreeMap<>();

    SnapshotListReader(Dictionary document) {
        this.document = document;
    }

    SnapshotList read() throws LimitExceededException {
        reportLines();
        sortKeys();
        Map<Long, Snapshot> byUid = readBlocks();
        List<Snapshot> snapshots = new SnapshotLinks(byUid, this::report).check();
        snapshots.sort(Comparator.comparingLong(Snapshot::uid));
        long lastUid = counter(SnapshotKeys.LAST_UID);
        long current = counter(SnapshotKeys.CURRENT);
        checkGlobals(byUid, lastUid, current);
        return new SnapshotList(
                snapshots,
                lastUid,
                byUid.containsKey(current) ? current : 0,
                document.flag(SnapshotKeys.NEED_CONSOLIDATE).orElse(false),
                readRecent(),
                numbered(global, SnapshotKeys.CLONE_OF, SnapshotKeys.CLONE_OF_COUNT),
                numbered(global, SnapshotKeys.SENTINEL, SnapshotKeys.SENTINEL_COUNT),
                findings);
    }

    private void reportLines() {
        for (DictionaryProblem problem : document.problems()) {
            report("vmsd.text", Severity.WARNING, problem.toString(), "");
        }
    }

    private void sortKeys() throws LimitExceededException {
        for (Map.Entry<String, String> entry : document.toMap().entrySet()) {
            String key = SnapshotKeys.fold(entry.getKey());
            BlockKey inBlock = SnapshotKeys.blockKey(key);
            if (inBlock == null) {
                global.put(key, entry.getValue());
                continue;
            }
            var index = SnapshotKeys.number(inBlock.number());
            if (index.isEmpty()) {
                report(
                        "vmsd.block-number",
                        Severity.ERROR,
                        "the key '" + entry.getKey() + "' has no block number that VMware writes",
                        "");
                continue;
            }
            blocks.computeIfAbsent(index.getAsInt(), i -> new LinkedHashMap<>()).put(inBlock.rest(), entry.getValue());
            if (blocks.size() > MAX_SNAPSHOTS) {
                throw new LimitExceededException(
                        "snapshots",
                        document.source().orElse(null),
                        "the list has more than " + MAX_SNAPSHOTS + " snapshots");
            }
        }
    }

    private Map<Long, Snapshot> readBlocks() {
        Map<Long, Snapshot> byUid = new LinkedHashMap<>();
        int expected = 0;
        for (var block : blocks.entrySet()) {
            int index = block.getKey();
            if (index != expected++) {
                expected = index + 1;
                report("vmsd.index-gap", Severity.WARNING, "there is no block before snapshot" + index, "");
            }
            Snapshot snapshot = new BlockReader(index, block.getValue(), this::report).read();
            if (snapshot == null) {
                continue;
            }
            Snapshot first = byUid.putIfAbsent(snapshot.uid(), snapshot);
            if (first != null) {
                report(
                        "vmsd.duplicate-uid",
                        Severity.ERROR,
                        "snapshot" + first.index() + " and snapshot" + index + " both have the uid " + snapshot.uid(),
                        "");
            }
        }
        return byUid;
    }

    private void checkGlobals(Map<Long, Snapshot> byUid, long lastUid, long current) {
        compareCount(
                SnapshotKeys.COUNT, global.get(SnapshotKeys.fold(SnapshotKeys.COUNT)), blocks.size(), this::report);
        if (current != 0 && !byUid.containsKey(current)) {
            report(
                    "vmsd.current-missing",
                    Severity.ERROR,
                    "the current snapshot should have the uid " + current + ", no snapshot has",
                    "");
        }
        long highest = byUid.keySet().stream().mapToLong(uid -> uid).max().orElse(0);
        if (highest > lastUid) {
            report(
                    "vmsd.last-uid",
                    Severity.WARNING,
                    SnapshotKeys.LAST_UID + " is " + lastUid + ", but a snapshot has the uid " + highest,
                    "");
        }
    }

    private long counter(String key) {
        String text = global.get(SnapshotKeys.fold(key));
        if (text == null) {
            return 0;
        }
        OptionalLong value = document.number(key);
        if (value.isEmpty() || value.getAsLong() < 0 || value.getAsLong() > Integer.MAX_VALUE) {
            report("vmsd.number", Severity.ERROR, key + " is '" + shown(text) + "', not a uid", "");
            return 0;
        }
        return value.getAsLong();
    }

    private List<Long> readRecent() {
        List<Long> uids = new ArrayList<>();
        for (String text : SnapshotKeys.numbered(global, SnapshotKeys.RECENT, SnapshotKeys.RECENT_UID)
                .values()) {
            BlockReader.uid(text).ifPresent(uids::add);
        }
        return uids;
    }

    private List<String> numbered(Map<String, String> keys, String prefix, String count) {
        Map<Integer, String> values = SnapshotKeys.numbered(keys, prefix, "");
        compareCount(count, keys.get(SnapshotKeys.fold(count)), values.size(), this::report);
        return List.copyOf(values.values());
    }

    /** Receives what is wrong. */
    @FunctionalInterface
    interface Reporter {
        void report(String id, Severity severity, String message, String remedy);
    }

    /** Compares a counter with what was found; one that is missing where nothing is needs none. */
    static void compareCount(String key, @Nullable String text, int found, Reporter reporter) {
        if (text == null ? found > 0 : !text.equals(Integer.toString(found))) {
            reporter.report(
                    "vmsd.count",
                    Severity.WARNING,
                    key + (text == null ? " is missing" : " is '" + shown(text) + "'") + ", there are " + found,
                    "");
        }
    }

    static String shown(String text) {
        String start = text.length() <= 60 ? text : text.substring(0, 60) + "...";
        return start.codePoints()
                .map(c -> Character.isISOControl(c) ? '.' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void report(String id, Severity severity, String message, String remedy) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(id, severity, document.source().orElse(null), -1, message, remedy));
        }
    }
}
