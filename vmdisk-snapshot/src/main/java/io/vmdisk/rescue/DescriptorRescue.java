package io.vmdisk.rescue;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.AdapterType;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.Clues;
import io.vmdisk.repair.DescriptorRepair;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxController;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans the repair of a machine's descriptors with what only the machine knows: the adapter and hardware version stand in
 * the configuration, the disk below a lost delta in the snapshot list.
 */
final class DescriptorRescue {
    private final VirtualMachine machine;
    private final VmxFile vmx;
    private final OpenOptions options;
    /** The disks to look at, those below first, each with what is known of it. */
    private final Map<Path, Clues> disks = new LinkedHashMap<>();

    private final List<Repair> repairs = new ArrayList<>();

    DescriptorRescue(VirtualMachine machine, OpenOptions options) {
        this.machine = machine;
        this.vmx = machine.configuration();
        this.options = options;
    }

    Repair plan() throws IOException {
        findDisks();
        putOntoBases();
        for (Map.Entry<Path, Clues> disk : disks.entrySet()) {
            plan(disk.getKey(), disk.getValue());
        }
        return Repair.inOrder(repairs);
    }

    private void plan(Path disk, Clues clues) throws IOException {
        Path parent = clues.parent();
        if (parent != null && isPlanned(parent)) {
            repairs.add(new Later(disk, clues, options));
            return;
        }
        try {
            Repair repair = DescriptorRepair.of(disk, clues, options);
            if (!repair.isEmpty()) {
                repairs.add(new OfDisk(disk, repair));
            }
        } catch (VmdiskException e) {
            repairs.add(new Impossible(disk.getFileName() + " is left as it is: " + e.problem()
                    + e.hint().map(hint -> ": " + hint).orElse("")));
        } catch (NoSuchFileException e) {
            repairs.add(new Impossible(disk.getFileName() + " is left as it is: " + e.getFile() + " is not there"));
        }
    }

    private boolean isPlanned(Path disk) {
        return repairs.stream()
                .anyMatch(repair -> repair instanceof OfDisk done && done.disk.equals(disk)
                        || repair instanceof Later later && later.disk.equals(disk));
    }

    private void findDisks() throws IOException {
        SnapshotTree tree = machine.snapshots();
        List<Snapshot> open = new ArrayList<>(tree.roots());
        while (!open.isEmpty()) {
            Snapshot snapshot = open.remove(0);
            open.addAll(tree.children(snapshot));
            Optional<Snapshot> parent = tree.parent(snapshot);
            for (SnapshotDisk disk : snapshot.disks()) {
                add(
                        FileReference.of(disk.fileName()).place(machine.path()).map(machine.volume()::actual),
                        DeviceNode.parse(disk.node()),
                        parent.flatMap(below -> below.disk(disk.node())));
            }
        }
        for (VmDisk disk : machine.folder().disks()) {
            String node = disk.device().node().toString();
            boolean independent = disk.device().mode().isIndependent();
            add(
                    disk.path(),
                    Optional.of(disk.device().node()),
                    independent ? Optional.empty() : tree.current().flatMap(below -> below.disk(node)));
        }
    }

    /** A disk that somebody names, behind the nameless ones that its chain needs. */
    private void add(Optional<Path> disk, Optional<DeviceNode> node, Optional<SnapshotDisk> below) throws IOException {
        if (disk.isEmpty() || disks.containsKey(disk.get())) {
            return;
        }
        Clues clues = Clues.usual()
                .withAdapter(node.map(this::adapter).orElse(AdapterType.LSILOGIC))
                .withHardwareVersion(hardwareVersion());
        addChain(disk.get(), clues);
        Optional<Path> parent = below.flatMap(
                        frozen -> FileReference.of(frozen.fileName()).place(machine.path()))
                .map(machine.volume()::actual);
        boolean delta = parent.isPresent() && !parent.get().equals(disk.get()) && isDelta(disk.get());
        disks.put(disk.get(), delta ? clues.withParent(parent.get()) : clues);
    }

    private void addChain(Path disk, Clues clues) throws IOException {
        Optional<DiskNode> known = machine.disks().find(disk);
        if (known.isEmpty()) {
            return;
        }
        List<DiskNode> chain = machine.disks().chain(known.get());
        Optional<Path> lost = lostParent(chain.get(chain.size() - 1));
        lost.filter(path -> !disks.containsKey(path)).ifPresent(path -> disks.put(path, clues));
        for (int i = chain.size() - 1; i > 0; i--) {
            if (machine.reaches(chain.get(i).path())) {
                disks.putIfAbsent(chain.get(i).path(), clues);
            }
        }
    }

    /** The place in the machine's folder where a disk's parent should be, if none is found. */
    private Optional<Path> lostParent(DiskNode disk) {
        Optional<String> hint = disk.link().descriptor().parentHint();
        if (!disk.link().descriptor().hasParent() || hint.isEmpty()) {
            return Optional.empty();
        }
        try {
            return ParentHints.candidates(disk.path(), hint.get()).stream()
                    .filter(machine::reaches)
                    .findFirst();
        } catch (VmdiskException e) {
            return Optional.empty();
        }
    }

