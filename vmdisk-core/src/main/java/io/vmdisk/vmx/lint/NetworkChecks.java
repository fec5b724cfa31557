package io.vmdisk.vmx.lint;

import io.vmdisk.vmx.DerivedIds;
import io.vmdisk.vmx.MacAddress;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxNic;
import io.vmdisk.vmx.VmxNic.AddressType;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.GuestOs;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks of network adapters. */
final class NetworkChecks {
    private static final Set<String> EMULATED = Set.of("vlance", "vmxnet", "vmxnet2", "e1000", "e1000e");
    private static final Set<String> HOSTED = Set.of("nat", "hostonly", "custom", "monitor_dev", "bridged");

    /** The value of {@code features} that makes VMXNET 2 of VMXNET. */
    private static final long ENHANCED = 15;

    private NetworkChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "NET-01" -> reserved(subject);
            case "NET-02" -> noAddress(subject);
            case "NET-03" -> notGenerated(subject);
            case "NET-05" -> emulated(subject);
            case "NET-07" -> unconnected(subject);
            case "NET-08" -> onlyOneOff(subject);
            case "NET-10" -> hosted(subject);
            case "NET-12" -> notOffered(subject);
            default -> null;
        };
    }

    private static List<VmxNic> nics(LintSubject subject, Predicate<VmxNic> wanted) {
        return subject.nics().stream().filter(wanted).toList();
    }

    private static List<Hit> reserved(LintSubject subject) {
        return nics(
                        subject,
                        nic -> nic.addressType() == AddressType.STATIC
                                && nic.mac()
                                        .filter(NetworkChecks::isNotForStatic)
                                        .isPresent()
                                && subject.keys()
                                        .flag(nic.key("checkMACAddress"))
                                        .orElse(true))
                .stream()
                .map(nic -> Hit.at(nic.addressKey()))
                .toList();
    }

    private static boolean isNotForStatic(MacAddress mac) {
        return mac.isGenerated() || mac.isReserved() || mac.isInVcenterRange();
    }

    private static List<Hit> noAddress(LintSubject subject) {
        return nics(
                        subject,
                        nic -> nic.addressType() == AddressType.STATIC
                                && nic.mac()
                                        .filter(mac -> !mac.isMulticast() && mac.value() != 0)
                                        .isEmpty())
                .stream()
                .map(nic -> Hit.at(nic.addressKey(), nic.address().isEmpty() ? "none" : ""))
                .toList();
    }

    private static List<Hit> notGenerated(LintSubject subject) {
        Optional<VmUuid> bios = subject.vmx().uuidBios();
        Optional<VmUuid> location = subject.vmx().uuidLocation();
        if (bios.isEmpty()) {
            return List.of();
        }
        return nics(
                        subject,
                        nic -> nic.addressType() == AddressType.GENERATED
                                && nic.mac().isPresent()
                                && !follows(subject, nic, bios.get())
                                && location.filter(uuid -> follows(subject, nic, uuid))
                                        .isEmpty())
                .stream()
                .map(nic -> Hit.at(nic.addressKey()))
                .toList();
    }

    /** By the offset that its key says, or by that of its number: writers that set the key to 0 throughout mean the latter. */
    private static boolean follows(LintSubject subject, VmxNic nic, VmUuid uuid) {
        long usual = DerivedIds.macOffset(nic.index());
        long stated = subject.keys().number(nic.key("generatedAddressOffset")).orElse(usual);
        return nic.mac().equals(Optional.of(DerivedIds.generatedMac(uuid, stated)))
                || nic.mac().equals(Optional.of(DerivedIds.generatedMac(uuid, usual)));
    }

    private static List<Hit> notOffered(LintSubject subject) {
        Optional<EsxiRelease> target = subject.target();
        if (target.isEmpty()) {
            return List.of();
        }
        return nics(subject, nic -> !HardwareCatalog.get().offers(target.get(), adapter(subject, nic))).stream()
                .map(nic -> Hit.at(
                        nic.key("virtualDev"),
                        adapter(subject, nic) + " on " + target.get().name()))
                .toList();
    }

    /** VMXNET 2 is VMXNET with more features, says the file. */
    private static String adapter(LintSubject subject, VmxNic nic) {
        boolean enhanced = nic.type().equalsIgnoreCase("vmxnet")
                && subject.keys().number(nic.key("features")).orElse(0) == ENHANCED;
        return enhanced ? "vmxnet2" : nic.type();
    }

    private static List<Hit> emulated(LintSubject subject) {
        boolean modern = subject.guest().map(GuestOs::isModern).orElse(false);
        return nics(subject, nic -> modern && EMULATED.contains(nic.type())).stream()
                .map(nic -> Hit.at(nic.key("virtualDev")))
                .toList();
    }

    private static boolean hasSwitch(LintSubject subject, VmxNic nic) {
        return !subject.keys().get(nic.key("dvs.portgroupId"), "").isEmpty()
                || !subject.keys().get(nic.key("opaqueNetwork.id"), "").isEmpty();
    }

    private static List<Hit> unconnected(LintSubject subject) {
        return nics(
                        subject,
                        nic -> subject.target().isPresent()
                                && !HOSTED.contains(nic.connection())
                                && (nic.network().isBlank() || nic.network().equalsIgnoreCase("none"))
                                && !hasSwitch(subject, nic))
                .stream()
                .map(nic -> Hit.at(nic.key("networkName"), "none"))
                .toList();
    }

    private static List<Hit> onlyOneOff(LintSubject subject) {
        List<VmxNic> nics = subject.nics();
        return nics.size() == 1 && !nics.get(0).connected()
                ? List.of(Hit.at(nics.get(0).key("startConnected")))
                : List.of();
    }

    private static List<Hit> hosted(LintSubject subject) {
        return nics(
                        subject,
                        nic -> subject.target().isPresent()
                                && HOSTED.contains(nic.connection())
                                && nic.network().isEmpty())
                .stream()
                .map(nic -> Hit.at(nic.key("connectionType")))
                .toList();
    }
}
