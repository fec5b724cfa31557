package io.vmdisk.vmx.lint;

import static java.util.Map.entry;

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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks of numbers and devices against the hardware version, the host and the guest. */
final class LimitChecks {
    static final Map<String, Check> ALL = Map.ofEntries(
            entry("LIM-01", LimitChecks::tooNewForHost),
            entry("LIM-02", LimitChecks::hostedOnly),
            entry("LIM-03", LimitChecks::noSuchVersion),
            entry("LIM-04", maximum("LIM-04")),
            entry("LIM-05", maximum("LIM-05")),
            entry("LIM-06", LimitChecks::oddMemory),
            entry("LIM-07", LimitChecks::brokenSockets),
            entry("LIM-08", maximum("LIM-08")),
            entry("LIM-09", maximum("LIM-09")),
            entry("LIM-10", maximum("LIM-10")),
            entry("LIM-11", maximum("LIM-11")),
            entry("LIM-12", maximum("LIM-12")),
            entry("LIM-13", LimitChecks::largeDisks),
            entry("LIM-14", LimitChecks::memoryOf32Bits),
            entry("LIM-15", LimitChecks::unknownGuest),
            entry("LIM-16", LimitChecks::efiOf32Bits),
            entry("LIM-17", LimitChecks::oldHardware),
            entry("LIM-20", LimitChecks::unreservedPassthrough));

    private static final long PAE_MIB = 64L * 1024;
    private static final int GENERATIONS_BEHIND = 3;
    private static final String HARDWARE = "virtualHW.version";

    private LimitChecks() {}

    private static Check maximum(String rule) {
        return subject -> subject.violations().stream()
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
