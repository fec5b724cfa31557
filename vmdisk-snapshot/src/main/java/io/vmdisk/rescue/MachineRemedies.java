package io.vmdisk.rescue;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.check.Remedy;
import io.vmdisk.vm.VirtualMachine;
import java.nio.file.Path;

/** Gives findings that single files can't know a way out of the command that helps the machine. */
final class MachineRemedies {
    private final Path configuration;

    MachineRemedies(VirtualMachine machine) {
        this.configuration = machine.configuration().file().orElseThrow();
    }

    /** The finding, with a remedy. */
    Finding complete(Finding finding) {
        return switch (finding.id()) {
            case "vm.disk-missing", "disk.missing" ->
                with(
                        finding,
                        "bring it back, or take it out of the configuration; if it was renamed: "
                                + Remedy.command("vmx", "set", configuration, "NODE.fileName", "NAME"));
            case "disk.descriptor-lost" ->
                with(
                        finding,
                        Remedy.command("repair", "--descriptor", configuration)
                                + " rebuilds it, with the adapter and the parent that the machine's files tell");
            case "chain.capacity" ->
                with(
                        finding,
                        finding.message().contains("was grown")
                                ? Remedy.command("repair", "--descriptor", configuration)
                                        + " gives the parent its size back; then "
                                        + Remedy.command("snapshot", "delete-all", configuration) + " and "
                                        + Remedy.command("resize", "DISK", "SIZE") + " grow it in order"
                                : finding.remedy());
            case "chain.content-id" ->
                with(
                        finding,
                        "if the parent's content is right, " + Remedy.command("repair", "--cid", configuration)
                                + " relinks; else restore it");
            case "vm.tree-chain", "vm.list-lost" -> with(finding, list());
            case "vm.list-renamed" ->
                with(finding, Remedy.command("repair", "--vmsd", configuration) + " renames it to fit");
            case "vm.list-other" ->
                with(
                        finding,
                        "if it is old, move it away; if it is this machine's, "
                                + Remedy.command("repair", "--vmsd", configuration) + " takes names from it");
            case "vm.unowned" ->
                with(
                        finding,
                        Remedy.command("consolidate", configuration) + " merges it; " + list()
                                + " if it was a snapshot's");
            default ->
                finding.id().startsWith("vmsd.")
                                && finding.severity() != Severity.INFO
                                && finding.remedy().isEmpty()
                        ? with(finding, list())
                        : finding;
        };
    }

    private String list() {
        return Remedy.command("repair", "--vmsd", configuration) + " makes the list anew from the disks";
    }

    private static Finding with(Finding finding, String remedy) {
        return new Finding(
                finding.id(), finding.severity(), finding.file(), finding.offset(), finding.message(), remedy);
    }
}
