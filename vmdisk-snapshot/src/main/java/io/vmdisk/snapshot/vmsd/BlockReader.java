package io.vmdisk.snapshot.vmsd;

import com.google.common.primitives.Longs;
import io.vmdisk.Finding.Severity;
import io.vmdisk.snapshot.vmsd.SnapshotListReader.Reporter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one block; its keys are folded and without {@code snapshotN.}. */
record BlockReader(int index, Map<String, String> keys, Reporter reporter) {
    /** The snapshot, or null if the block has no usable uid. */
    @Nullable
    Snapshot read() {
        String uidText = keys.get(SnapshotKeys.UID);
        OptionalLong uid = uidText == null ? OptionalLong.empty() : uid(uidText);
        if (uid.isEmpty()) {
            reporter.report(
                    "vmsd.uid",
                    Severity.ERROR,
                    "snapshot" + index + " has "
                            + (uidText == null
                                    ? "no uid"
                                    : "the uid '" + SnapshotListReader.shown(uidText)
                                            + "', a number from 1 to 2147483647 is expected"),
                    "");
            return null;
        }
        Optional<String> checkpoint = text(SnapshotKeys.FILE_NAME).filter(name -> !name.isEmpty());
        checkpoint.ifPresent(this::checkCheckpointName);
        return new Snapshot(
                uid.getAsLong(),
                index,
                parent(uid.getAsLong()),
                text(SnapshotKeys.NAME).orElse(""),
                text(SnapshotKeys.DESCRIPTION).orElse(""),
                created(),
                text(SnapshotKeys.TYPE),
                checkpoint,
                disks(),
                clones());
    }

    /** A uid as VMware writes it. */
    static OptionalLong uid(String text) {
        Long value = Longs.tryParse(text);
        return value != null && value > 0 && value <= Integer.MAX_VALUE && text.charAt(0) != '+'
                ? OptionalLong.of(value)
                : OptionalLong.empty();
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(keys.get(SnapshotKeys.fold(key)));
    }

    private OptionalLong parent(long own) {
        Optional<String> text = text(SnapshotKeys.PARENT).filter(value -> !value.isEmpty() && !value.equals("0"));
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong parent = uid(text.get());
        if (parent.isEmpty()) {
            reporter.report(
                    "vmsd.parent",
                    Severity.ERROR,
                    "the parent of snapshot uid " + own + " is '" + SnapshotListReader.shown(text.get())
                            + "', not a uid",
                    "");
        }
        return parent;
    }

    private Optional<Instant> created() {
        Optional<String> high = text(SnapshotKeys.TIME_HIGH);
        Optional<String> low = text(SnapshotKeys.TIME_LOW);
        if (high.isEmpty() && low.isEmpty()) {
            return Optional.empty();
        }
        Long highValue = Longs.tryParse(high.orElse(""));
        Long lowValue = Longs.tryParse(low.orElse(""));
        Optional<Instant> time =
                highValue == null || lowValue == null ? Optional.empty() : SnapshotTime.read(highValue, lowValue);
        if (time.isEmpty()) {
            reporter.report(
                    "vmsd.time",
                    Severity.WARNING,
                    "the time of snapshot" + index + " is '" + SnapshotListReader.shown(high.orElse("")) + "' and '"
                            + SnapshotListReader.shown(low.orElse("")) + "', not two 32-bit numbers",
                    "");
        }
        return time;
    }

    private void checkCheckpointName(String name) {
        boolean odd = !name.toLowerCase(Locale.ROOT).endsWith(".vmsn")
                || name.contains("..")
                || name.codePoints().anyMatch(Character::isISOControl);
        if (odd) {
            reporter.report(
                    "vmsd.checkpoint-name",
                    Severity.WARNING,
                    "snapshot" + index + " names '" + SnapshotListReader.shown(name)
                            + "' as its checkpoint, a .vmsn is expected",
                    "the file is never touched for this snapshot");
        }
    }

    private List<SnapshotDisk> disks() {
        Map<Integer, String> files = SnapshotKeys.numbered(keys, SnapshotKeys.DISK, SnapshotKeys.DISK_FILE);
        Map<Integer, String> nodes = SnapshotKeys.numbered(keys, SnapshotKeys.DISK, SnapshotKeys.DISK_NODE);
        if (!files.keySet().equals(nodes.keySet())) {
            reporter.report(
                    "vmsd.disk",
                    Severity.ERROR,
                    "snapshot" + index + " has file names for its disks " + first(files) + " and nodes for "
                            + first(nodes),
                    "");
        }
        SnapshotListReader.compareCount(
                SnapshotKeys.block(index) + SnapshotKeys.DISK_COUNT,
                keys.get(SnapshotKeys.fold(SnapshotKeys.DISK_COUNT)),
                files.size(),
                reporter);
        List<SnapshotDisk> disks = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        files.forEach((number, file) -> {
            String node = nodes.get(number);
            if (node != null) {
                disks.add(new SnapshotDisk(node, file));
                if (!seen.add(SnapshotKeys.fold(node))) {
                    reporter.report(
                            "vmsd.disk",
                            Severity.ERROR,
                            "snapshot" + index + " has two disks at " + SnapshotListReader.shown(node),
                            "");
                }
            }
        });
        return disks;
    }

    private static String first(Map<Integer, String> numbers) {
        return numbers.keySet().stream().limit(20).toList().toString();
    }

    private List<String> clones() {
        Map<Integer, String> clones = SnapshotKeys.numbered(keys, SnapshotKeys.CLONE, "");
        SnapshotListReader.compareCount(
                SnapshotKeys.block(index) + SnapshotKeys.CLONE_COUNT,
                keys.get(SnapshotKeys.fold(SnapshotKeys.CLONE_COUNT)),
                clones.size(),
                reporter);
        return List.copyOf(clones.values());
    }
}
