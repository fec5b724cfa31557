package io.vmdisk.clone;

import com.google.common.base.Ascii;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.snapshot.DeltaKinds;
import io.vmdisk.snapshot.FreezeRules;
import io.vmdisk.snapshot.LinkForm;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.CopyContent;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The disks of one clone: their names, and what makes them. */
final class CloneDisks {
    private static final Pattern NUMBER = Pattern.compile("-[0-9]{6}$");

    private final Map<DeviceNode, String> names = new LinkedHashMap<>();
    private final List<String> sentinels = new ArrayList<>();
    private final List<Preparation> preparations = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private final CloneRequest request;
    private final VmxFile vmx;
    private final Volume volume;

    private CloneDisks(CloneRequest request, VirtualMachine machine) {
        this.request = request;
        this.vmx = machine.configuration();
        this.volume = machine.volume();
    }

    /**
     * Plans them.
     *
     * @param machine the source
     * @param held what copies of each disk hold, if it is known already
     */
    static CloneDisks of(
            CloneRequest request,
            NewMachine clone,
            List<SourceDisk> sources,
            VirtualMachine machine,
            Map<Copied, CopyContent> held)
            throws IOException {
        CloneDisks disks = new CloneDisks(request, machine);
        for (SourceDisk source : sources) {
            boolean linked = request.kind() != CloneRequest.Kind.FULL;
            Path target = clone.folder().resolve(disks.name(source, clone, linked));
            disks.names.put(source.place(), String.valueOf(target.getFileName()));
            DiskChain chain =
                    DiskChain.of(source.disk().path(), OpenOptions.readOnly().withVolume(disks.volume));
            if (!chain.isWhole()) {
                throw chain.failure();
            }
            if (linked && source.sharing() == SourceDisk.Sharing.FROZEN) {
                new FreezeRules(machine).requireOneCapacity(source.disk());
                CreateSpec spec = LinkForm.of(
                        source.disk().link(), disks.vmx, request.format(), DeltaKinds.around(machine, source.disk()));
                disks.preparations.add(new CreateDisk(target, spec));
                disks.sentinels.add(String.valueOf(target.getFileName()));
            } else {
                disks.preparations.add(disks.copy(source, chain, target, held));
            }
        }
        return disks;
    }

    /** Copies are called like the clone, as vCenter does; those of linked clones like their source, as Workstation does. */
    private String name(SourceDisk source, NewMachine clone, boolean linked) {
        String stem = clone.name();
        if (linked) {
            stem = NUMBER.matcher(DiskNames.stem(source.disk().name())).replaceFirst("") + "-cl";
        }
        for (int number = linked ? 1 : 0; ; number++) {
            String tail = linked ? String.valueOf(number) : number == 0 ? "" : "_" + number;
            String name = DiskNames.descriptor(stem + tail);
            if (taken.add(Ascii.toLowerCase(name))) {
                return name;
            }
        }
    }

    /** A disk that is copied into a folder, or one above it that exists: all such copies hold the same. */
    record Copied(Path disk, Path folder, DiskFormat format) {}

    private Preparation copy(SourceDisk source, DiskChain chain, Path target, Map<Copied, CopyContent> held)
            throws IOException {
        Path path = source.disk().path();
        refuseDevice(source, chain.base());
        CreateSpec spec = CreateSpec.of(formatOf(chain), chain.top().capacity()).withFacts(facts(chain));
        Copied copied = new Copied(path, volume.existing(AtomicName.folderOf(target)), spec.format());
        CopyContent known = held.get(copied);
        CopyContent content = known == null ? content(path, target, spec) : known;
        held.put(copied, content);
        return new CopyDisk(path, target, spec, content.copied(), content.shared());
    }

    /** The disk's own; where it says nothing of the hardware that it is for, that is the machine's. */
    private DiskFacts facts(DiskChain chain) {
        DiskFacts kept = DiskFacts.keptFrom(chain.descriptors(), DiskFacts.Identity.FRESH);
        boolean told = chain.descriptors().stream()
                .anyMatch(link -> link.hardwareVersion().isPresent());
        return told ? kept : kept.withHardwareVersion(LinkForm.hardwareOf(vmx));
    }

    private CopyContent content(Path disk, Path target, CreateSpec spec) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            return new DiskConverter(1, volume, Progress.NONE).content(opened, target, spec);
        }
    }

    private static void refuseDevice(SourceDisk source, DiskLink base) throws UnsupportedFeatureException {
        CreateType type = base.descriptor().createType();
        boolean device = switch (type) {
            case RAW_DEVICE_MAP, PASSTHROUGH_RAW_DEVICE_MAP, VMFS_RAW, FULL_DEVICE, PARTITIONED_DEVICE -> true;
            default -> false;
        };
        if (device) {
            throw new UnsupportedFeatureException(
                    "raw-device",
                    source.disk().path(),
                    "the disk at " + source.place() + " is a raw device ("
                            + base.descriptor().createTypeName() + "), whose data is not in any file here",
                    Remedy.say("convert it with the device named: ")
                            .with(Kind.DEVICE)
                            .and("; or remove it from a copy of the configuration"));
        }
    }

    /** The choice is for what this kind of clone makes of most disks; links' formats don't stand alone. */
    private DiskFormat formatOf(DiskChain chain) throws UnsupportedFeatureException {
        boolean asked =
                request.kind() == CloneRequest.Kind.FULL && request.format().isPresent();
        DiskFormat format = asked
                ? request.format().get()
                : DiskFormat.forCopyOf(chain.base().descriptor());
        return switch (format) {
            case MONOLITHIC_SPARSE, MONOLITHIC_FLAT, TWO_GB_SPARSE, TWO_GB_FLAT, VMFS, VMFS_EAGER, VMFS_THIN -> format;
            case STREAM_OPTIMIZED, RAW, VMFS_SPARSE, SE_SPARSE -> {
                if (asked) {
                    throw new UnsupportedFeatureException(
                            "clone-format",
                            chain.top().path(),
                            "no machine starts from a disk of format " + format.word() + " that stands alone",
                            "use thin, vmfs, eager, sparse, 2gbsparse, monolithicFlat or twoGbMaxExtentFlat");
                }
                yield DiskFormat.MONOLITHIC_SPARSE;
            }
        };
    }

    /** Their names, by place. */
    Map<DeviceNode, String> names() {
        return names;
    }

    /** Those that lie on the source's. */
    List<String> sentinels() {
        return sentinels;
    }

    /** What makes them. */
    List<Preparation> preparations() {
        return preparations;
    }
}
