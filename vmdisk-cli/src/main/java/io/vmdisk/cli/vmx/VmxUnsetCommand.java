package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes one key with all its lines. */
@Command(
        name = "unset",
        description = "Removes a key with all its lines; every other byte of the file stays as it is.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx unset web01.vmx vc.uuid",
            "  vmdisk vmx unset --dry-run web01 isolation.tools.copy.disable",
        })
public final class VmxUnsetCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private WritableVm vm = new WritableVm();

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            converter = VmxKey.Converter.class,
            description = "The key, in any case.")
    private VmxKey key = new VmxKey("");

    public VmxUnsetCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        vm.change(global, key.name(), vmx -> vmx.dictionary().remove(key.name()));
        return ExitCodes.DONE;
    }
}
