package io.vmdisk.machine;

import io.vmdisk.Finding;
import io.vmdisk.Operation;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.clone.ClonePlanner;
import io.vmdisk.clone.RenamePlanner;
import io.vmdisk.clone.TemplatePlanner;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.RecoveryTrust;
import io.vmdisk.rescue.ListRebuild;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.rescue.MachineRepair;
import io.vmdisk.snapshot.LooseDisk;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vm.VmFolder;
import io.vmdisk.vmx.DeviceNode;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A virtual machine in a folder: what it is made of, and what can be done with it while it is off.
 *
 * <p>Immutable: it tells of the machine as it was opened; open it again after an {@link Operation} has run. Operations are
 * planned at once, when all that speaks against them is refused, and done by {@link Operation#run}.
 *
 * <pre>{@code
 * Machine machine = Machine.open(Path.of("web01"));
 * machine.createSnapshot("before the upgrade").run();
 * }</pre>
 *
 * <p>What answers may be used by many threads; planning is for one.
 *
 * @since 0.1
 */
public final class Machine {
    private final VirtualMachine inventory;
    private final MachineOptions options;

    private Machine(VirtualMachine inventory, MachineOptions options) {
        this.inventory = inventory;
        this.options = options;
    }

    /**
     * Opens the machine of a {@code .vmx} or {@code .vmtx}, or of a folder with exactly one.
     *
     * @throws io.vmdisk.MalformedFileException if that is no configuration
     */
    public static Machine open(Path machine) throws IOException {
        return open(machine, MachineOptions.standard());
    }

    /** Opens a machine. */
    public static Machine open(Path machine, MachineOptions options) throws IOException {
        return new Machine(VirtualMachine.open(machine, options.search(), options.volume()), options);
    }

    /**
     * Finishes or undoes the operation that was interrupted on a machine.
     *
     * @param machine its configuration, or its folder
     */
    public static RecoveryOutcome recover(Path machine) throws IOException {
        return recover(machine, MachineOptions.standard(), Progress.NONE);
    }

    /**
     * Finishes or undoes the operation that was interrupted on a machine.
     *
     * @param options with the folders outside the machine's own in which the operation was at work, such as that of a
     *     clone: {@link MachineOptions#withSearch}; no file of another folder changes
     */
    public static RecoveryOutcome recover(Path machine, MachineOptions options, Progress progress) throws IOException {
        Path configuration = VmFolder.configurationOf(machine, options.volume());
        RecoveryTrust trust = new RecoveryTrust(options.search(), Set.of());
        return new MachineWork(options.volume(), progress).recover(configuration, trust);
    }

    /**
     * Merges all links of a disk that belongs to no machine into its base.
     *
     * @param top the topmost link, which goes with all others but the base
     * @throws io.vmdisk.UnsafeStateException if a machine, a snapshot list or another disk may need one of the links
     */
    public static Operation consolidateDisk(Path top, MachineOptions options) throws IOException {
        Plan plan = new LooseDisk(options.volume(), options.search()).consolidate(top, LinkSpace.KEEP);
        return MachineOperation.of(plan, List.of(), options.volume());
    }

    /** What people call it. */
    public String name() {
        return inventory.configuration().displayName();
    }

    /** The folder it lies in. */
    public Path folder() {
        return inventory.path();
    }

    /** Its configuration, as a copy that can be edited and saved. */
    public VmxFile configuration() {
        return inventory.configuration();
    }

    /** Whether it is off, suspended or may run, and what says so. */
    public PowerVerdict power() throws IOException {
        return inventory.folder().power(options.clock().instant());
    }

    /** Its disks, by the devices of the configuration. */
    public List<VmDisk> disks() {
        return inventory.folder().disks();
    }

    /** Its snapshots. */
    public SnapshotTree snapshots() {
        return inventory.snapshots();
    }

    /** Every file in its folder, with its role. */
    public List<VmFile> files() {
        return inventory.folder().files();
    }

    /** What is wrong at the first glance; {@link #check()} looks at everything. */
    public List<Finding> findings() {
        return inventory.findings();
    }

    /** Opens the disk at a place, {@code scsi0:0}, as it is now, for reading. */
    public VirtualDisk openDisk(String place) throws IOException {
        DeviceNode node = DeviceNode.parse(place).orElseThrow(() -> unknownDisk(place));
        return open(inventory.active(node).orElseThrow(() -> unknownDisk(place)));
    }

    /**
     * Opens the disk at a place as a snapshot froze it, for reading.
     *
     * @param snapshot a name, {@code uid:N}, or a path of names with {@code /} between
     */
    public VirtualDisk openDisk(String place, String snapshot) throws IOException {
        for (SnapshotDisk disk : snapshots().select(snapshot).disks()) {
            if (disk.node().equals(place)) {
                return open(inventory.frozen(disk).orElseThrow(() -> unknownDisk(place)));
            }
        }
        throw unknownDisk(place);
    }

    private VirtualDisk open(DiskNode disk) throws IOException {
        return VirtualDisk.open(disk.path(), OpenOptions.readOnly().withVolume(options.volume()));
    }

    private UnsafeStateException unknownDisk(String place) {
        return new UnsafeStateException(
                "disk-unknown", inventory.configuration().file().orElse(null), "it has no disk at " + place);
    }

    /** Takes a snapshot of the present state, without memory. */
    public Operation createSnapshot(String name) throws IOException {
        return createSnapshot(SnapshotRequest.of(name, options.clock().instant()));
    }

    /** Takes a snapshot of the present state. */
    public Operation createSnapshot(SnapshotRequest request) throws IOException {
        return operation(snapshotPlanner().create(request));
    }

    /**
     * Puts a snapshot's state in place of the present one, which is lost.
     *
     * @param snapshot a name, {@code uid:N}, or a path of names with {@code /} between
     */
    public Operation revertTo(String snapshot) throws IOException {
        return operation(snapshotPlanner().revert(snapshots().select(snapshot)));
    }

    /** Removes a snapshot; what its disks hold goes to the states built on it. */
    public Operation deleteSnapshot(String snapshot) throws IOException {
        return operation(snapshotPlanner().delete(snapshots().select(snapshot), options.space()));
    }

    /** Removes a snapshot and all that descend from it; the present state stays as it is. */
    public Operation deleteSnapshotTree(String snapshot) throws IOException {
        return operation(snapshotPlanner().deleteWithChildren(snapshots().select(snapshot), options.space()));
    }

    /** Removes all snapshots; the present state stays as it is. */
    public Operation deleteAllSnapshots() throws IOException {
        return operation(snapshotPlanner().deleteAll(options.space()));
    }

    /** Merges every disk that no state names into the one that needs it; snapshots stay. */
    public Operation consolidate() throws IOException {
        return operation(snapshotPlanner().consolidate(options.space()));
    }

    /** Makes a machine that shares nothing with this one. */
    public Operation cloneTo(Path folder, String name) throws IOException {
        return clone(CloneRequest.full(List.of(NewMachine.of(folder, name))));
    }

    /** Makes a machine whose disks are deltas on those of a snapshot. */
    public Operation cloneLinked(Path folder, String name, String snapshot) throws IOException {
        Snapshot from = snapshots().select(snapshot);
        return clone(CloneRequest.linked(from.uid(), List.of(NewMachine.of(folder, name))));
    }

    /** Makes clones of any kind and number. */
    public Operation clone(CloneRequest request) throws IOException {
        return operation(new ClonePlanner(inventory, options.clock().instant(), options.consents(), options.random())
                .plan(request));
    }

    /** Gives it another name: its configuration, its files, and what names them, linked clones in reach included. */
    public Operation rename(String name) throws IOException {
        RenamePlanner planner = new RenamePlanner(inventory, options.clock().instant(), options.consents());
        Plan plan = planner.plan(name);
        return MachineOperation.of(plan, planner.concerned(), options.volume());
    }

    /**
     * Makes a template of it.
     *
     * @throws UnsafeStateException if it has snapshots, which nobody could revert to or delete; see {@link
     *     #toTemplateWithSnapshots()}
     */
    public Operation toTemplate() throws IOException {
        return template(TemplatePlanner.Snapshots.REFUSE);
    }

    /** Makes a template of it, whose snapshots stay and can be cloned from. */
    public Operation toTemplateWithSnapshots() throws IOException {
        return template(TemplatePlanner.Snapshots.KEEP);
    }

    private Operation template(TemplatePlanner.Snapshots snapshots) throws IOException {
        return operation(new TemplatePlanner(inventory, options.clock().instant()).toTemplate(snapshots));
    }

    /** Makes a machine of a template. */
    public Operation toMachine() throws IOException {
        return operation(new TemplatePlanner(inventory, options.clock().instant()).toMachine());
    }

    /** Looks for all that is wrong with it; see {@link MachineCheck}. */
    public CheckReport check() throws IOException {
        return check(CheckOptions.standard(), Progress.NONE);
    }

    /** Looks for all that is wrong with it; see {@link MachineCheck}. */
    public CheckReport check(CheckOptions how, Progress progress) throws IOException {
        OpenOptions opening = how.opening().withVolume(options.volume());
        return MachineCheck.run(
                inventory.configuration().file().orElseThrow(),
                options.search(),
                how.withOpening(opening),
                options.clock().instant(),
                progress);
    }

    /** Puts the metadata of its sparse files in order: tables from their other copy, free maps, marks of use. */
    public Operation repairTables() throws IOException {
        return MachineOperation.of(repair().tables(), inventory, options.volume());
    }

    /** Gives back what its sparse files hold but nothing uses. */
    public Operation repairLeaks() throws IOException {
        return MachineOperation.of(repair().leaks(), inventory, options.volume());
    }

    /** Rebuilds descriptors that are lost or garbled. */
    public Operation repairDescriptors() throws IOException {
        return MachineOperation.of(repair().descriptors(), inventory, options.volume());
    }

    /** Makes the snapshot list anew from chains and checkpoints. */
    public Operation rebuildSnapshotList() throws IOException {
        return operation(ListRebuild.plan(inventory, options.search(), readiness()));
    }

    private MachineRepair repair() throws IOException {
        return new MachineRepair(inventory, readiness());
    }

    private Readiness readiness() {
        return new Readiness(inventory, options.clock().instant(), options.consents());
    }

    private SnapshotPlanner snapshotPlanner() {
        return new SnapshotPlanner(inventory, options.clock().instant(), options.consents());
    }

    private Operation operation(Plan plan) {
        return MachineOperation.of(plan, List.of(inventory), options.volume());
    }

    @Override
    public String toString() {
        return name() + " in " + folder();
    }
}
