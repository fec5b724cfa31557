package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import io.vmdisk.vmx.Bus;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxMedia;
import io.vmdisk.vmx.hardware.GuestOs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of disks, drives and their adapters. */
final class StorageChecks {
    private static final int CROWD = 15;

    private StorageChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "STO-01" -> missingFiles(subject);
            case "STO-03" -> sameDiskTwice(subject);
            case "STO-04" -> sharedWithoutSharing(subject);
            case "STO-07" -> withoutAdapter(subject);
            case "STO-08" -> wrongKind(subject);
            case "STO-12" -> emulatedAdapter(subject);
            case "STO-13" -> crowdedAdapter(subject);
            case "STO-14" -> ideDisk(subject);
            case "STO-17" -> badSharing(subject);
            case "STO-20" -> absentFromOrder(subject);
            case "STO-21" -> hostedFormat(subject);
            default -> null;
        };
    }

    private static List<Hit> disks(LintSubject subject, Predicate<VmxDisk> wanted) {
        return subject.disks().stream()
                .filter(wanted)
                .map(disk -> Hit.at(disk.node().key("fileName")))
                .toList();
    }

    private static List<Hit> missingFiles(LintSubject subject) {
        return disks(
                subject,
                disk -> disk.file().text().isEmpty()
                        || subject.context().presence(disk.file()) == LintContext.Presence.MISSING);
    }

    private static List<Hit> sameDiskTwice(LintSubject subject) {
        Set<String> seen = new HashSet<>();
        return disks(
                subject, disk -> disk.file().isFile() && !seen.add(disk.file().text()));
    }

    private static List<Hit> sharedWithoutSharing(LintSubject subject) {
        Map<Path, String> owners = new HashMap<>();
        for (VmxFile other : subject.context().others()) {
            other.devices()
                    .disks()
                    .forEach(disk -> path(other, disk).ifPresent(p -> owners.put(p, other.displayName())));
        }
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            String owner = path(subject.vmx(), disk).map(owners::get).orElse(null);
            if (owner != null && !disk.multiWriter() && !isOnSharedBus(subject, disk.node())) {
                hits.add(Hit.at(disk.node().key("fileName"), disk.file() + ", also " + owner));
            }
        }
        return hits;
    }

    private static Optional<Path> path(VmxFile vmx, VmxDisk disk) {
        return vmx.folder().flatMap(folder -> disk.file().resolve(folder));
    }

    static boolean isOnSharedBus(LintSubject subject, DeviceNode node) {
        return subject.sharedBuses().contains(node.controllerName());
    }

    private static List<Hit> withoutAdapter(LintSubject subject) {
        return subject.devices().nodes().stream()
                .filter(node -> node.bus() != Bus.IDE
                        && subject.isOn(node.key("present"))
                        && !subject.isOn(node.controllerKey("present")))
                .map(node -> Hit.at(node.key("present"), node.controllerKey("present") + " is not TRUE"))
                .toList();
    }

    private static List<Hit> wrongKind(LintSubject subject) {
        List<Hit> hits = new ArrayList<>(
                disks(subject, disk -> Ascii.toLowerCase(disk.file().text()).endsWith(".iso")));
        for (VmxMedia drive : subject.media()) {
            if (Ascii.toLowerCase(drive.file().text()).endsWith(".vmdk")) {
                hits.add(Hit.at(drive.key("fileName")));
            }
        }
        return hits;
    }

    private static boolean isModern(LintSubject subject) {
        return subject.guest().map(GuestOs::isModern).orElse(false);
    }

    private static List<Hit> emulatedAdapter(LintSubject subject) {
        return subject.controllers().stream()
                .filter(c -> isModern(subject)
                        && (c.type().equals("lsilogic") || c.type().equals("buslogic")))
                .map(c -> Hit.at(c.name() + ".virtualDev"))
                .toList();
    }

    private static List<Hit> crowdedAdapter(LintSubject subject) {
        Map<String, Integer> disks = new HashMap<>();
        subject.disks().forEach(disk -> disks.merge(disk.node().controllerName(), 1, Integer::sum));
        return subject.controllers().stream()
                .map(VmxController::name)
                .filter(name -> disks.getOrDefault(name, 0) > CROWD)
                .map(name -> Hit.at(name + ".present", disks.get(name) + " disks"))
                .toList();
    }

    private static List<Hit> ideDisk(LintSubject subject) {
        return disks(subject, disk -> disk.node().bus() == Bus.IDE && isModern(subject));
    }

    private static List<Hit> badSharing(LintSubject subject) {
        boolean tracked = subject.vmx().isChangeTracking();
        return disks(
                subject,
                disk -> disk.multiWriter()
                        && (tracked && disk.changeTracking()
                                || disk.mode().isIndependent()
                                || subject.context()
                                        .disk(disk.file())
                                        .map(LintContext.DiskFacts::thin)
                                        .orElse(false)));
    }

    private static List<Hit> absentFromOrder(LintSubject subject) {
        String order = subject.keys().get("bios.hddOrder", "");
        Set<String> present = new HashSet<>();
        subject.disks().forEach(disk -> present.add(disk.node().toString()));
        List<String> absent = Splitter.on(',')
                .trimResults()
                .omitEmptyStrings()
                .splitToStream(order)
                .filter(name -> !present.contains(Ascii.toLowerCase(name)))
                .toList();
        return absent.isEmpty() ? List.of() : List.of(Hit.at("bios.hddOrder", String.join(", ", absent)));
    }

    private static List<Hit> hostedFormat(LintSubject subject) {
        if (subject.target().isEmpty()) {
            return List.of();
        }
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            String type = subject.context()
                    .disk(disk.file())
                    .map(LintContext.DiskFacts::createType)
                    .orElse("");
            if (type.startsWith("monolithic") || type.startsWith("twoGbMaxExtent") || type.equals("streamOptimized")) {
                hits.add(Hit.at(disk.node().key("fileName"), disk.file() + " is " + type));
            }
        }
        return hits;
    }

    static List<Hit> otherAdapter(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            String madeFor = subject.context()
                    .disk(disk.file())
                    .map(LintContext.DiskFacts::adapterType)
                    .orElse("");
            boolean parallel = disk.node().bus() == Bus.IDE || disk.node().bus() == Bus.SCSI;
            boolean forIde = madeFor.equals("ide");
            // Products write whatever they like for SATA and NVMe, whose adapters the descriptor has no word for.
            if (parallel && !madeFor.isEmpty() && forIde != (disk.node().bus() == Bus.IDE)) {
                hits.add(Hit.at(disk.node().key("fileName"), disk.file() + " was made for " + madeFor));
            }
        }
        return hits;
    }
}
