package io.vmdisk.vmx.lint;

import io.vmdisk.Sector;
import io.vmdisk.vmx.Firmware;
import io.vmdisk.vmx.VmxCpu;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.GuestOs;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Checks of numbers and devices against the hardware version, the host and the guest. */
final class LimitChecks {
    private static final long PAE_MIB = 64L * 1024;
    private static final int GENERATIONS_BEHIND = 3;
    private static final String HARDWARE = "virtualHW.version";

    private LimitChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "LIM-01" -> tooNewForHost(subject);
            case "LIM-02" -> hostedOnly(subject);
            case "LIM-03" -> noSuchVersion(subject);
            case "LIM-04" -> maximum(subject, "LIM-04");
            case "LIM-05" -> maximum(subject, "LIM-05");
            case "LIM-06" -> oddMemory(subject);
            case "LIM-07" -> brokenSockets(subject);
            case "LIM-08" -> maximum(subject, "LIM-08");
            case "LIM-09" -> maximum(subject, "LIM-09");
            case "LIM-10" -> maximum(subject, "LIM-10");
            case "LIM-11" -> maximum(subject, "LIM-11");
            case "LIM-12" -> maximum(subject, "LIM-12");
            case "LIM-13" -> largeDisks(subject);
            case "LIM-14" -> memoryOf32Bits(subject);
            case "LIM-15" -> unknownGuest(subject);
            case "LIM-16" -> efiOf32Bits(subject);
            case "LIM-17" -> oldHardware(subject);
            case "LIM-20" -> unreservedPassthrough(subject);
            default -> null;
        };
    }

    private static List<Hit> maximum(LintSubject subject, String rule) {
        return subject.violations().stream()
                .filter(violation -> violation.rule().equals(rule))
                .map(violation -> Hit.at(violation.key(), violation.problem()))
                .toList();
    }

    private static List<Hit> tooNewForHost(LintSubject subject) {
        OptionalLong number = subject.vmx().hardwareVersion();
        Optional<EsxiRelease> host = subject.target();
        return host.isPresent()
                        && number.isPresent()
                        && number.getAsLong() > host.get().newestHardware()
                ? List.of(Hit.at(
                        HARDWARE,
                        number.getAsLong() + ", ESXi " + host.get().name() + " runs up to "
                                + host.get().newestHardware()))
                : List.of();
    }

    private static List<Hit> hostedOnly(LintSubject subject) {
        boolean foreign = subject.target().isPresent()
                && subject.version().map(HardwareVersion::isHostedOnly).orElse(false);
        return foreign ? List.of(Hit.at(HARDWARE)) : List.of();
    }

    private static List<Hit> noSuchVersion(LintSubject subject) {
        String text = subject.keys().get(HARDWARE, "");
        boolean wrong = !text.isEmpty()
                && subject.version().filter(v -> v.maxima().isPresent()).isEmpty();
        return wrong ? List.of(Hit.at(HARDWARE)) : List.of();
    }

    private static List<Hit> oddMemory(LintSubject subject) {
        String text = subject.keys().get("memSize", "");
        OptionalLong mib = subject.keys().number("memSize");
        boolean odd = mib.isEmpty() || mib.getAsLong() <= 0 || mib.getAsLong() % 4 != 0;
        return !text.isEmpty() && odd ? List.of(Hit.at("memSize")) : List.of();
    }

    private static List<Hit> brokenSockets(LintSubject subject) {
        VmxCpu cpu = subject.vmx().cpu();
        boolean broken = cpu.coresPerSocket() < 1 || cpu.count() % cpu.coresPerSocket() != 0;
        return broken
                ? List.of(Hit.at(
                        "cpuid.coresPerSocket", cpu.count() + " processors, " + cpu.coresPerSocket() + " in a socket"))
                : List.of();
    }

    private static List<Hit> largeDisks(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        long host = subject.target().map(EsxiRelease::largestDiskBytes).orElse(Long.MAX_VALUE);
        for (VmxDisk disk : subject.disks()) {
            long size = subject.context()
                    .disk(disk.file())
                    .map(LintContext.DiskFacts::capacityBytes)
                    .orElse(0L);
            String adapter = subject.keys().get(disk.node().controllerKey("virtualDev"), "");
            long most =
                    adapter.equalsIgnoreCase("buslogic") ? Math.min(host, Sector.MOST_OF_32_BITS * Sector.BYTES) : host;
            if (size > most) {
                hits.add(Hit.at(disk.node().key("fileName"), size + " bytes, at most " + most));
            }
        }
        return hits;
    }

    private static boolean is32Bit(LintSubject subject) {
        return subject.guest().map(GuestOs::bits).orElse(64) == 32;
    }

    private static List<Hit> memoryOf32Bits(LintSubject subject) {
        return is32Bit(subject) && subject.vmx().memory().mib() > PAE_MIB ? List.of(Hit.at("memSize")) : List.of();
    }

    private static List<Hit> unknownGuest(LintSubject subject) {
        return !subject.vmx().guestOs().isEmpty() && subject.guest().isEmpty() ? List.of(Hit.at("guestOS")) : List.of();
    }

    private static List<Hit> efiOf32Bits(LintSubject subject) {
        return is32Bit(subject) && subject.vmx().firmware() == Firmware.EFI
                ? List.of(Hit.at("firmware", subject.vmx().guestOs()))
                : List.of();
    }

    private static List<Hit> oldHardware(LintSubject subject) {
        Optional<EsxiRelease> host = subject.target();
        Optional<HardwareVersion> version = subject.version();
        if (host.isEmpty() || version.isEmpty()) {
            return List.of();
        }
        long newer = HardwareCatalog.get().versions().stream()
                .filter(v -> !v.isHostedOnly())
                .filter(v -> v.number() > version.get().number()
                        && v.number() <= host.get().newestHardware())
                .count();
        return newer > GENERATIONS_BEHIND ? List.of(Hit.at(HARDWARE, newer + " versions behind")) : List.of();
    }

    private static List<Hit> unreservedPassthrough(LintSubject subject) {
        var devices = subject.devices().passthroughs();
        return !devices.isEmpty() && !subject.vmx().memory().isFullyReserved()
                ? List.of(Hit.at(
                        devices.get(0).name() + ".present",
                        "sched.mem.min is "
                                + subject.vmx().memory().reservationMib() + " of "
                                + subject.vmx().memory().mib() + " MiB"))
                : List.of();
    }
}
