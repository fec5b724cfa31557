package io.vmdisk.rescue;

import io.vmdisk.vm.DiskNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out which checkpoint belongs to which point.
 *
 * <p>Uids rise from a snapshot to those built on it, whatever was deleted between; the names inside a checkpoint may be
 * out of date. So where chains leave only one order that counts, then names that are right for one point only and fit the
 * order, then whatever the order leaves no choice for. For one thread.
 */
final class PointMatcher {
    private final List<SnapshotPoint> points;
    private final List<Evidence> evidence;
    private final Map<SnapshotPoint, Long> uids;
    private final Set<SnapshotPoint> forks;
    private final Map<SnapshotPoint, Evidence> matched = new HashMap<>();

    /**
     * A matcher.
     *
     * @param points those that need a checkpoint and those that don't
     * @param evidence the checkpoints that are not accounted for
     * @param uids of the points that don't
     * @param forks the points on which several states stand: they stay when their snapshot is deleted, so they may have none
     */
    PointMatcher(
            List<SnapshotPoint> points,
            List<Evidence> evidence,
            Map<SnapshotPoint, Long> uids,
            Set<SnapshotPoint> forks) {
        this.forks = forks;
        this.points = points;
        this.evidence = new ArrayList<>(evidence);
        this.uids = new HashMap<>(uids);
    }

    /** The checkpoint of each point that has one. */
    Map<SnapshotPoint, Evidence> match() {
        if (!matchLine()) {
            matchNames();
            while (matchForced()) {
                // Each match may leave others without a choice.
            }
            matchLine();
        }
        return matched;
    }

    /** The points that a checkpoint may belong to; forks only if there are more checkpoints than other points. */
    private List<SnapshotPoint> open() {
        List<SnapshotPoint> open = points.stream()
                .filter(point -> !uids.containsKey(point))
                .sorted(SnapshotPoint.parentsFirst())
                .toList();
        List<SnapshotPoint> sure =
                open.stream().filter(point -> !forks.contains(point)).toList();
        return evidence.size() <= sure.size() ? sure : open;
    }

    /** As many points in one line as there are checkpoints: only one order is possible. */
    private boolean matchLine() {
        List<SnapshotPoint> open = open();
        if (open.isEmpty() || open.size() != evidence.size()) {
            return false;
        }
        for (int i = 1; i < open.size(); i++) {
            if (!open.get(i).ancestors().contains(open.get(i - 1))) {
                return false;
            }
        }
        Map<SnapshotPoint, Evidence> tried = new HashMap<>();
        Map<SnapshotPoint, Long> all = new HashMap<>(uids);
        for (int i = 0; i < open.size(); i++) {
            tried.put(open.get(i), evidence.get(i));
            all.put(open.get(i), evidence.get(i).uid());
        }
        if (!rises(all)) {
            return false;
        }
        tried.forEach(this::settle);
        return true;
    }

    private boolean rises(Map<SnapshotPoint, Long> all) {
        return all.entrySet().stream()
                .allMatch(entry -> entry.getKey().ancestors().stream()
                        .allMatch(above -> all.getOrDefault(above, 0L) < entry.getValue()));
    }

    private void matchNames() {
        List<SnapshotPoint> open = open();
        Map<Evidence, SnapshotPoint> named = new HashMap<>();
        for (Evidence file : evidence) {
            List<SnapshotPoint> fitting =
                    open.stream().filter(point -> names(file, point)).toList();
            if (fitting.size() == 1) {
                named.put(file, fitting.get(0));
            }
        }
        // Two that name one point contradict each other, and so do names against the order of uids: all such are
        // dropped.
        named.entrySet().stream()
                .filter(entry ->
                        named.values().stream().filter(entry.getValue()::equals).count() == 1)
                .filter(entry -> named.entrySet().stream().allMatch(other -> inOrder(entry, other)))
                .filter(entry -> isPossible(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(entry -> entry.getKey().uid()))
                .forEach(entry -> settle(entry.getValue(), entry.getKey()));
    }

    private static boolean names(Evidence file, SnapshotPoint point) {
        List<DiskNode> named = file.disks().entrySet().stream()
                .filter(entry -> point.disks().containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        return !named.isEmpty() && point.disks().values().containsAll(named);
    }

    private static boolean inOrder(Map.Entry<Evidence, SnapshotPoint> one, Map.Entry<Evidence, SnapshotPoint> other) {
        boolean below = one.getValue().ancestors().contains(other.getValue());
        boolean above = other.getValue().ancestors().contains(one.getValue());
        long first = one.getKey().uid();
        long second = other.getKey().uid();
        return !(below && second >= first) && !(above && first >= second);
    }

    /** Whether a checkpoint's uid lies between those above and below a point. */
    private boolean isPossible(Evidence file, SnapshotPoint point) {
        return uids.entrySet().stream().allMatch(entry -> {
            boolean above = point.ancestors().contains(entry.getKey());
            boolean below = entry.getKey().ancestors().contains(point);
            return !(above && entry.getValue() >= file.uid()) && !(below && entry.getValue() <= file.uid());
        });
    }

    private boolean matchForced() {
        for (Evidence file : List.copyOf(evidence)) {
            List<SnapshotPoint> possible =
                    open().stream().filter(point -> isPossible(file, point)).toList();
            if (possible.size() == 1
                    && evidence.stream()
                                    .filter(other -> isPossible(other, possible.get(0)))
                                    .count()
                            == 1) {
                settle(possible.get(0), file);
                return true;
            }
        }
        return false;
    }

    private void settle(SnapshotPoint point, Evidence file) {
        matched.put(point, file);
        uids.put(point, file.uid());
        evidence.remove(file);
    }
}