    /**
     * A first delta that lost its descriptor, while no list tells what it stands on, stands on the base of its name if there
     * is no other delta of that name; the base may have lost its descriptor too, and comes first then.
     */
    private void putOntoBases() throws IOException {
        Map<Path, Clues> found = new LinkedHashMap<>(disks);
        disks.clear();
        for (Map.Entry<Path, Clues> disk : found.entrySet()) {
            Clues clues = disk.getValue();
            Optional<Path> base = clues.parent() == null ? onlyBase(disk.getKey()) : Optional.empty();
            if (base.isPresent()) {
                disks.putIfAbsent(base.get(), found.getOrDefault(base.get(), clues));
                clues = clues.withParent(base.get());
            }
            disks.put(disk.getKey(), clues);
        }
    }

    private Optional<Path> onlyBase(Path disk) throws IOException {
        DiskFileName name = DiskFileName.parse(String.valueOf(disk.getFileName()));
        if (name.snapshot() != 1 || machine.disks().find(disk).isPresent() || !machine.reaches(disk)) {
            return Optional.empty();
        }
        boolean based = false;
        for (Path entry : machine.volume().list(AtomicName.folderOf(disk))) {
            String entryName = String.valueOf(entry.getFileName());
            DiskFileName file = DiskFileName.parse(entryName);
            if (!file.base().equals(name.base())
                    || !entryName.toLowerCase(Locale.ROOT).endsWith(".vmdk")) {
                continue;
            }
            if (file.snapshot() > 1) {
                return Optional.empty();
            }
            based |= file.snapshot() == 0 && file.role() != DiskFileName.Role.CHANGE_TRACKING;
        }
        return based ? Optional.of(disk.resolveSibling(DiskNames.descriptor(name.base()))) : Optional.empty();
    }

    private boolean isDelta(Path disk) throws IOException {
        String name = String.valueOf(disk.getFileName());
        if (DiskFileName.parse(name).snapshot() > 0) {
            return true;
        }
        for (Path entry : machine.volume().list(AtomicName.folderOf(disk))) {
            DiskFileName file = DiskFileName.parse(String.valueOf(entry.getFileName()));
            boolean sparse = file.role() == DiskFileName.Role.DELTA || file.role() == DiskFileName.Role.SE_SPARSE;
            if (sparse && file.descriptor().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private int hardwareVersion() {
        long version = vmx.hardwareVersion().orElse(CreateSpec.DEFAULT_HARDWARE_VERSION);
        return version >= 3 && version < 1000 ? (int) version : CreateSpec.DEFAULT_HARDWARE_VERSION;
    }

    private AdapterType adapter(DeviceNode node) {
        return switch (node.bus()) {
            case IDE -> AdapterType.IDE;
            case SATA -> AdapterType.SATA;
            case NVME -> AdapterType.NVME;
            case SCSI ->
                vmx.devices().controllers().stream()
                        .filter(controller -> controller.name().equals(node.controllerName()))
                        .map(VmxController::type)
                        .findFirst()
                        .flatMap(AdapterType::of)
                        .orElse(AdapterType.LSILOGIC);
        };
    }

    /** The repair of one disk. */
    private record OfDisk(Path disk, Repair repair) implements Repair {
        @Override
        public List<String> describe() {
            return repair.describe();
        }

        @Override
        public List<String> notes() {
            return repair.notes().stream()
                    .map(note -> disk.getFileName() + ": " + note)
                    .toList();
        }

        @Override
        public Optional<Plan> plan() {
            return repair.plan();
        }

        @Override
        public List<Path> changes() {
            return repair.changes();
        }

        @Override
        public void perform(Progress progress) throws IOException {
            repair.execute(progress);
        }
    }

    /** The repair of a disk that stands on one which is rebuilt before it, and can be looked at only then. */
    private record Later(Path disk, Clues clues, OpenOptions options) implements Repair {
        @Override
        public List<String> describe() {
            return List.of("rebuild " + disk.getFileName() + " on " + name(clues.parent()));
        }

        @Override
        public List<String> notes() {
            return List.of(
                    disk.getFileName() + ": the snapshot list, or the lack of any other disk of its name, says that it"
                            + " stands on " + name(clues.parent()));
        }

        private static String name(@Nullable Path parent) {
            return parent == null ? "nothing" : String.valueOf(parent.getFileName());
        }

        @Override
        public List<Path> changes() {
            return List.of(disk);
        }

        @Override
        public void perform(Progress progress) throws IOException {
            DescriptorRepair.of(disk, clues, options).execute(progress);
        }
    }

    /** A disk that can't be repaired; the others are. */
    private record Impossible(String note) implements Repair {
        @Override
        public List<String> describe() {
            return List.of();
        }

        @Override
        public List<String> notes() {
            return List.of(note);
        }

        @Override
        public void perform(Progress progress) {
            // There is nothing that could be done.
        }
    }
}
