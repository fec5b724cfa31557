package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import io.vmdisk.dictionary.Dictionary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The devices that a configuration declares as present, in the order of their numbers.
 *
 * <p>Which devices have keys is found once, when this is made; values are read when asked for. After an edit call
 * {@link VmxFile#devices} again. A device is present only if its {@code present} says so, except for floppy drives,
 * which are present without it, and the IDE controller, which has no such key. Values that make no sense are read as
 * absent.
 *
 * <p>For one thread, with the configuration that it reads.
 *
 * @since 0.1
 */
public final class VmxDevices {
    private final Dictionary keys;
    private final List<String> names;
    private final NavigableSet<DeviceNode> nodes = new TreeSet<>();

    VmxDevices(Dictionary keys) {
        this.keys = keys;
        this.names = keys.names();
        names.forEach(name -> DeviceNode.ofKey(name).ifPresent(nodes::add));
    }

    /** {@return the present SCSI, SATA, IDE and NVMe adapters, ordered by bus and number} */
    public List<VmxController> controllers() {
        List<VmxController> found = new ArrayList<>();
        for (Bus bus : Bus.values()) {
            for (int index : indexes(bus.prefix())) {
                String name = bus.prefix() + index;
                if (isOn(name + ".present")) {
                    found.add(new VmxController(
                            bus,
                            index,
                            Ascii.toLowerCase(keys.get(name + ".virtualDev", "")),
                            keys.get(name + ".sharedBus", "none")));
                }
            }
        }
        return found;
    }

    /** {@return all places that some key names, present or not; unmodifiable} */
    public NavigableSet<DeviceNode> nodes() {
        return Collections.unmodifiableNavigableSet(nodes);
    }

    /**
     * {@return whether a device and its adapter are present}
     *
     * @param node its place
     */
    public boolean isPresent(DeviceNode node) {
        return isOn(node.key("present")) && (node.bus() == Bus.IDE || isOn(node.controllerKey("present")));
    }

    /**
     * {@return whether the device at a place is a disk, not a CD drive or a passed-through device}
     *
     * @param node its place
     */
    public boolean isDisk(DeviceNode node) {
        String type = Ascii.toLowerCase(keys.get(node.key("deviceType"), ""));
        return type.isEmpty() ? !isImage(keys.get(node.key("fileName"), "")) : type.contains("disk");
    }

    private static boolean isImage(String file) {
        return Ascii.toLowerCase(file).endsWith(".iso") || Ascii.equalsIgnoreCase(file, "auto detect");
    }

    /** {@return the present disks, ordered by place} */
    public List<VmxDisk> disks() {
        List<VmxDisk> found = new ArrayList<>();
        for (DeviceNode node : nodes()) {
            if (isPresent(node) && isDisk(node)) {
                found.add(disk(node));
            }
        }
        return found;
    }

    private VmxDisk disk(DeviceNode node) {
        return new VmxDisk(
                node,
                FileReference.of(keys.get(node.key("fileName"), "")),
                DiskMode.of(keys.get(node.key("mode"), "")).orElse(DiskMode.PERSISTENT),
                Ascii.equalsIgnoreCase(keys.get(node.key("sharing"), ""), "multi-writer"),
                isOn(node.key("ctkEnabled")),
                isOn(node.key("writeThrough")),
                isOn(node.key("virtualSSD")),
                keys.get(node.key("deviceType"), ""),
                keys.get(node.key("redo"), ""));
    }

    /** {@return the present CD drives, ordered by place, and then the floppy drives} */
    public List<VmxMedia> media() {
        List<VmxMedia> found = new ArrayList<>();
        for (DeviceNode node : nodes()) {
            if (isPresent(node) && !isDisk(node)) {
                found.add(media(node.toString(), VmxMedia.Kind.CDROM, keys.get(node.key("deviceType"), "")));
            }
        }
        for (int index : indexes("floppy")) {
            String name = "floppy" + index;
            if (keys.flag(name + ".present").orElse(true)) {
                found.add(media(name, VmxMedia.Kind.FLOPPY, keys.get(name + ".fileType", "")));
            }
        }
        return found;
    }

    private VmxMedia media(String name, VmxMedia.Kind kind, String type) {
        boolean image = Ascii.equalsIgnoreCase(type, "cdrom-image")
                || Ascii.equalsIgnoreCase(type, "file")
                || type.isEmpty() && isImage(keys.get(name + ".fileName", ""));
        VmxMedia.Backing backing = isOn(name + ".clientDevice")
                ? VmxMedia.Backing.CLIENT
                : image ? VmxMedia.Backing.IMAGE : VmxMedia.Backing.HOST_DEVICE;
        return new VmxMedia(
                name, kind, backing, FileReference.of(keys.get(name + ".fileName", "")), startsConnected(name));
    }

    /** {@return the present network adapters, ordered by number} */
    public List<VmxNic> nics() {
        List<VmxNic> found = new ArrayList<>();
        for (int index : indexes("ethernet")) {
            if (isOn("ethernet" + index + ".present")) {
                found.add(nic(index));
            }
        }
        return found;
    }

    private VmxNic nic(int index) {
        String name = "ethernet" + index;
        VmxNic.AddressType addressType = VmxNic.AddressType.of(keys.get(name + ".addressType", ""));
        String type = Ascii.toLowerCase(keys.get(name + ".virtualDev", ""));
        boolean enhanced =
                type.equals("vmxnet") && keys.get(name + ".features", "").equals("15");
        return new VmxNic(
                index,
                enhanced ? "vmxnet2" : type,
                Ascii.toLowerCase(keys.get(name + ".connectionType", "")),
                keys.get(name + ".networkName", ""),
                addressType,
                keys.get(name + (addressType == VmxNic.AddressType.STATIC ? ".address" : ".generatedAddress"), ""),
                startsConnected(name));
    }

    /** {@return the present serial ports, and then the parallel ports, ordered by number} */
    public List<VmxPort> ports() {
        List<VmxPort> found = new ArrayList<>();
        for (VmxPort.Kind kind : VmxPort.Kind.values()) {
            for (int index : indexes(kind.prefix())) {
                String name = kind.prefix() + index;
                if (isOn(name + ".present")) {
                    found.add(new VmxPort(
                            kind,
                            index,
                            Ascii.toLowerCase(keys.get(name + ".fileType", "")),
                            FileReference.of(keys.get(name + ".fileName", "")),
                            startsConnected(name)));
                }
            }
        }
        return found;
    }

    /** {@return the present PCI devices of the host, ordered by number} */
    public List<VmxPassthrough> passthroughs() {
        List<VmxPassthrough> found = new ArrayList<>();
        for (int index : indexes("pciPassthru")) {
            String name = "pciPassthru" + index;
            if (isOn(name + ".present")) {
                found.add(new VmxPassthrough(
                        index, Ascii.toLowerCase(keys.get(name + ".virtualDev", "")), keys.get(name + ".id", "")));
            }
        }
        return found;
    }

    /** {@return the present USB controllers by the names of their keys: {@code usb}, {@code ehci}, {@code usb_xhci}} */
    public List<String> usbControllers() {
        return List.of("usb", "ehci", "usb_xhci").stream()
                .filter(name -> isOn(name + ".present"))
                .toList();
    }

    /** {@return whether there is a sound card} */
    public boolean hasSound() {
        return isOn("sound.present");
    }

    /** {@return whether there is a virtual TPM} */
    public boolean hasTpm() {
        return isOn("vtpm.present");
    }

    /**
     * {@return the numbers with which a family of devices occurs in keys, present or not}
     *
     * @param family the prefix before the number, such as {@code ethernet}
     */
    public SortedSet<Integer> indexes(String family) {
        return DeviceIndex.of(family, names);
    }

    private boolean startsConnected(String name) {
        return keys.flag(name + ".startConnected").orElse(true);
    }

    private boolean isOn(String key) {
        return keys.flag(key).orElse(false);
    }
}
