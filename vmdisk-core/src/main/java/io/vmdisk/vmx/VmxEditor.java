package io.vmdisk.vmx;

import io.vmdisk.LimitExceededException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Adds, changes and removes the devices of a configuration, in memory.
 *
 * <p>Writes only the keys that must be there; the host adds slots and addresses at power-on. Refuses what no host would
 * start, and leaves the configuration unchanged then.
 *
 * <p>Texts that the charset of the file can't hold are refused with {@link io.vmdisk.UnsupportedFeatureException}
 * {@code dictionary-text}.
 *
 * <p>For one thread, with the configuration that it changes.
 *
 * @since 0.1
 */
public final class VmxEditor {
    private static final int FIRST_SATA_HARDWARE = 10;
    private static final int FIRST_NVME_HARDWARE = 13;
    private static final int FIRST_WIDE_PVSCSI_HARDWARE = 14;
    private static final int FIRST_WIDE_NVME_HARDWARE = 21;
    private static final int NARROW_SCSI_UNITS = 16;
    private static final int NARROW_NVME_UNITS = 15;
    private static final int MAX_NICS = 10;
    private static final int OLD_MAX_NICS = 4;
    private static final int FIRST_TEN_NIC_HARDWARE = 7;

    private final VmxFile vmx;
    private final Dictionary keys;

    VmxEditor(VmxFile vmx) {
        this.vmx = vmx;
        this.keys = vmx.dictionary();
    }

    /**
     * Adds a disk. Its adapter is made present if it is not.
     *
     * @param node its place; free, and within the limits of the hardware version
     * @param file the descriptor's name, as the configuration is to have it
     * @param mode what happens to writes
     * @throws UnsafeStateException {@code node-taken} if a device is there
     * @throws LimitExceededException {@code device} if the machine can't have a device there
     * @throws IOException only as these, or for the charset
     */
    public void addDisk(DeviceNode node, String file, DiskMode mode) throws IOException {
        if (vmx.devices().isPresent(node)) {
            throw new UnsafeStateException(
                    "node-taken",
                    vmx.file().orElse(null),
                    node + " already has " + keys.get(node.key("fileName"), "a device"),
                    "choose another node, or remove that device first");
        }
        requireAddressable(node);
        keys.removeBelow(node + ".");
        if (node.bus() != Bus.IDE) {
            keys.set(node.controllerKey("present"), "TRUE");
        }
        deviceType(node.bus()).ifPresent(type -> keys(node, "deviceType", type));
        keys.set(node.key("fileName"), file);
        setMode(node, mode);
        keys.set(node.key("present"), "TRUE");
    }

    private void keys(DeviceNode node, String property, String ascii) {
        try {
            keys.set(node.key(property), ascii);
        } catch (IOException e) {
            throw new IllegalStateException("every charset holds ASCII", e);
        }
    }

    private static Optional<String> deviceType(Bus bus) {
        return switch (bus) {
            case SCSI -> Optional.of("scsi-hardDisk");
            case IDE -> Optional.of("ata-hardDisk");
            case SATA, NVME -> Optional.empty();
        };
    }

    private void requireAddressable(DeviceNode node) throws LimitExceededException {
        long hardware = vmx.hardwareVersion().orElse(Long.MAX_VALUE);
        String type = keys.get(node.controllerKey("virtualDev"), "");
        int units = switch (node.bus()) {
            case SCSI ->
                type.equalsIgnoreCase("pvscsi") && hardware >= FIRST_WIDE_PVSCSI_HARDWARE
                        ? Bus.SCSI.units()
                        : NARROW_SCSI_UNITS;
            case NVME -> hardware >= FIRST_WIDE_NVME_HARDWARE ? Bus.NVME.units() : NARROW_NVME_UNITS;
            case SATA, IDE -> node.bus().units();
        };
        int firstHardware = switch (node.bus()) {
            case SATA -> FIRST_SATA_HARDWARE;
            case NVME -> FIRST_NVME_HARDWARE;
            case SCSI, IDE -> 0;
        };
        if (hardware < firstHardware) {
            throw limit(node + " needs hardware version " + firstHardware + ", the machine has " + hardware);
        }
        if (!node.isAddressable() || node.unit() >= units) {
            throw limit(node + " does not exist: " + node.bus().prefix() + " has controllers 0 to "
                    + (node.bus().controllers() - 1) + " and units 0 to " + (units - 1)
                    + (node.bus() == Bus.SCSI ? " without 7" : ""));
        }
    }

    private LimitExceededException limit(String problem) {
        return new LimitExceededException("device", vmx.file().orElse(null), problem);
    }

