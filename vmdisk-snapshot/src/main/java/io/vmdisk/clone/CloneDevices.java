package io.vmdisk.clone;

import com.google.common.base.Ascii;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.machine.model.Ports;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxMedia;
import io.vmdisk.vmx.VmxNic;
import io.vmdisk.vmx.VmxPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a clone's removable media, ports and adapters.
 *
 * <p>An image of a CD is shared by reference. An image of a floppy that lies with the source can be written, so the clone
 * has a copy. Files that ports write are never shared. What the source has on a distributed switch stays its own.
 */
final class CloneDevices {
    /** The largest floppy has 2.88 MB. */
    private static final long MAX_FLOPPY_BYTES = 4 << 20;

    private final VirtualMachine machine;
    private final Path configuration;
    private final String stem;
    private final PlanBuilder draft;
    private final Set<String> taken = new HashSet<>();

    /**
     * The devices of one clone.
     *
     * @param configuration where its configuration will be
     * @param stem what its files are called
     */
    CloneDevices(VirtualMachine machine, Path configuration, String stem, PlanBuilder draft) {
        this.machine = machine;
        this.configuration = configuration;
        this.stem = stem;
        this.draft = draft;
    }

    void renew(VmxFile vmx, Ports ports) throws IOException {
        for (VmxMedia drive : vmx.devices().media()) {
            renew(vmx.dictionary(), drive);
        }
        if (ports != Ports.KEEP) {
            for (VmxPort port : vmx.devices().ports()) {
                renew(vmx.dictionary(), port, ports);
            }
        }
        for (VmxNic nic : vmx.devices().nics()) {
            vmx.dictionary().remove(nic.key("dvs.portId"));
            vmx.dictionary().remove(nic.key("dvs.connectionId"));
            vmx.dictionary().remove(nic.key("externalId"));
        }
        for (DeviceNode node : vmx.devices().nodes()) {
            vmx.dictionary().remove(node.key("digestFileName"));
            if (!vmx.devices().isPresent(node) && vmx.devices().isDisk(node)) {
                // Who made the device present again would write to the source's disk.
                vmx.dictionary().remove(node.key("fileName"));
            }
            if (vmx.dictionary().contains(node.key("filters"))) {
                draft.note("the filters of " + node + " start anew: "
                        + vmx.dictionary().get(node.key("filters"), ""));
            }
        }
    }

    private void renew(Dictionary keys, VmxMedia drive) throws IOException {
        if (drive.backing() != VmxMedia.Backing.IMAGE || !drive.file().isFile()) {
            return;
        }
        Optional<Path> image =
                drive.file().place(machine.path()).map(machine.folder()::here).filter(this::isFile);
        if (image.isEmpty()) {
            draft.note(
                    "the image " + drive.file() + " of " + drive.name() + " is not seen from here; it is still named");
            return;
        }
        boolean written = drive.kind() == VmxMedia.Kind.FLOPPY
                && machine.reaches(image.get())
                && !keys.flag(drive.key("readonly")).orElse(false)
                && machine.volume().facts(image.get()).size() <= MAX_FLOPPY_BYTES;
        if (written) {
            String name = own(String.valueOf(image.get().getFileName()));
            draft.prepare(CopyFile.of(image.get(), configuration.resolveSibling(name), machine.volume()));
            keys.set(drive.key("fileName"), name);
        } else if (drive.file()
                .resolve(AtomicName.folderOf(configuration))
                .filter(image.get()::equals)
                .isEmpty()) {
            keys.set(drive.key("fileName"), ParentHints.hintFor(configuration, image.get()));
        }
    }

    private boolean isFile(Path path) {
        try {
            return machine.volume().exists(path) && machine.volume().facts(path).kind() == FileFacts.Kind.FILE;
        } catch (IOException e) {
            // It went away, or nobody may look.
            return false;
        }
    }

    private void renew(Dictionary keys, VmxPort port, Ports ports) throws IOException {
        boolean client = keys.get(port.name() + ".network.endPoint", "").equals("client");
        boolean writesFile = port.backing().equals("file") && port.target().isFile();
        if (ports == Ports.OWN && writesFile) {
            String name = own(port.target().baseName());
            if (name.length() > 0 && !isOfMachine(name)) {
                keys.set(port.name() + ".fileName", name);
                return;
            }
        }
        boolean shared =
                writesFile || port.backing().equals("pipe") || port.backing().equals("network") && !client;
        if ((ports == Ports.DISCONNECT || shared) && port.connected()) {
            keys.set(port.name() + ".startConnected", "FALSE");
            draft.note(port.name() + " is not connected at power-on: " + port.target());
        }
    }

    /** A port must not write over what the clone consists of. */
    private static boolean isOfMachine(String name) {
        String folded = Ascii.toLowerCase(name);
        return Set.of(".vmx", ".vmtx", ".vmxf", ".vmsd", ".vmdk", ".nvram", ".vmss", ".vmsn", ".vmem", ".vswp").stream()
                .anyMatch(folded::endsWith);
    }

    /** The clone's name for a file of the source: with its own stem where the source's had its own. */
    private String own(String name) {
        String source = machine.configuration().stem();
        String renamed = name.startsWith(source) ? stem + name.substring(source.length()) : name;
        String fresh = renamed;
        for (int number = 1; !taken.add(Ascii.toLowerCase(fresh)); number++) {
            int dot = renamed.lastIndexOf('.');
            fresh = dot < 0
                    ? renamed + "_" + number
                    : renamed.substring(0, dot) + "_" + number + renamed.substring(dot);
        }
        return fresh;
    }
}
