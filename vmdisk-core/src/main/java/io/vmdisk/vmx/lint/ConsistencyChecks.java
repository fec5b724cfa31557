package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.Firmware;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of keys against each other. */
final class ConsistencyChecks {
    private static final int SLOTS_WITHOUT_BRIDGES = 6;
    private static final Pattern NUMBER_KEY = Pattern.compile(
            "(?i)memsize|numvcpus|virtualhw\\.version|config\\.version|cpuid\\.corespersocket|.*\\.pcislotnumber"
                    + "|sched\\.(mem|cpu)\\.min|svga\\.vramsize|sharedfolder\\.maxnum|.*\\.generatedaddressoffset");
    private static final Pattern PLAIN = Pattern.compile("0|-?[1-9][0-9]{0,17}");

    private ConsistencyChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "CON-01" -> needsEfi(subject);
            case "CON-05" -> fewSlots(subject);
            case "CON-06" -> sameSlot(subject);
            case "CON-08" -> sharedFolders(subject);
            case "CON-12" -> shortAffinity(subject);
            case "CON-13" -> StorageChecks.otherAdapter(subject);
            case "CON-14" -> missingVariables(subject);
            case "CON-15" -> otherName(subject);
            case "CON-16" -> oddNumbers(subject);
            default -> null;
        };
    }

    private static List<Hit> needsEfi(LintSubject subject) {
        String guest = Ascii.toLowerCase(subject.vmx().guestOs());
        boolean efiOnly = guest.startsWith("windows11")
                || guest.startsWith("windows12")
                || guest.startsWith("arm-")
                || guest.startsWith("darwin");
        return efiOnly && subject.vmx().firmware() == Firmware.BIOS
                ? List.of(Hit.at("firmware", subject.vmx().guestOs() + " with BIOS"))
                : List.of();
    }

    private static List<Hit> fewSlots(LintSubject subject) {
        int devices = subject.controllers().size()
                + subject.nics().size()
                + subject.devices().passthroughs().size();
        boolean bridges = subject.devices().indexes("pciBridge").stream()
                .anyMatch(index -> subject.isOn("pciBridge" + index + ".present"));
        return devices > SLOTS_WITHOUT_BRIDGES && !bridges
                ? List.of(Hit.at("pciBridge4.present", devices + " devices, no bridge"))
                : List.of();
    }

    private static List<Hit> sameSlot(LintSubject subject) {
        Map<Long, String> owners = new HashMap<>();
        List<Hit> hits = new ArrayList<>();
        for (String name : subject.names()) {
            if (!Ascii.toLowerCase(name).endsWith(".pcislotnumber")) {
                continue;
            }
            String device = name.substring(0, name.length() - ".pciSlotNumber".length());
            long slot = subject.keys().number(name).orElse(-1);
            if (slot >= 0 && subject.isOn(device + ".present")) {
                String owner = owners.putIfAbsent(slot, device);
                if (owner != null) {
                    hits.add(Hit.at(name, "slot " + slot + " is that of " + owner));
                }
            }
        }
        return hits;
    }

    private static List<Hit> sharedFolders(LintSubject subject) {
        long folders = subject.devices().indexes("sharedFolder").size();
        var stated = subject.keys().number("sharedFolder.maxNum");
        boolean differs = stated.isPresent() ? stated.getAsLong() != folders : folders > 0;
        return differs ? List.of(Hit.at("sharedFolder.maxNum", folders + " folders have keys")) : List.of();
    }

    private static List<Hit> shortAffinity(LintSubject subject) {
        String affinity = subject.vmx().cpu().affinity();
        if (Ascii.equalsIgnoreCase(affinity, "all") || affinity.isEmpty()) {
            return List.of();
        }
        long processors = Splitter.on(',')
                .omitEmptyStrings()
                .trimResults()
                .splitToStream(affinity)
                .count();
        return processors < subject.vmx().cpu().count()
                ? List.of(Hit.at(
                        "sched.cpu.affinity",
                        processors + " for " + subject.vmx().cpu().count()))
                : List.of();
    }

    private static List<Hit> missingVariables(LintSubject subject) {
        String name = subject.keys().get("nvram", "");
        // A BIOS begins with the usual settings again.
        boolean needed = subject.vmx().firmware() == Firmware.EFI;
        return needed
                        && !name.isEmpty()
                        && subject.context().presence(FileReference.of(name)) == LintContext.Presence.MISSING
                ? List.of(Hit.at("nvram"))
                : List.of();
    }

    private static List<Hit> otherName(LintSubject subject) {
        String stem = subject.vmx().stem();
        return !stem.isEmpty() && !stem.equals(subject.vmx().displayName())
                ? List.of(Hit.at("displayName", subject.vmx().displayName() + " in " + stem))
                : List.of();
    }

    private static List<Hit> oddNumbers(LintSubject subject) {
        return subject.entries().stream()
                .filter(e -> NUMBER_KEY.matcher(e.name()).matches())
                .filter(e -> !e.value().isBlank()
                        && !PLAIN.matcher(e.value().strip()).matches())
                .map(e -> new Hit(e.name(), e.line(), ""))
                .toList();
    }
}
