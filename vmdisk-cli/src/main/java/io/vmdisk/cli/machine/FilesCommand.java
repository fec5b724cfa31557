package io.vmdisk.cli.machine;

import io.vmdisk.cli.answer.FileList;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what each file of a machine is for. */
@Command(
        name = "files",
        description =
                "Shows every file of a VM's folder: what it is for, whose it is, its size, and which are orphans.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk files web01/web01.vmx",
            "  vmdisk files --json web01",
        })
public final class FilesCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Parameters(
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Option(
            names = "--search",
            paramLabel = "DIR",
            description = "Look here too for files that the VM names by places which are not here.")
    private List<Path> search = List.of();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public FilesCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        global.show(vm.path(), FileList.of(VmFolder.read(vm.path(), search, datastores.volume())));
        return ExitCodes.DONE;
    }
}
