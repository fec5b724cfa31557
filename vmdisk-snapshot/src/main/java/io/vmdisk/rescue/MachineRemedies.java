package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.vm.VirtualMachine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Gives findings that single files can't know a way out of the command that helps the machine. */
final class MachineRemedies {
    /** The first device that names a disk. */
    private final Map<Path, VmDisk> named = new HashMap<>();

    private final Path configuration;

    MachineRemedies(VirtualMachine machine) {
        for (VmDisk disk : machine.folder().disks()) {
            disk.path().ifPresent(path -> named.putIfAbsent(path, disk));
        }
        this.configuration = machine.configuration().file().orElseThrow();
    }

    /** The finding, with a remedy. */
    Finding complete(Finding finding) {
        return switch (finding.id()) {
            case "vm.disk-missing", "disk.missing" -> with(finding, missing(finding));
            case "disk.descriptor-lost" ->
                with(
                        finding,
                        Remedy.of(Kind.REPAIR_DESCRIPTOR, configuration)
                                .and(" rebuilds it, with the adapter and the parent that the machine's files tell"));
            case "chain.capacity" ->
                with(
                        finding,
                        finding.message().contains("was grown")
                                ? Remedy.of(Kind.REPAIR_DESCRIPTOR, configuration)
                                        .and(" gives the parent its size back; then ")
                                        .with(Kind.DELETE_SNAPSHOTS, configuration)
                                        .and(" and ")
                                        .with(Kind.RESIZE)
                                        .and(" grow it in order")
                                : finding.remedy());
            case "chain.content-id" ->
                with(
                        finding,
                        Remedy.say("if the parent's content is right, ")
                                .with(Kind.RELINK, configuration)
                                .and(" relinks; else restore it"));
            case "vm.tree-chain", "vm.list-lost" -> with(finding, list());
            case "vm.list-renamed" ->
                with(finding, Remedy.of(Kind.REPAIR_LIST, configuration).and(" renames it to fit"));
            case "vm.list-other" ->
                with(
                        finding,
                        Remedy.say("if it is old, move it away; if it is this machine's, ")
                                .with(Kind.REPAIR_LIST, configuration)
                                .and(" takes names from it"));
            case "vm.unowned" ->
                with(
                        finding,
                        Remedy.of(Kind.CONSOLIDATE, configuration)
                                .and(" merges it; ")
                                .and(list())
                                .and(" if it was a snapshot's"));
            default ->
                finding.id().startsWith("vmsd.")
                                && finding.severity() != Severity.INFO
                                && finding.remedy().isEmpty()
                        ? with(finding, list())
                        : finding;
        };
    }

    /** The device that names it is told, so that only the file's new name is left to be filled in. */
    private Remedy missing(Finding finding) {
        Remedy back = Remedy.of(Kind.BRING_BACK);
        return Optional.ofNullable(finding.file())
                .map(named::get)
                .map(disk -> back.and(", or take it out of the configuration; if it was renamed: ")
                        .with(Kind.SET_KEY, configuration, disk.device().node() + ".fileName", "NAME"))
                .orElse(back);
    }

    private Remedy list() {
        return Remedy.of(Kind.REPAIR_LIST, configuration).and(" makes the list anew from the disks");
    }

    private static Finding with(Finding finding, Remedy remedy) {
        return new Finding(
                finding.id(), finding.severity(), finding.file(), finding.offset(), finding.message(), remedy);
    }
}
