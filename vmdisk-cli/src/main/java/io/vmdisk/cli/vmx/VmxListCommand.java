package io.vmdisk.cli.vmx;

import io.vmdisk.cli.answer.VmxEntries;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.dictionary.Dictionary;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists keys with their effective values. */
@Command(
        name = "list",
        description = "Lists the keys of a configuration with their effective values.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx list web01.vmx",
            "  vmdisk vmx list web01 ethernet0.",
            "  vmdisk vmx list --json web01 scsi0:0",
        })
public final class VmxListCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ReadableVm vm = new ReadableVm();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PREFIX",
            description = "Only keys that begin so, in any case.")
    private String prefix = "";

    public VmxListCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Dictionary keys = vm.open().dictionary();
        Map<String, String> entries = keys.entriesBelow(prefix);
        global.show(vm.path(), new VmxEntries(keys, entries));
        return ExitCodes.DONE;
    }
}
