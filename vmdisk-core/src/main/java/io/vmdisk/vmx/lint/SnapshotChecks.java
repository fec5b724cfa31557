package io.vmdisk.vmx.lint;

import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxDisk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks of difference disks, the list of snapshots and change tracking. */
final class SnapshotChecks {
    private static final int LONG_CHAIN = 4;
    private static final int LONGEST_CHAIN = 33;
    private static final int OLD_HOURS = 72;
    private static final int FIRST_TRACKING_HARDWARE = 7;

    private SnapshotChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "SNP-02" -> growing(subject);
            case "SNP-03" -> longOrOld(subject);
            case "SNP-04" -> trackedByHalf(subject);
            case "SNP-05" -> untrackable(subject);
            case "SNP-06" -> missingTrackingFile(subject);
            case "SNP-07" -> trackingFromNow(subject);
            case "SNP-08" -> scattered(subject);
            case "SNP-13" -> tooLong(subject);
            case "SNP-15" -> leftOver(subject);
            case "SNP-16" -> missingFiles(subject);
            case "SNP-17" -> shared(subject);
            case "SNP-18" -> mixed(subject);
            case "SNP-19" -> noLevelLeft(subject);
            case "SNP-20" -> noneLeft(subject);
            case "SNP-21" -> independent(subject);
            default -> null;
        };
    }

    private static boolean isDelta(LintSubject subject, VmxDisk disk) {
        return subject.context()
                .disk(disk.file())
                .map(LintContext.DiskFacts::isDelta)
                .orElseGet(() -> disk.file().text().matches("(?i).*-\\d{6}\\.vmdk"));
    }

    private static int depth(LintSubject subject, VmxDisk disk) {
        return subject.context()
                .disk(disk.file())
                .map(LintContext.DiskFacts::depth)
                .orElse(1);
    }

    private static int snapshots(LintSubject subject) {
        return subject.context()
                .snapshots()
                .map(LintContext.SnapshotFacts::count)
                .orElse(0);
    }

    private static List<Hit> growing(LintSubject subject) {
        return subject.disks().stream()
                .filter(disk -> !disk.mode().isIndependent())
                .filter(disk -> isDelta(subject, disk) || snapshots(subject) > 0)
                .map(disk -> Hit.at(disk.node().key("fileName")))
                .toList();
    }

    private static List<Hit> shared(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxController controller : subject.controllers()) {
            if (controller.isShared()) {
                hits.add(Hit.at(controller.name() + ".sharedBus"));
            }
        }
        for (VmxDisk disk : subject.disks()) {
            if (disk.multiWriter() && !disk.mode().isIndependent()) {
                hits.add(Hit.at(disk.node().key("sharing")));
            }
        }
        return hits;
    }

    private static List<Hit> mixed(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            Set<String> links = subject.context()
                    .disk(disk.file())
                    .map(LintContext.DiskFacts::links)
                    .orElse(Set.of());
            if (links.size() > 1) {
                String kinds = links.stream().sorted().collect(Collectors.joining(" and "));
                hits.add(Hit.at(disk.node().key("fileName"), kinds));
            }
        }
        return hits;
    }

    private static List<Hit> noLevelLeft(LintSubject subject) {
        return subject.disks().stream()
                .filter(disk -> !disk.mode().isIndependent() && depth(subject, disk) == LONGEST_CHAIN)
                .map(disk -> Hit.at(disk.node().key("fileName"), (LONGEST_CHAIN - 1) + " levels"))
                .toList();
    }

    private static List<Hit> noneLeft(LintSubject subject) {
        OptionalLong most = subject.keys().number("snapshot.maxSnapshots");
        return most.isPresent() && most.getAsLong() >= 0 && snapshots(subject) >= most.getAsLong()
                ? List.of(Hit.at("snapshot.maxSnapshots", snapshots(subject) + " of " + most.getAsLong()))
                : List.of();
    }

    private static List<Hit> independent(LintSubject subject) {
        return subject.disks().stream()
                .filter(disk -> disk.mode().isIndependent())
                .map(disk -> Hit.at(disk.node().key("mode")))
                .toList();
    }

    private static List<Hit> longOrOld(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            int depth = depth(subject, disk);
            if (depth > LONG_CHAIN && depth <= LONGEST_CHAIN) {
                hits.add(Hit.at(disk.node().key("fileName"), (depth - 1) + " differences on one base"));
            }
        }
        subject.context()
                .snapshots()
                .filter(facts -> facts.oldestHours() > OLD_HOURS)
                .ifPresent(
                        facts -> hits.add(Hit.at("", "the oldest snapshot is " + facts.oldestHours() + " hours old")));
        return hits;
    }

    private static List<Hit> tooLong(LintSubject subject) {
        return subject.disks().stream()
                .filter(disk -> depth(subject, disk) > LONGEST_CHAIN)
                .map(disk -> Hit.at(disk.node().key("fileName"), depth(subject, disk) + " links"))
                .toList();
    }

    private static List<Hit> trackedByHalf(LintSubject subject) {
        List<VmxDisk> disks = subject.disks().stream()
                .filter(disk -> !disk.mode().isIndependent())
                .toList();
        long tracked = disks.stream().filter(VmxDisk::changeTracking).count();
        if (subject.vmx().isChangeTracking()) {
            return disks.stream()
                    .filter(disk -> !disk.changeTracking())
                    .map(disk -> Hit.at(disk.node().key("fileName"), disk.node() + " is not tracked"))
                    .toList();
        }
        return tracked > 0 ? List.of(Hit.at("ctkEnabled", tracked + " disks have it, the machine has not")) : List.of();
    }

    private static List<Hit> untrackable(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        boolean old = subject.vmx().hardwareVersion().orElse(FIRST_TRACKING_HARDWARE) < FIRST_TRACKING_HARDWARE;
        for (VmxDisk disk : subject.disks()) {
            boolean raw = subject.context()
                    .disk(disk.file())
                    .map(facts -> facts.createType().equals("vmfsPassthroughRawDeviceMap"))
                    .orElse(false);
            if (disk.changeTracking()
                    && (old || raw || disk.multiWriter() || disk.mode().isIndependent())) {
                hits.add(Hit.at(disk.node().key("ctkEnabled")));
            }
        }
        return hits;
    }

    private static List<Hit> missingTrackingFile(LintSubject subject) {
        return subject.disks().stream()
                .filter(VmxDisk::changeTracking)
                .filter(disk -> disk.file().isFile() && disk.file().text().endsWith(".vmdk"))
                .filter(disk -> subject.context().presence(trackingFile(disk)) == LintContext.Presence.MISSING)
                .map(disk -> Hit.at(disk.node().key("ctkEnabled"), trackingFile(disk) + " is missing"))
                .toList();
    }

    private static FileReference trackingFile(VmxDisk disk) {
        String name = disk.file().text();
        return FileReference.of(name.substring(0, name.length() - ".vmdk".length()) + "-ctk.vmdk");
    }

    private static List<Hit> trackingFromNow(LintSubject subject) {
        boolean deltas = subject.disks().stream().anyMatch(disk -> isDelta(subject, disk));
        return !subject.vmx().isChangeTracking() && (deltas || snapshots(subject) > 0)
                ? List.of(Hit.at("ctkEnabled", "there are snapshots"))
                : List.of();
    }

    private static List<Hit> scattered(LintSubject subject) {
        Set<String> folders = new HashSet<>();
        List<VmxDisk> deltas =
                subject.disks().stream().filter(disk -> isDelta(subject, disk)).toList();
        for (VmxDisk disk : deltas) {
            String name = disk.file().text();
            folders.add(name.substring(0, name.length() - disk.file().baseName().length()));
        }
        return folders.size() > 1
                ? List.of(Hit.at(deltas.get(0).node().key("fileName"), folders.size() + " folders"))
                : List.of();
    }

    private static List<Hit> leftOver(LintSubject subject) {
        return subject.context()
                        .snapshots()
                        .map(LintContext.SnapshotFacts::needConsolidate)
                        .orElse(false)
                ? List.of(Hit.at("", "snapshot.needConsolidate is TRUE"))
                : List.of();
    }

    private static List<Hit> missingFiles(LintSubject subject) {
        return subject.context().snapshots().map(LintContext.SnapshotFacts::missingFiles).orElse(List.of()).stream()
                .map(file -> Hit.at("", file))
                .toList();
    }
}
