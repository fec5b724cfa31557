package io.vmdisk.clone;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.vmx.CloneIdentity;
import io.vmdisk.vmx.MacAddress;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.VmxNic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Makes the configuration of a machine that of its clone. For one clone. */
final class CloneConfiguration {
    /** Places of the source, and what marks it as one to clone from. */
    private static final List<String> OF_THE_SOURCE = List.of(
            "workingDir",
            "snapshot.redoNotWithParent",
            "fileSearchPath",
            "templateVM",
            "vmx.log.fileName",
            "log.fileName",
            "sched.swap.dir");

    private final CloneRequest request;
    private final NewMachine clone;
    private final RandomGenerator random;

    CloneConfiguration(CloneRequest request, NewMachine clone, RandomGenerator random) {
        this.request = request;
        this.clone = clone;
        this.random = random;
    }

    /**
     * Files of the clone that its configuration names; all are called like the clone.
     *
     * @param nvram firmware variables
     * @param extended the {@code .vmxf}
     * @param checkpoint what it resumes from
     */
    record Files(Optional<Path> nvram, Optional<Path> extended, Optional<Path> checkpoint) {}

    /**
     * Renews it.
     *
     * @param vmx the source's configuration, with the clone's disks; changed
     * @param source the folder of the source
     */
    void renew(VmxFile vmx, Files files, CloneDevices devices, Path source) throws IOException {
        Dictionary keys = vmx.dictionary();
        VmUuid identity = new CloneIdentity(request.macs(), random).renew(vmx);
        address(vmx, clone.macs());
        OF_THE_SOURCE.forEach(keys::remove);
        keys.set("displayName", clone.name());
        name(keys, "nvram", files.nvram());
        name(keys, "extendedConfigFile", files.extended());
        devices.renew(vmx, request.ports());
        if (request.kind() != CloneRequest.Kind.FULL) {
            // Where hosted products look for parents that moved.
            keys.set("fileSearchPath", ".;" + source);
        }
        if (files.checkpoint().isPresent()) {
            name(keys, "checkpoint.vmState", files.checkpoint());
            keys.set("checkpoint.vmState.readOnly", "FALSE");
        }
        if (clone.guest().isPresent()) {
            Map<String, String> told =
                    GuestKeys.of(clone.guest().get(), identity, vmx.devices().nics());
            for (Map.Entry<String, String> key : told.entrySet()) {
                keys.set(key.getKey(), key.getValue());
            }
        }
        if (request.kind() == CloneRequest.Kind.INSTANT) {
            disconnect(vmx);
        }
        for (Map.Entry<String, String> setting : clone.settings().entrySet()) {
            keys.set(setting.getKey(), setting.getValue());
        }
    }

    /** What a user gives is static, whatever gave the address before. */
    private static void address(VmxFile vmx, List<MacAddress> macs) throws IOException {
        Dictionary keys = vmx.dictionary();
        List<VmxNic> adapters = vmx.devices().nics();
        if (macs.size() > adapters.size()) {
            throw new UnsafeStateException(
                    "no-adapter",
                    vmx.file().orElse(null),
                    "the machine has no network adapter that could have the address " + macs.get(adapters.size()),
                    Remedy.say("leave addresses out of ").with(Kind.MAC).and(", or add an adapter"));
        }
        for (int i = 0; i < macs.size(); i++) {
            VmxNic adapter = adapters.get(i);
            keys.set(adapter.key("addressType"), VmxNic.AddressType.STATIC.text());
            keys.set(adapter.key("address"), macs.get(i).toString());
            keys.remove(adapter.key("generatedAddress"));
            keys.remove(adapter.key("generatedAddressOffset"));
        }
    }

    /**
     * A guest that resumes goes on with its source's addresses, so nothing may be on the network before it has its own:
     * "Avoiding Network Identity Collisions after Instant Clone Operations" in VMware's SDK guide.
     */
    private static void disconnect(VmxFile vmx) throws IOException {
        for (VmxNic nic : vmx.devices().nics()) {
            vmx.dictionary().set(nic.key("startConnected"), "FALSE");
        }
    }

    private static void name(Dictionary keys, String key, Optional<Path> file) throws IOException {
        if (file.isPresent()) {
            keys.set(key, String.valueOf(file.get().getFileName()));
        } else {
            keys.remove(key);
        }
    }
}