    /**
     * Sets the descriptor of a present disk.
     *
     * @param node its place
     * @param file the descriptor's name, as the configuration is to have it
     * @throws LimitExceededException {@code device} if there is no disk
     * @throws IOException only as this, or for the charset
     */
    public void setDiskFile(DeviceNode node, String file) throws IOException {
        requireDisk(node);
        keys.set(node.key("fileName"), file);
    }

    /**
     * Sets what happens to writes to a present disk.
     *
     * @param node its place
     * @param mode for {@link DiskMode#PERSISTENT} the key is removed, because it is the default
     * @throws LimitExceededException {@code device} if there is no disk
     * @throws IOException only as this
     */
    public void setDiskMode(DeviceNode node, DiskMode mode) throws IOException {
        requireDisk(node);
        setMode(node, mode);
    }

    private void setMode(DeviceNode node, DiskMode mode) {
        if (mode == DiskMode.PERSISTENT) {
            // The default; hosts leave the key out.
            keys.remove(node.key("mode"));
        } else {
            keys(node, "mode", mode.text());
        }
    }

    private void requireDisk(DeviceNode node) throws LimitExceededException {
        if (!vmx.devices().isPresent(node) || !vmx.devices().isDisk(node)) {
            throw limit("the machine has no disk at " + node);
        }
    }

    /**
     * Removes a disk or CD drive with all its keys; the adapter stays.
     *
     * @param node its place
     * @return whether a device was present
     */
    public boolean removeDevice(DeviceNode node) {
        boolean present = vmx.devices().isPresent(node);
        keys.removeBelow(node + ".");
        keys.removeBelow("sched." + node + ".");
        return present;
    }

    /**
     * Adds a network adapter with a generated address.
     *
     * @param type {@code vmxnet3}, {@code e1000e} and so on; empty for the guest's default
     * @param network the port group, or one of {@code bridged}, {@code nat}, {@code hostonly} for a hosted product
     * @return its number, the lowest free one from 0
     * @throws LimitExceededException {@code device} if the machine has as many as its hardware version allows: 10,
     *     before version 7 only 4
     * @throws IOException only as this, or for the charset
     */
    public int addNic(String type, String network) throws IOException {
        int limit = vmx.hardwareVersion().orElse(Long.MAX_VALUE) < FIRST_TEN_NIC_HARDWARE ? OLD_MAX_NICS : MAX_NICS;
        List<Integer> taken = vmx.devices().nics().stream().map(VmxNic::index).toList();
        int index = 0;
        while (taken.contains(index)) {
            index++;
        }
        if (index >= limit) {
            throw limit(
                    "the machine has " + taken.size() + " network adapters, its hardware version has at most " + limit);
        }
        String name = "ethernet" + index;
        keys.removeBelow(name + ".");
        if (!type.isEmpty()) {
            keys.set(name + ".virtualDev", type);
        }
        boolean hosted = List.of("bridged", "nat", "hostonly").contains(network);
        keys.set(name + (hosted ? ".connectionType" : ".networkName"), network);
        keys.set(name + ".addressType", VmxNic.AddressType.GENERATED.text());
        keys.set(name + ".present", "TRUE");
        return index;
    }

    /**
     * Gives a present network adapter a static address.
     *
     * @param nic its number
     * @param mac the address
     * @throws LimitExceededException {@code device} if there is no such adapter
     * @throws IOException only as this
     */
    public void setStaticMac(int nic, MacAddress mac) throws IOException {
        String name = requireNic(nic);
        keys.remove(name + ".generatedAddress");
        keys.remove(name + ".generatedAddressOffset");
        keys.set(name + ".addressType", VmxNic.AddressType.STATIC.text());
        keys.set(name + ".address", mac.toString());
    }

    /**
     * Connects a present network adapter to another port group.
     *
     * @param nic its number
     * @param network the port group's name
     * @throws LimitExceededException {@code device} if there is no such adapter
     * @throws IOException only as this, or for the charset
     */
    public void setNetwork(int nic, String network) throws IOException {
        String name = requireNic(nic);
        keys.removeBelow(name + ".dvs.");
        keys.removeBelow(name + ".opaqueNetwork.");
        keys.remove(name + ".connectionType");
        keys.set(name + ".networkName", network);
    }

    private String requireNic(int nic) throws LimitExceededException {
        if (vmx.devices().nics().stream().noneMatch(n -> n.index() == nic)) {
            throw limit("the machine has no network adapter ethernet" + nic);
        }
        return "ethernet" + nic;
    }

    /**
     * Removes a network adapter with all its keys.
     *
     * @param nic its number
     * @return whether it was present
     */
    public boolean removeNic(int nic) {
        boolean present = vmx.devices().nics().stream().anyMatch(n -> n.index() == nic);
        keys.removeBelow("ethernet" + nic + ".");
        return present;
    }
}
