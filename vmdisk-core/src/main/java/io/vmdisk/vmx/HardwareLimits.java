package io.vmdisk.vmx;

import io.vmdisk.vmx.hardware.DeviceSupport;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareMaxima;
import io.vmdisk.vmx.hardware.HardwareVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares a configuration with what its hardware version, or another one, and a host's release allow.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class HardwareLimits {
    private static final int NARROW_SCSI_DEVICES = 15;
    private static final int SATA_DEVICES = 30;
    private static final int MAX_PARALLEL = 3;
    private static final int MAX_FLOPPIES = 2;
    private static final int MAX_IDE = 4;

    private final VmxFile vmx;
    private final VmxDevices devices;
    private final HardwareVersion version;
    private final HardwareMaxima maxima;
    private final Optional<EsxiRelease> host;
    private final List<Violation> violations = new ArrayList<>();

    /**
     * Something beyond a limit.
     *
     * @param rule the lint rule it breaks, such as {@code LIM-04}
     * @param key the key with the value that is too large, or of a device too many
     * @param problem what was found and what is allowed
     */
    public record Violation(String rule, String key, String problem) {}

    private HardwareLimits(VmxFile vmx, HardwareVersion version, HardwareMaxima maxima, Optional<EsxiRelease> host) {
        this.vmx = vmx;
        this.devices = vmx.devices();
        this.version = version;
        this.maxima = maxima;
        this.host = host;
    }

    /**
     * Compares a configuration with limits.
     *
     * @param vmx the configuration
     * @param version the hardware version that it has or is to get
     * @param host the release of the host it is to run on; empty to leave that out
     * @return everything beyond a limit; empty for a version whose limits are not known
     */
    public static List<Violation> violations(VmxFile vmx, HardwareVersion version, Optional<EsxiRelease> host) {
        if (version.maxima().isEmpty()) {
            return List.of();
        }
        HardwareLimits limits =
                new HardwareLimits(vmx, version, version.maxima().get(), host);
        limits.checkProcessors();
        limits.checkMemory();
        limits.checkStorage();
        limits.checkPorts();
        limits.checkDevices();
        return limits.violations;
    }

    private void checkProcessors() {
        VmxCpu cpu = vmx.cpu();
        long most = Math.min(maxima.vcpus(), host.map(EsxiRelease::vcpus).orElse(Integer.MAX_VALUE));
        if (cpu.count() > most) {
            add("LIM-04", "numvcpus", cpu.count() + " processors, at most " + most);
        }
        if (cpu.coresPerSocket() > maxima.coresPerSocket()) {
            add(
                    "LIM-08",
                    "cpuid.coresPerSocket",
                    cpu.coresPerSocket() + " cores in a socket, at most " + maxima.coresPerSocket());
        }
    }

    private void checkMemory() {
        long most =
                Math.min(maxima.memoryMib(), host.map(EsxiRelease::memoryMib).orElse(Long.MAX_VALUE));
        if (vmx.memory().mib() > most) {
            add("LIM-05", "memSize", vmx.memory().mib() + " MiB of memory, at most " + most);
        }
    }

    private void checkStorage() {
        Map<String, Integer> counts = new TreeMap<>();
        for (DeviceNode node : devices.nodes()) {
            if (!devices.isPresent(node)) {
                continue;
            }
            if (node.bus() == Bus.SCSI && node.unit() == DeviceNode.SCSI_ADAPTER_UNIT) {
                add("LIM-09", node.key("present"), "unit 7 is the adapter's own");
            } else if (!node.isAddressable() || node.unit() >= unitsOf(node)) {
                add("LIM-09", node.key("present"), node + " is past the adapter's last unit or the last adapter");
            }
            counts.merge(node.bus() == Bus.IDE ? "ide" : node.controllerName(), 1, Integer::sum);
        }
        if (counts.getOrDefault("ide", 0) > MAX_IDE) {
            add("LIM-11", "ide0:0.present", counts.get("ide") + " IDE devices, at most " + MAX_IDE);
        }
        long sata =
                devices.controllers().stream().filter(c -> c.bus() == Bus.SATA).count();
        long nvme =
                devices.controllers().stream().filter(c -> c.bus() == Bus.NVME).count();
        long scsi =
                devices.controllers().stream().filter(c -> c.bus() == Bus.SCSI).count();
        if (scsi > maxima.scsiControllers()) {
            add("LIM-09", "scsi0.present", scsi + " SCSI adapters, at most " + maxima.scsiControllers());
        }
        if (maxima.sataControllers() > 0 && sata > maxima.sataControllers()) {
            add("LIM-09", "sata0.present", sata + " SATA adapters, at most " + maxima.sataControllers());
        }
        if (maxima.nvmeControllers() > 0 && nvme > maxima.nvmeControllers()) {
            add("LIM-09", "nvme0.present", nvme + " NVMe adapters, at most " + maxima.nvmeControllers());
        }
    }

    private int unitsOf(DeviceNode node) {
        return switch (node.bus()) {
            case SCSI -> {
                String type = vmx.dictionary().get(node.controllerKey("virtualDev"), "");
                boolean wide = type.equalsIgnoreCase("pvscsi") && maxima.pvscsiUnits() > NARROW_SCSI_DEVICES;
                yield wide ? Bus.SCSI.units() : NARROW_SCSI_DEVICES + 1;
            }
            case NVME -> Math.max(maxima.nvmeUnits(), 1);
            case SATA -> SATA_DEVICES;
            case IDE -> Bus.IDE.units();
        };
    }

    private void checkPorts() {
        count("LIM-10", "ethernet0.present", "network adapters", devices.nics().size(), maxima.nics());
        count(
                "LIM-11",
                "serial0.present",
                "serial ports",
                devices.ports().stream()
                        .filter(p -> p.kind() == VmxPort.Kind.SERIAL)
                        .count(),
                maxima.serialPorts());
        count(
                "LIM-11",
                "parallel0.present",
                "parallel ports",
                devices.ports().stream()
                        .filter(p -> p.kind() == VmxPort.Kind.PARALLEL)
                        .count(),
                MAX_PARALLEL);
        count(
                "LIM-11",
                "floppy0.present",
                "floppy drives",
                devices.media().stream()
                        .filter(m -> m.kind() == VmxMedia.Kind.FLOPPY)
                        .count(),
                MAX_FLOPPIES);
        count(
                "LIM-11",
                "pciPassthru0.present",
                "PCI devices of the host",
                devices.passthroughs().size(),
                maxima.passthroughDevices());
    }

    private void count(String rule, String key, String what, long found, int most) {
        if (found > most) {
            add(rule, key, found + " " + what + ", at most " + most);
        }
    }

    private void checkDevices() {
        for (VmxController controller : devices.controllers()) {
            String type = controller.bus() == Bus.SCSI
                    ? controller.type()
                    : controller.bus().prefix();
            requireVersion(type, controller.name() + (controller.bus() == Bus.SCSI ? ".virtualDev" : ".present"));
        }
        devices.nics().forEach(nic -> requireVersion(nic.type(), nic.key("virtualDev")));
        devices.usbControllers().forEach(usb -> requireVersion(usb, usb + ".present"));
        devices.passthroughs()
                .forEach(p -> requireVersion(p.type().isEmpty() ? "pciPassthru" : p.type(), p.name() + ".present"));
        if (vmx.firmware() == Firmware.EFI) {
            requireVersion("efi", "firmware");
        }
        if (vmx.secureBoot()) {
            requireVersion("secureBoot", "uefi.secureBoot.enabled");
        }
        if (devices.hasTpm()) {
            requireVersion("vtpm", "vtpm.present");
        }
    }

    private void requireVersion(String device, String key) {
        Optional<DeviceSupport> support = HardwareCatalog.get().device(device);
        if (support.isPresent() && support.get().fromHardware() > version.number()) {
            add(
                    "LIM-12",
                    key,
                    support.get().title() + " needs hardware version "
                            + support.get().fromHardware());
        }
    }

    private void add(String rule, String key, String problem) {
        String host = this.host.map(release -> " on ESXi " + release.name()).orElse("");
        violations.add(new Violation(rule, key, problem + " (hardware version " + version.number() + host + ")"));
    }
}
