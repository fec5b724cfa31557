package io.vmdisk.vmx.lint;

import io.vmdisk.vmx.DerivedIds;
import io.vmdisk.vmx.EncryptedVmx;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.MacAddress;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxNic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of who the machine is, in what state it is, and of secrets it carries. */
final class IdentityChecks {
    private static final long SAFE_ROUNDS = 10_000;
    private static final Pattern SECRET =
            Pattern.compile("(?i)guestinfo\\..*(password|passwd|token|secret|\\bkey|userdata).*");
    private static final Pattern RUN_TIME_NAME = Pattern.compile("(.*)-[0-9a-f]{8}\\.(vswp|hlog)");

    private IdentityChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "ID-01" -> shared(subject, "uuid.bios", VmxFile::uuidBios);
            case "ID-02" -> shared(subject, "vc.uuid", VmxFile::uuidInstance);
            case "ID-03" -> sameMac(subject);
            case "ID-06" -> vmci(subject);
            case "ID-07" -> wwid(subject);
            case "ID-10" -> otherVcenter(subject);
            case "ID-11" -> otherMachine(subject);
            case "ID-13" -> missingCheckpoint(subject);
            case "ID-14" -> crashed(subject);
            case "ID-15" -> locked(subject);
            case "ENC-04" -> fewRounds(subject);
            case "SEC-20" -> MotionChecks.needless(subject);
            case "SEC-27" -> guestSecrets(subject);
            default -> null;
        };
    }

    private static List<Hit> shared(LintSubject subject, String key, Function<VmxFile, Optional<VmUuid>> identity) {
        Optional<VmUuid> own = identity.apply(subject.vmx());
        if (own.isEmpty()) {
            return List.of();
        }
        List<VmxFile> others = subject.context().others().stream()
                .filter(other -> identity.apply(other).equals(own))
                .toList();
        if (others.isEmpty()) {
            return List.of();
        }
        String more = others.size() == 1 ? "" : " and " + (others.size() - 1) + " more";
        return List.of(Hit.at(key, "also " + others.get(0).displayName() + more));
    }

    private static List<Hit> sameMac(LintSubject subject) {
        Map<MacAddress, String> owners = new HashMap<>();
        for (VmxFile other : subject.context().others()) {
            other.devices().nics().forEach(nic -> nic.mac().ifPresent(mac -> owners.put(mac, other.displayName())));
        }
        List<Hit> hits = new ArrayList<>();
        for (VmxNic nic : subject.nics()) {
            if (nic.mac().isPresent()) {
                String before = owners.put(nic.mac().get(), nic.name());
                if (before != null) {
                    hits.add(Hit.at(nic.addressKey(), nic.mac().get() + ", also " + before));
                }
            }
        }
        return hits;
    }

    private static List<Hit> vmci(LintSubject subject) {
        Optional<VmUuid> bios = subject.vmx().uuidBios();
        var id = subject.keys().number("vmci0.id");
        boolean differs = bios.isPresent() && id.isPresent() && id.getAsLong() != DerivedIds.vmciId(bios.get());
        return differs
                ? List.of(Hit.at("vmci0.id", id.getAsLong() + ", expected " + DerivedIds.vmciId(bios.get())))
                : List.of();
    }

    private static List<Hit> wwid(LintSubject subject) {
        Optional<VmUuid> bios = subject.vmx().uuidBios();
        String wwid = subject.keys().get("scsi0.sasWWID", "");
        boolean differs = bios.isPresent() && !wwid.isEmpty() && !wwid.equalsIgnoreCase(DerivedIds.sasWwid(bios.get()));
        return differs
                ? List.of(Hit.at("scsi0.sasWWID", wwid + ", expected " + DerivedIds.sasWwid(bios.get())))
                : List.of();
    }

    private static List<Hit> otherVcenter(LintSubject subject) {
        Optional<VmUuid> instance =
                subject.vmx().uuidInstance().filter(uuid -> uuid.at(0) == 0x50 && uuid.at(1) < 0x40);
        if (instance.isEmpty()) {
            return List.of();
        }
        return subject.nics().stream()
                .filter(nic -> nic.addressType() == VmxNic.AddressType.VPX)
                .filter(nic -> nic.mac()
                        .filter(MacAddress::isInVcenterRange)
                        .map(mac -> mac.fourth() - 0x80 != instance.get().at(1))
                        .orElse(false))
                .map(nic -> Hit.at(nic.addressKey()))
                .toList();
    }

    private static List<Hit> otherMachine(LintSubject subject) {
        Set<String> own =
                new HashSet<>(List.of(subject.vmx().stem(), subject.vmx().displayName()));
        if (subject.vmx().stem().isEmpty()) {
            return List.of();
        }
        List<Hit> hits = new ArrayList<>();
        for (String key : List.of("sched.swap.derivedName", "migrate.hostLog")) {
            var name = RUN_TIME_NAME.matcher(
                    FileReference.of(subject.keys().get(key, "")).baseName());
            if (name.matches() && !own.contains(name.group(1))) {
                hits.add(Hit.at(key));
            }
        }
        return hits;
    }

    private static List<Hit> missingCheckpoint(LintSubject subject) {
        boolean missing = subject.vmx()
                .checkpoint()
                .filter(file -> subject.context().presence(file) == LintContext.Presence.MISSING)
                .isPresent();
        return missing ? List.of(Hit.at("checkpoint.vmState")) : List.of();
    }

    private static List<Hit> crashed(LintSubject subject) {
        boolean unlocked = subject.context().locked().map(locked -> !locked).orElse(false);
        boolean suspended = subject.vmx().checkpoint().isPresent();
        return unlocked && !suspended && !subject.vmx().isCleanShutdown()
                ? List.of(Hit.at("cleanShutdown"))
                : List.of();
    }

    private static List<Hit> locked(LintSubject subject) {
        return subject.context().locked().orElse(false)
                ? List.of(Hit.at("", subject.vmx().stem() + " is locked"))
                : List.of();
    }

    private static List<Hit> fewRounds(LintSubject subject) {
        try {
            var rounds = EncryptedVmx.of(subject.vmx()).map(EncryptedVmx::rounds);
            return rounds.isPresent()
                            && rounds.get().isPresent()
                            && rounds.get().getAsLong() < SAFE_ROUNDS
                    ? List.of(Hit.at("encryption.keySafe", rounds.get().getAsLong() + " rounds"))
                    : List.of();
        } catch (IOException e) {
            return List.of(Hit.at("encryption.keySafe", "it makes no sense: " + e.getMessage()));
        }
    }

    private static List<Hit> guestSecrets(LintSubject subject) {
        return subject.keys().entriesBelow("guestinfo.").entrySet().stream()
                .filter(e ->
                        !e.getValue().isEmpty() && SECRET.matcher(e.getKey()).matches())
                .map(e -> Hit.at(e.getKey()))
                .toList();
    }
}
