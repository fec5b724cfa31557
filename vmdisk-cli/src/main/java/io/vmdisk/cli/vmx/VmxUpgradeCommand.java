package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.vmx.VmxUpgrade;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Raises the hardware version. */
@Command(
        name = "upgrade",
        description = "Raises the hardware version, after checking that the machine fits it; there is no way back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx upgrade web01.vmx --hw 19",
            "  vmdisk vmx upgrade web01 --hw 21 --dry-run",
        })
public final class VmxUpgradeCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private WritableVm vm = new WritableVm();

    @Option(names = "--hw", required = true, paramLabel = "N", description = "The hardware version.")
    private int hardware;

    public VmxUpgradeCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        vm.change(global, "virtualHW.version", vmx -> VmxUpgrade.raise(vmx, hardware));
        return ExitCodes.DONE;
    }
}
