package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxMedia;
import io.vmdisk.vmx.VmxPort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of what ties a machine to its host, or opens it: drives, ports, shared storage. */
final class MotionChecks {
    private MotionChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "VMO-01" -> hostDevices(subject);
            case "VMO-02" -> drives(subject, VmxMedia.Backing.CLIENT);
            case "VMO-03" -> drives(subject, VmxMedia.Backing.IMAGE);
            case "VMO-07" -> sharedStorage(subject);
            case "TPL-02" -> connectedDrives(subject);
            case "TPL-09" -> needless(subject);
            default -> null;
        };
    }

    private static List<Hit> drives(LintSubject subject, VmxMedia.Backing backing) {
        return subject.media().stream()
                .filter(drive -> drive.connected() && drive.backing() == backing)
                .filter(drive ->
                        backing != VmxMedia.Backing.IMAGE || drive.file().isFile())
                .filter(drive -> !isEmpty(drive))
                .map(drive -> Hit.at(drive.key("fileName"), drive.name() + ": " + drive.file()))
                .toList();
    }

    /** Whether a drive holds nothing and is bound to nothing: no device is named, or by the word that hosts write. */
    private static boolean isEmpty(VmxMedia drive) {
        String name = drive.file().text();
        return Ascii.equalsIgnoreCase(name, "emptyBackingString")
                || (name.isEmpty() && drive.backing() == VmxMedia.Backing.HOST_DEVICE);
    }

    /** A drive of whatever host the machine runs on asks for no medium. */
    private static boolean isAnyMedium(String name) {
        return name.isEmpty() || Ascii.equalsIgnoreCase(name, "auto detect");
    }

    private static List<Hit> hostDevices(LintSubject subject) {
        List<Hit> hits = new ArrayList<>(drives(subject, VmxMedia.Backing.HOST_DEVICE));
        for (VmxPort port : subject.devices().ports()) {
            boolean device = port.backing().equals("device")
                    || port.target().kind() == FileReference.Kind.DEVICE
                    || port.backing().equals("pipe");
            if (port.connected() && device) {
                hits.add(Hit.at(port.name() + ".fileName"));
            }
        }
        return hits;
    }

    private static List<Hit> sharedStorage(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxDisk disk : subject.disks()) {
            boolean raw = subject.context()
                    .disk(disk.file())
                    .map(facts -> facts.createType().contains("RawDeviceMap"))
                    .orElse(false);
            if (raw || disk.multiWriter() || StorageChecks.isOnSharedBus(subject, disk.node())) {
                hits.add(Hit.at(disk.node().key("fileName")));
            }
        }
        return hits;
    }

    private static List<Hit> connectedDrives(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxMedia.Backing backing : VmxMedia.Backing.values()) {
            hits.addAll(drives(subject, backing));
        }
        hits.removeIf(hit -> isAnyMedium(subject.keys().get(hit.key(), "")));
        return hits;
    }

    static List<Hit> needless(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (VmxMedia drive : subject.media()) {
            if (drive.kind() == VmxMedia.Kind.FLOPPY || drive.connected()) {
                hits.add(Hit.at(drive.key("present"), drive.name()));
            }
        }
        subject.devices().ports().forEach(port -> hits.add(Hit.at(port.name() + ".present", port.name())));
        subject.devices().usbControllers().forEach(usb -> hits.add(Hit.at(usb + ".present", usb)));
        if (subject.devices().hasSound()) {
            hits.add(Hit.at("sound.present", "sound"));
        }
        return hits;
    }
}
