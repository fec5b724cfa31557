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
 * A virtual machine in a folder: what it consists of, and what can be done with it while it is off.
 *
 * <p>Immutable: it describes the machine as it was when it was opened. Open it again after an {@link Operation} has
 * run. Planning an operation changes nothing and refuses everything that speaks against it; {@link Operation#run} does
 * the work.
 *
 * <pre>{@code
 * Machine machine = Machine.open(Path.of("web01"));
 * machine.createSnapshot("before the upgrade").run();
 * }</pre>
 *
 * <p>Planning fails with {@link UnsafeStateException} if the machine runs ({@code running}), has crashed ({@code
 * crashed}), is suspended and the operation would spoil its memory ({@code suspended}), or if an operation on it was
 * interrupted ({@code journal}, {@code mid-operation}) or its files contradict each other ({@code inconsistent}). A
 * {@link io.vmdisk.machine.model.Consent} in the options allows some of these. It fails with {@link
 * io.vmdisk.UnsupportedFeatureException} {@code encrypted} if the machine is encrypted, with {@link
 * io.vmdisk.MalformedFileException} if the snapshot list is damaged, and with any {@link IOException} if a file can't
 * be read. Methods say only what else they refuse.
 *
 * <p>Methods that return facts may be called by many threads; planning is for one thread.
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
     * Opens a machine with {@link MachineOptions#standard()}.
     *
     * @param machine a {@code .vmx} or {@code .vmtx}, or a folder with exactly one machine
     * @return the machine as it is now; nothing has to be closed
     * @throws IOException as {@link #open(Path, MachineOptions)}
     */
    public static Machine open(Path machine) throws IOException {
        return open(machine, MachineOptions.standard());
    }

    /**
     * Opens a machine.
     *
     * @param machine a {@code .vmx} or {@code .vmtx}, or a folder with exactly one machine
     * @param options where to look, what the user agreed to, and how to work
     * @return the machine as it is now; nothing has to be closed
     * @throws io.vmdisk.MalformedFileException {@code vmx} if the file is no configuration
     * @throws io.vmdisk.UnsupportedFeatureException {@code not-a-machine} if the file is something else
     * @throws UnsafeStateException {@code no-machine} or {@code several-machines} for a folder, {@code
     *     two-configurations} if a {@code .vmx} and a {@code .vmtx} of one name exist, {@code outside-folder} if a link
     *     leads out of the folder
     * @throws IOException if the folder or a file can't be read
     */
    public static Machine open(Path machine, MachineOptions options) throws IOException {
        return new Machine(VirtualMachine.open(machine, options.search(), options.volume()), options);
    }

    /**
     * Finishes or undoes the operation that was interrupted on a machine, with {@link MachineOptions#standard()}.
     *
     * @param machine its configuration, or its folder
     * @return what was done
     * @throws IOException as {@link #recover(Path, MachineOptions, Progress)}
     */
    public static RecoveryOutcome recover(Path machine) throws IOException {
        return recover(machine, MachineOptions.standard(), Progress.NONE);
    }

    /**
     * Finishes or undoes the operation that was interrupted on a machine.
     *
     * @param machine its configuration, or its folder
     * @param options with the folders other than the machine's own in which the operation worked, such as that of a
     *     clone: {@link MachineOptions#withSearch}; files of other folders are not changed
     * @param progress follows the work and may cancel it; then recovery can be run again
     * @return what was done; {@link RecoveryOutcome#NOTHING} if no operation was interrupted
     * @throws UnsafeStateException {@code locked} if something uses the machine, or if a file is not as the operation
     *     left it
     * @throws IOException if a file can't be read or written
     */
    public static RecoveryOutcome recover(Path machine, MachineOptions options, Progress progress) throws IOException {
        Path configuration = VmFolder.configurationOf(machine, options.volume());
        RecoveryTrust trust = new RecoveryTrust(options.search(), Set.of());
        return new MachineWork(options.volume(), progress).recover(configuration, trust);
    }

    /**
     * Plans to merge all links of a disk that belongs to no machine into its base.
     *
     * @param top the topmost link; it is deleted with all other links except the base
     * @param options where to look for machines and lists that may need one of the links
     * @return the operation
     * @throws io.vmdisk.UnsafeStateException if a machine, a snapshot list or another disk may need one of the links
     * @throws IOException if a file can't be read
     */
    public static Operation consolidateDisk(Path top, MachineOptions options) throws IOException {
        Plan plan = new LooseDisk(options.volume(), options.search()).consolidate(top, LinkSpace.KEEP);
        return MachineOperation.of(plan, List.of(), options.volume());
    }

    /** {@return the name that people see, {@code displayName}} */
    public String name() {
        return inventory.configuration().displayName();
    }

    /** {@return the machine's folder} */
    public Path folder() {
        return inventory.path();
    }

    /** {@return the configuration, a copy that can be edited and saved} */
    public VmxFile configuration() {
        return inventory.configuration();
    }

    /**
     * {@return whether the machine is off, suspended or may run, with the reasons}
     *
     * @throws IOException if a file that tells it can't be read
     */
    public PowerVerdict power() throws IOException {
        return inventory.folder().power(options.clock().instant());
    }

    /** {@return its disks in its present state, in the order of the configuration's devices} */
    public List<VmDisk> disks() {
        return inventory.folder().disks();
    }

    /** {@return its snapshots; an empty tree if it has none} */
    public SnapshotTree snapshots() {
        return inventory.snapshots();
    }

    /** {@return all files in its folder, with their roles} */
    public List<VmFile> files() {
        return inventory.folder().files();
    }

    /** {@return what is wrong as far as opening the machine showed; {@link #check()} looks at everything} */
    public List<Finding> findings() {
        return inventory.findings();
    }

    /**
     * Opens a disk in its present state, for reading.
     *
     * @param place its device, such as {@code scsi0:0}
     * @return the open disk, which the caller closes
     * @throws UnsafeStateException {@code disk-unknown} if there is no disk at this place that can be found
     * @throws IOException if the disk can't be opened
     */
    public VirtualDisk openDisk(String place) throws IOException {
        DeviceNode node = DeviceNode.parse(place).orElseThrow(() -> unknownDisk(place));
        return open(inventory.active(node).orElseThrow(() -> unknownDisk(place)));
    }

    /**
     * Opens a disk as a snapshot froze it, for reading.
     *
     * @param place its device, such as {@code scsi0:0}, in any case
     * @param snapshot as in {@link SnapshotTree#select}
     * @return the open disk, which the caller closes
     * @throws UnsafeStateException {@code snapshot-unknown}, {@code snapshot-ambiguous} or {@code disk-unknown}
     * @throws IOException if the disk can't be opened
     */
    public VirtualDisk openDisk(String place, String snapshot) throws IOException {
        SnapshotDisk disk = snapshots().select(snapshot).disk(place).orElseThrow(() -> unknownDisk(place));
        return open(inventory.frozen(disk).orElseThrow(() -> unknownDisk(place)));
    }

    private VirtualDisk open(DiskNode disk) throws IOException {
        return VirtualDisk.open(disk.path(), OpenOptions.readOnly().withVolume(options.volume()));
    }

    private UnsafeStateException unknownDisk(String place) {
        return new UnsafeStateException(
                "disk-unknown", inventory.configuration().file().orElse(null), "it has no disk at " + place);
    }

    /**
     * Plans a snapshot of the present state, without memory.
     *
     * @param name any text
     * @return the operation
     * @throws IOException as {@link #createSnapshot(SnapshotRequest)}
     */
    public Operation createSnapshot(String name) throws IOException {
        return createSnapshot(SnapshotRequest.of(name, options.clock().instant()));
    }

    /**
     * Plans a snapshot of the present state. Its disks are frozen, and the machine continues in new empty links on top
     * of them.
     *
     * @param request its name and content
     * @return the operation
     * @throws UnsafeStateException {@code template} if the machine is a template, {@code disk-missing} if a disk can't
     *     be read, {@code exists} if a file of a new name exists
     * @throws io.vmdisk.UnsupportedFeatureException {@code disk-mode} if a disk has a mode of old products
     * @throws IOException as the class says
     */
    public Operation createSnapshot(SnapshotRequest request) throws IOException {
        return operation(snapshotPlanner().create(request));
    }

    /**
     * Plans to replace the present state by that of a snapshot. The present state is lost.
     *
     * @param snapshot as in {@link SnapshotTree#select}
     * @return the operation
     * @throws UnsafeStateException {@code snapshot-unknown}, {@code snapshot-ambiguous}, or {@code template} if the
     *     machine is a template
     * @throws io.vmdisk.BrokenChainException if a disk of the snapshot lacks a parent
     * @throws IOException as the class says
     */
    public Operation revertTo(String snapshot) throws IOException {
        return operation(snapshotPlanner().revert(snapshots().select(snapshot)));
    }

    /**
     * Plans to remove a snapshot. The content of its disks is merged into the states that build on it.
     *
     * @param snapshot as in {@link SnapshotTree#select}
     * @return the operation
     * @throws UnsafeStateException {@code snapshot-unknown}, {@code snapshot-ambiguous}, or {@code clones} if a linked
     *     clone depends on it
     * @throws IOException as the class says
     */
    public Operation deleteSnapshot(String snapshot) throws IOException {
        return operation(snapshotPlanner().delete(snapshots().select(snapshot), options.space()));
    }

    /**
     * Plans to remove a snapshot and all its descendants. The present state stays as it is.
     *
     * @param snapshot as in {@link SnapshotTree#select}
     * @return the operation
     * @throws UnsafeStateException {@code snapshot-unknown}, {@code snapshot-ambiguous}, or {@code clones} if a linked
     *     clone depends on one of them
     * @throws IOException as the class says
     */
    public Operation deleteSnapshotTree(String snapshot) throws IOException {
        return operation(snapshotPlanner().deleteWithChildren(snapshots().select(snapshot), options.space()));
    }

    /**
     * Plans to remove all snapshots. The present state stays as it is.
     *
     * @return the operation
     * @throws UnsafeStateException {@code clones} if a linked clone depends on one of them
     * @throws IOException as the class says
     */
    public Operation deleteAllSnapshots() throws IOException {
        return operation(snapshotPlanner().deleteAll(options.space()));
    }

    /**
     * Plans to merge each link that no snapshot and no configuration names into the disk that needs it. The snapshots
     * stay.
     *
     * @return the operation
     * @throws IOException as the class says
     */
    public Operation consolidate() throws IOException {
        return operation(snapshotPlanner().consolidate(options.space()));
    }

    /**
     * Plans a copy of the present state that shares nothing with this machine.
     *
     * @param folder of the new machine; must be empty or not exist
     * @param name of the new machine and its files
     * @return the operation
     * @throws IOException as {@link #clone(CloneRequest)}
     */
    public Operation cloneTo(Path folder, String name) throws IOException {
        return clone(CloneRequest.full(List.of(NewMachine.of(folder, name))));
    }

    /**
     * Plans a machine whose disks are links on the disks of a snapshot.
     *
     * @param folder of the new machine; must be empty or not exist
     * @param name of the new machine and its files
     * @param snapshot as in {@link SnapshotTree#select}
     * @return the operation
     * @throws IOException as {@link #clone(CloneRequest)}
     */
    public Operation cloneLinked(Path folder, String name, String snapshot) throws IOException {
        Snapshot from = snapshots().select(snapshot);
        return clone(CloneRequest.linked(from.uid(), List.of(NewMachine.of(folder, name))));
    }

    /**
     * Plans clones of any kind and number. After a crash there are all of them or none.
     *
     * @param request what to make
     * @return the operation
     * @throws UnsafeStateException {@code exists} if a folder is not empty or named twice, {@code snapshot-unknown},
     *     {@code no-memory} if a snapshot has no memory for an instant clone, {@code independent-disk} if a disk is not
     *     part of snapshots
     * @throws io.vmdisk.UnsupportedFeatureException {@code machine-name} if files can't have the name on all systems
     * @throws IOException as the class says
     */
    public Operation clone(CloneRequest request) throws IOException {
        return operation(new ClonePlanner(inventory, options.clock().instant(), options.consents(), options.random())
                .plan(request));
    }

    /**
     * Plans to rename the machine: its configuration, its files, and the files that name them, also of linked clones in
     * the folders to be searched.
     *
     * @param name the new name
     * @return the operation; empty if the machine and its files have this name already
     * @throws UnsafeStateException {@code clones} if a linked clone names the machine and can't be changed with it,
     *     {@code exists} if a file of a new name exists
     * @throws io.vmdisk.UnsupportedFeatureException {@code machine-name} if files can't have the name on all systems
     * @throws IOException as the class says
     */
    public Operation rename(String name) throws IOException {
        RenamePlanner planner = new RenamePlanner(inventory, options.clock().instant(), options.consents());
        Plan plan = planner.plan(name);
        return MachineOperation.of(plan, planner.concerned(), options.volume());
    }

    /**
     * Plans to make the machine a template.
     *
     * @return the operation
     * @throws UnsafeStateException {@code template} if it is one already, {@code snapshots} if it has snapshots, which
     *     can't be reverted to or deleted in a template; see {@link #toTemplateWithSnapshots()}
     * @throws IOException as the class says
     */
    public Operation toTemplate() throws IOException {
        return template(TemplatePlanner.Snapshots.REFUSE);
    }

    /**
     * Plans to make the machine a template. Its snapshots stay and can be cloned from.
     *
     * @return the operation
     * @throws UnsafeStateException {@code template} if it is one already
     * @throws IOException as the class says
     */
    public Operation toTemplateWithSnapshots() throws IOException {
        return template(TemplatePlanner.Snapshots.KEEP);
    }

    private Operation template(TemplatePlanner.Snapshots snapshots) throws IOException {
        return operation(new TemplatePlanner(inventory, options.clock().instant()).toTemplate(snapshots));
    }

    /**
     * Plans to make a template a machine again.
     *
     * @return the operation
     * @throws UnsafeStateException {@code machine} if it is no template
     * @throws IOException as the class says
     */
    public Operation toMachine() throws IOException {
        return operation(new TemplatePlanner(inventory, options.clock().instant()).toMachine());
    }

    /**
     * Checks everything about the machine and changes nothing, with {@link CheckOptions#standard()}.
     *
     * @return the findings
     * @throws IOException as {@link #check(CheckOptions, Progress)}
     */
    public CheckReport check() throws IOException {
        return check(CheckOptions.standard(), Progress.NONE);
    }

    /**
     * Checks everything about the machine and changes nothing: each disk of its present state and of its snapshots with
     * its whole chain, the checkpoints and other files, and whether configuration, snapshot list and disks fit
     * together.
     *
     * @param how how thorough the check is
     * @param progress follows the work and may cancel it
     * @return the findings; a file that is damaged, missing or may not be read is one of them
     * @throws io.vmdisk.OperationCancelledException if {@code progress} cancels
     * @throws IOException if the configuration can't be read, or a drive fails
     */
    public CheckReport check(CheckOptions how, Progress progress) throws IOException {
        OpenOptions opening = how.opening().withVolume(options.volume());
        return MachineCheck.run(
                inventory.configuration().file().orElseThrow(),
                options.search(),
                how.withOpening(opening),
                options.clock().instant(),
                progress);
    }

    /**
     * Plans to repair the metadata of its sparse files: tables from their other copy, free maps, unclean marks.
     *
     * @return the operation; empty if nothing needs a repair
     * @throws IOException as the class says; suspended and damaged machines are allowed
     */
    public Operation repairTables() throws IOException {
        return MachineOperation.of(repair().tables(), inventory, options.volume());
    }

    /**
     * Plans to give back the space in its sparse files that is allocated but not used.
     *
     * @return the operation; empty if there is none
     * @throws IOException as the class says; suspended and damaged machines are allowed
     */
    public Operation repairLeaks() throws IOException {
        return MachineOperation.of(repair().leaks(), inventory, options.volume());
    }

    /**
     * Plans to rebuild descriptors that are lost or damaged.
     *
     * @return the operation; empty if nothing needs a repair
     * @throws IOException as the class says; suspended and damaged machines are allowed
     */
    public Operation repairDescriptors() throws IOException {
        return MachineOperation.of(repair().descriptors(), inventory, options.volume());
    }

    /**
     * Plans to make the snapshot list anew from the chains of the disks and the checkpoints.
     *
     * @return the operation
     * @throws IOException as the class says; suspended and damaged machines are allowed
     */
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
