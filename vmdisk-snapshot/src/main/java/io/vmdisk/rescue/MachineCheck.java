package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks for all that is wrong with a machine; changes nothing.
 *
 * <p>Every disk of its present state and of its snapshots is checked with its whole chain, each file once; then its
 * checkpoints, the files beside, and whether configuration, snapshot list and disks tell the same story. Each finding is
 * told once, with the command that helps. Only a configuration that can't be read is an exception.
 */
public final class MachineCheck {
    /** What {@link DiskCheck} tells more exactly. */
    private static final Set<String> TOLD_BY_DISKS = Set.of("vm.chain", "vm.disk-unreadable");

    /** Findings of these kinds may come from a file that is there but was not recognised. */
    private static final List<String> BROKEN =
            List.of("disk.", "chain.", "extent.", "vm.disk", "vm.list-lost", "vm.list-renamed");

    /** What a file that is not seen is told of as. */
    private static final Set<String> MISSING = Set.of("vm.disk-missing", "vm.disk-unseen", "disk.missing");

    private final VirtualMachine machine;
    private final Instant now;

    private MachineCheck(VirtualMachine machine, Instant now) {
        this.machine = machine;
        this.now = now;
    }

    /**
     * Checks the machine whose configuration or folder is named.
     *
     * @param search folders that may hold parts of this machine, or machines that depend on it
     * @param now what "just changed" is measured against
     */
    public static CheckReport run(Path target, List<Path> search, CheckOptions options, Instant now, Progress progress)
            throws IOException {
        return run(VirtualMachine.open(target, search, options.opening().volume()), options, now, progress);
    }

    /**
     * Checks a machine as it was opened.
     *
     * @param now what "just changed" is measured against
     */
    public static CheckReport run(VirtualMachine machine, CheckOptions options, Instant now, Progress progress)
            throws IOException {
        return new MachineCheck(machine, now).run(options, progress);
    }

    private CheckReport run(CheckOptions options, Progress progress) throws IOException {
        Path configuration = machine.configuration().file().orElseThrow();
        if (machine.configuration().encryption() == VmxFile.Encryption.WHOLE) {
            Finding sealed = new Finding(
                    "check.encrypted",
                    Severity.WARNING,
                    configuration,
                    -1,
                    "the configuration is encrypted, so its disks and snapshots are not known",
                    "");
            return new CheckReport(configuration, List.of(configuration), List.of(sealed));
        }
        CheckOptions chains = options.withScope(CheckOptions.Scope.CHAIN)
                .withOpening(options.opening().withVolume(machine.volume()));
        CheckReport disks = DiskCheck.ofAll(configuration, disks(), chains, progress);
        Set<Path> files = new LinkedHashSet<>(List.of(configuration));
        machine.snapshots().source().filter(machine.volume()::exists).ifPresent(files::add);
        files.addAll(disks.files());

        List<Finding> found = new ArrayList<>(new StateCheck(machine, now).find());
        found.addAll(new ListCheck(machine).find());
        found.addAll(toldOnce(machine.findings(), disks.findings()));
        found.addAll(new HostCheck(machine).find());
        found.addAll(new CheckpointCheck(machine, files).find());
        found.addAll(new FileCheck(machine, files).find());
        MachineRemedies remedies = new MachineRemedies(machine);
        List<Finding> told = withoutGuesses(found).stream()
                .map(this::elsewhere)
                .distinct()
                .map(remedies::complete)
                .toList();
        return new CheckReport(configuration, List.copyOf(files), told);
    }

    /** The disks of the present state, then those of the snapshots. */
    private Set<Path> disks() {
        Set<Path> disks = new LinkedHashSet<>();
        for (VmDisk disk : machine.folder().disks()) {
            disk.path().ifPresent(disks::add);
        }
        for (Snapshot snapshot : machine.snapshots().snapshots()) {
            for (SnapshotDisk disk : snapshot.disks()) {
                machine.folder().place(disk.fileName()).ifPresent(disks::add);
            }
        }
        return disks;
    }

    /**
     * A disk on a datastore that is not here is not damaged: it could not be looked at. In a folder that is here, a file that
     * is not there is missing.
     */
    private Finding elsewhere(Finding finding) {
        Path file = finding.file();
        if (file == null || !MISSING.contains(finding.id())) {
            return finding;
        }
        boolean unresolved = finding.id().equals("vm.disk-unseen") && file.equals(machine.path());
        Path folder = AtomicName.folderOf(file);
        if (!unresolved
                && (folder.startsWith(machine.path()) || machine.volume().exists(folder))) {
            return finding;
        }
        String where = unresolved ? finding.message() : file + " lies on a datastore that is not here";
        return new Finding(
                "check.elsewhere",
                Severity.WARNING,
                file,
                -1,
                where + ", so it was not looked at",
                Remedy.say("say where it is: ").with(Kind.MAP_STORE));
    }

    /** Where something is broken, a file that nothing refers to may be what is missing: nobody shall move it away. */
    private static List<Finding> withoutGuesses(List<Finding> found) {
        boolean broken = found.stream()
                .anyMatch(finding ->
                        finding.severity() == Severity.ERROR && BROKEN.stream().anyMatch(finding.id()::startsWith));
        return found.stream()
                .filter(finding -> !broken || !finding.id().startsWith("vm.orphan"))
                .toList();
    }

    /** What is wrong between the files and in the disks, without what one only repeats of the other. */
    private static List<Finding> toldOnce(List<Finding> ofMachine, List<Finding> ofDisks) {
        Set<Path> missing = files(ofMachine, "vm.disk-missing");
        Set<Path> lost = files(ofDisks, "disk.descriptor-lost");
        Set<Path> broken = files(ofDisks, "disk.");
        Stream<Finding> between = ofMachine.stream()
                .filter(finding -> !TOLD_BY_DISKS.contains(finding.id()))
                .filter(finding -> !finding.id().equals("vm.disk-missing") || !lost.contains(finding.file()))
                .filter(finding -> !finding.id().equals("vm.disk-unseen") || !broken.contains(finding.file()));
        Stream<Finding> within = ofDisks.stream()
                .filter(finding -> !finding.id().equals("disk.missing") || !missing.contains(finding.file()));
        return Stream.concat(between, within).toList();
    }

    private static Set<Path> files(List<Finding> findings, String id) {
        Set<Path> files = new HashSet<>();
        for (Finding finding : findings) {
            Path file = finding.file();
            if (file != null
                    && finding.severity() == Severity.ERROR
                    && finding.id().startsWith(id)) {
                files.add(file);
            }
        }
        return files;
    }
}
