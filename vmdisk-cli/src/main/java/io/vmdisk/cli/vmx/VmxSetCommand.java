package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Sets one key; every other byte of the file stays. */
@Command(
        name = "set",
        description = "Sets a key; every other byte of the file stays as it is.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx set web01.vmx memSize 8192",
            "  vmdisk vmx set --dry-run web01 displayName 'Web server 1'",
        })
public final class VmxSetCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private WritableVm vm = new WritableVm();

    @Parameters(
            index = "1",
            paramLabel = "KEY",
            converter = VmxKey.Converter.class,
            description = "The key; a new one goes to the end.")
    private VmxKey key = new VmxKey("");

    @Parameters(index = "2", paramLabel = "VALUE", description = "Its value, without quotes and escapes.")
    private String value = "";

    public VmxSetCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        vm.change(global, key.name(), vmx -> vmx.dictionary().set(key.name(), value));
        return ExitCodes.DONE;
    }
}
