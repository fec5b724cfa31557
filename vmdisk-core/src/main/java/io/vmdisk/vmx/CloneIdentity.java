package io.vmdisk.vmx;

import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes a copied configuration another machine: new UUIDs and what hosts derive from them, and nothing left of the run,
 * the host and the registration of the source.
 *
 * <p>Names (displayName, nvram, extended configuration, disks) are the copier's business. A virtual TPM keeps the secrets
 * of the source, which no configuration can change: see {@link VmxDevices#hasTpm}.
 *
 * @param macs what becomes of addresses
 * @param random where new UUIDs come from
 */
public record CloneIdentity(Macs macs, RandomGenerator random) {
    /** What becomes of the addresses of network adapters. */
    public enum Macs {
        /** Every adapter gets one generated from the new UUID. */
        FRESH,
        /** Addresses the user gave stay, all others are generated. */
        KEEP_STATIC,
        /** All stay, for a copy that replaces its source. */
        KEEP
    }

    /** Keys that tell of one machine's run, host or registration. */
    private static final List<String> STALE_KEYS = List.of(
            "vc.uuid",
            "vm.genid",
            "vm.genidX",
            "viv.moid",
            "migrate.hostLog",
            "vmxstats.filename",
            "sched.swap.derivedName",
            "checkpoint.vmState",
            "checkpoint.vmState.readOnly",
            "vm.createDate",
            "uuid.action",
            "ctkEnabled");

    private static final List<String> STALE_PREFIXES = List.of("vmotion.checkpoint", "hbr_filter.");

    /**
     * Renews the identity of {@code vmx}, in memory.
     *
     * @return the new {@code uuid.bios}
     */
    public VmUuid renew(VmxFile vmx) throws IOException {
        Dictionary keys = vmx.dictionary();
        STALE_KEYS.forEach(keys::remove);
        STALE_PREFIXES.forEach(keys::removeBelow);
        VmUuid bios = VmUuid.generate(random);
        keys.set("uuid.bios", bios.toString());
        // A location that is not the hash of the new path makes the host ask whether the machine was moved or copied;
        // without one the host writes its own.
        keys.remove("uuid.location");
        if (keys.contains("vmci0.id")) {
            keys.set("vmci0.id", String.valueOf(DerivedIds.vmciId(bios)));
        }
        if (keys.contains("cleanShutdown")) {
            keys.set("cleanShutdown", "TRUE");
        }
        renewControllers(vmx, bios);
        renewDisks(vmx);
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

    private static void renewDisks(VmxFile vmx) {
        Dictionary keys = vmx.dictionary();
        for (DeviceNode node : vmx.devices().nodes()) {
            keys.remove(node.key("ctkEnabled"));
            keys.removeBelow(node.key("hbr_filter."));
            if (keys.get(node.key("filters"), "").equals("hbr_filter")) {
                keys.remove(node.key("filters"));
            }
        }
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
