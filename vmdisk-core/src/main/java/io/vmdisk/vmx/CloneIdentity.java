package io.vmdisk.vmx;

import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Makes a copied configuration that of another machine: it gets new UUIDs and the values that hosts derive from them,
 * and loses what belongs to the run, the host and the registration of the source.
 *
 * <p>Names (displayName, nvram, extended configuration, disks) are up to the caller. A virtual TPM keeps the secrets of
 * the source, which no configuration can change: see {@link VmxDevices#hasTpm}.
 *
 * @param macs what happens to MAC addresses
 * @param random where the bytes of new UUIDs come from
 * @since 0.1
 */
public record CloneIdentity(Macs macs, RandomGenerator random) {
    /** What happens to the addresses of network adapters. */
    public enum Macs {
        /** Every adapter gets an address generated from the new UUID. */
        FRESH,
        /** Addresses that the user gave stay; all others are generated. */
        KEEP_STATIC,
        /** All stay, for a copy that replaces its source. */
        KEEP
    }

    /** Keys that tell of one machine's run, host or registration, in lower case. */
    private static final Set<String> STALE_KEYS = Set.of(
            "vc.uuid",
            "vm.genid",
            "vm.genidx",
            "viv.moid",
            "migrate.hostlog",
            "vmxstats.filename",
            "sched.swap.derivedname",
            "checkpoint.vmstate",
            "checkpoint.vmstate.readonly",
            "vm.createdate",
            "uuid.action",
            "uuid.location",
            "ctkenabled");

    private static final List<String> STALE_PREFIXES = List.of("vmotion.checkpoint", "hbr_filter.");

    /**
     * Renews the identity of {@code vmx}, in memory.
     *
     * @param vmx is changed; the caller saves it
     * @return the new {@code uuid.bios}
     * @throws IOException never for keys in ASCII, which is all that it sets
     */
    public VmUuid renew(VmxFile vmx) throws IOException {
        Dictionary keys = vmx.dictionary();
        // Among them the location: one that is not the hash of the new path makes the host ask whether the machine was
        // moved or copied; without one the host writes its own.
        keys.removeIf(CloneIdentity::isStale);
        VmUuid bios = VmUuid.generate(random);
        keys.set("uuid.bios", bios.toString());
        if (keys.contains("vmci0.id")) {
            keys.set("vmci0.id", String.valueOf(DerivedIds.vmciId(bios)));
        }
        if (keys.contains("cleanShutdown")) {
            keys.set("cleanShutdown", "TRUE");
        }
        renewControllers(vmx, bios);
        dropReplication(vmx);
        for (VmxNic nic : vmx.devices().nics()) {
            renewMac(keys, nic, bios);
        }
        return bios;
    }

    private static void renewControllers(VmxFile vmx, VmUuid bios) throws IOException {
        Dictionary keys = vmx.dictionary();
        for (int index : vmx.devices().indexes("scsi")) {
            String key = "scsi" + index + ".sasWWID";
            if (index == 0 && keys.contains(key)) {
                keys.set(key, DerivedIds.sasWwid(bios));
            } else {
                // How a host numbers the others is not established; it writes them at power-on.
                keys.remove(key);
            }
        }
        for (int index : vmx.devices().indexes("nvme")) {
            keys.remove("nvme" + index + ".subnqnUUID");
        }
    }

    private static boolean isStale(String key) {
        return STALE_KEYS.contains(key)
                || STALE_PREFIXES.stream().anyMatch(key::startsWith)
                || DeviceNode.ofKey(key).isPresent() && isStaleOfDisk(key.substring(key.indexOf('.') + 1));
    }

    /** Tracking and replication follow the source's disk; the copy's starts anew. */
    private static boolean isStaleOfDisk(String property) {
        return property.equals("ctkenabled") || property.startsWith("hbr_filter.");
    }

    private static void dropReplication(VmxFile vmx) {
        Dictionary keys = vmx.dictionary();
        Set<String> filters = new HashSet<>();
        for (DeviceNode node : vmx.devices().nodes()) {
            if (keys.get(node.key("filters"), "").equals("hbr_filter")) {
                filters.add(node.key("filters"));
            }
        }
        keys.removeIf(filters::contains);
    }

    private void renewMac(Dictionary keys, VmxNic nic, VmUuid bios) throws IOException {
        boolean keep = macs == Macs.KEEP || macs == Macs.KEEP_STATIC && nic.addressType() == VmxNic.AddressType.STATIC;
        if (keep) {
            return;
        }
        int offset = DerivedIds.macOffset(nic.index());
        keys.remove(nic.key("address"));
        keys.remove(nic.key("checkMACAddress"));
        keys.set(nic.key("addressType"), VmxNic.AddressType.GENERATED.text());
        keys.set(
                nic.key("generatedAddress"),
                DerivedIds.generatedMac(bios, offset).toString());
        keys.set(nic.key("generatedAddressOffset"), String.valueOf(offset));
    }
}
