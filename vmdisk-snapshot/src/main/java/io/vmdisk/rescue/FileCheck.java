package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.dictionary.DictionaryProblem;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.DiskNode;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.Firmware;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the small files beside the disks, and looks for files that nothing refers to. */
final class FileCheck {

    private final VirtualMachine machine;
    private final Volume volume;
    private final VmxFile vmx;
    private final Path configuration;
    private final Set<Path> files;
    private final List<Finding> findings = new ArrayList<>();
    private boolean notUnderstood;

    FileCheck(VirtualMachine machine, Set<Path> files) {
        this.machine = machine;
        this.volume = machine.volume();
        this.vmx = machine.configuration();
        this.configuration = vmx.file().orElseThrow();
        this.files = files;
    }

    List<Finding> find() throws IOException {
        checkText();
        checkFirmware();
        checkExtendedConfiguration();
        findings.addAll(new TrackingCheck(machine).find());
        findRedoLogs();
        findOrphans();
        return findings;
    }

    /** Lines that mean nothing, or not what they seem to, hide disks and all else that they were to name. */
    private void checkText() {
        long lost = vmx.dictionary().problems().stream()
                .filter(problem -> problem.kind().isMalformedLine())
                .count();
        long quoted = vmx.dictionary().toMap().values().stream()
                .filter(FileCheck::isTypographic)
                .count();
        if (lost + quoted > 0) {
            notUnderstood = true;
            report(
                    "vm.configuration-text",
                    Severity.WARNING,
                    configuration,
                    lost + quoted
                            + " of its lines say nothing that a product understands, so what they name is not seen",
                    lint());
        } else if (vmx.dictionary().problems().stream().anyMatch(FileCheck::isMark)) {
            report(
                    "vm.configuration-text",
                    Severity.INFO,
                    configuration,
                    "it begins with a byte order mark, which products take for part of the first line or refuse",
                    lint());
        } else if (vmx.dictionary().problems().stream().anyMatch(FileCheck::isDuplicate)) {
            report(
                    "vm.configuration-text",
                    Severity.INFO,
                    configuration,
                    "keys are set more than once; the last line is taken here, others take the first or refuse the file",
                    lint());
        }
    }

    private Remedy lint() {
        return Remedy.of(Kind.LINT, configuration).and(" names the lines");
    }

    private static boolean isTypographic(String value) {
        return value.startsWith("\u201C") || value.startsWith("\u201D") || value.endsWith("\u201D");
    }

    private static boolean isMark(DictionaryProblem problem) {
        return problem.kind() == DictionaryProblem.Kind.BYTE_ORDER_MARK;
    }

    private static boolean isDuplicate(DictionaryProblem problem) {
        return problem.kind() == DictionaryProblem.Kind.DUPLICATE;
    }

    private void checkFirmware() throws IOException {
        Path file = vmx.nvram().resolve(machine.path()).orElse(null);
        if (file == null) {
            return;
        }
        boolean efi = vmx.firmware() == Firmware.EFI;
        String lost = efi
                ? "boot entries, Secure Boot keys and a virtual TPM's state are in it; the next start makes an empty one"
                : "the next start makes a new one with the usual settings";
        if (!volume.exists(file)) {
            report(
                    "vm.nvram-missing",
                    efi ? Severity.WARNING : Severity.INFO,
                    file,
                    "the firmware's variables are not there: " + lost,
                    efi ? "bring it back; a snapshot's .vmsn holds a copy that a revert restores" : "");
            return;
        }
        files.add(file);
        if (isBlank(file)) {
            report(
                    "vm.nvram-empty",
                    Severity.WARNING,
                    file,
                    "the file is empty or begins with zeros, so it holds no firmware variables: " + lost,
                    "bring it back, or remove it so that a new one is made");
        }
    }

    private boolean isBlank(Path path) throws IOException {
        java.nio.ByteBuffer start = java.nio.ByteBuffer.allocate(64);
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            file.read(0, start);
        }
        start.flip();
        while (start.hasRemaining()) {
            if (start.get() != 0) {
                return false;
            }
        }
        return true;
    }

    private void checkExtendedConfiguration() throws IOException {
        Path file = vmx.extendedConfig()
                .flatMap(name -> name.resolve(machine.path()))
                .orElse(null);
        if (file == null) {
            return;
        }
        if (!volume.exists(file)) {
            report("vm.vmxf-missing", Severity.INFO, file, "it is not there; hosts write a new one", "");
            return;
        }
        files.add(file);
        try {
            String named =
                    ExtendedConfiguration.read(volume, file).configuration().orElse("");
            if (!named.isEmpty() && !FileReference.of(named).baseName().equals(name(configuration))) {
                report(
                        "vm.vmxf-name",
                        Severity.WARNING,
                        file,
                        "it names '" + named + "' as the configuration, which is " + name(configuration),
                        "hosts write a new one if it is removed");
            }
        } catch (VmdiskException e) {
            report("vm.vmxf", Severity.WARNING, file, e.problem(), e.remedy());
        }
    }

    private void findRedoLogs() {
        for (VmFile file : machine.folder().files()) {
            if (isWholeRedoLog(file)) {
                report(
                        "vm.redo-log",
                        Severity.WARNING,
                        file.path(),
                        "a redo log: what the last run wrote to a disk that shall forget it; the next run forgets it too",
                        Remedy.say("to keep what it holds: ")
                                .with(Kind.CONSOLIDATE, file.path())
                                .and("; to drop it: ")
                                .with(Kind.REMOVE, file.path()));
            }
        }
    }

    /** Its descriptor; of an ESX 2 redo log, which has none, the log itself. */
    private boolean isWholeRedoLog(VmFile file) {
        Optional<String> disk = DiskNames.redoLogOf(name(file.path()));
        return disk.isPresent()
                && (file.role() != FileRole.REDO_LOG
                        || machine.volume().exists(file.path().resolveSibling(disk.get())));
    }

    private void findOrphans() throws IOException {
        Set<Object> told = ofOrphanDisks();
        for (VmFile file : machine.folder().files()) {
            if (file.role() == FileRole.UNFINISHED) {
                report(
                        "vm.unfinished",
                        Severity.LEAK,
                        file.path(),
                        "a vmdisk was writing it when it ended (" + file.sizeBytes() + " bytes)",
                        Remedy.say("remove it when no vmdisk runs here and ")
                                .with(Kind.RECOVER, configuration)
                                .and(" has nothing to do"));
            } else if (file.orphan() && !told.contains(volume.facts(file.path()).key())) {
                report(
                        file.role() == FileRole.SNAPSHOT_CHECKPOINT ? "vm.checkpoint-unlisted" : "vm.orphan",
                        Severity.LEAK,
                        file.path(),
                        "nothing refers to it (" + word(file.role()) + ", " + file.sizeBytes() + " bytes)",
                        file.role() == FileRole.SNAPSHOT_CHECKPOINT
                                ? Remedy.say("if the list of snapshots was lost, ")
                                        .with(Kind.REPAIR_LIST, configuration)
                                        .and(" lists it again; else move it away")
                                : Remedy.say("move it away if it is known to be useless"));
            }
        }
    }

    private static String word(FileRole role) {
        return role.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    /** A disk that nothing refers to is told of once, with all its files. */
    private Set<Object> ofOrphanDisks() throws IOException {
        Set<Object> told = new HashSet<>();
        for (VmFile file : machine.folder().orphans()) {
            Optional<DiskNode> disk = machine.disks().find(file.path());
            if (disk.isEmpty()) {
                continue;
            }
            long bytes = 0;
            for (Path part : disk.get().link().files()) {
                if (volume.exists(part)) {
                    FileFacts facts = volume.facts(part);
                    told.add(facts.key());
                    bytes += facts.size();
                }
            }
            boolean delta = disk.get().link().descriptor().hasParent();
            if (!delta && machine.disks().children(disk.get()).isEmpty()) {
                report(
                        "vm.orphan-disk",
                        Severity.LEAK,
                        file.path(),
                        "no machine in reach names this disk (" + bytes + " bytes)",
                        notUnderstood
                                ? Remedy.say("correct the configuration first, it may name it: ")
                                        .and(lint())
                                : Remedy.say("attach it, or move it away with ")
                                        .with(Kind.RENAME)
                                        .and(" or ")
                                        .with(Kind.REMOVE));
            }
        }
        return told;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void report(String id, Severity severity, Path file, String message, String advice) {
        report(id, severity, file, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}
