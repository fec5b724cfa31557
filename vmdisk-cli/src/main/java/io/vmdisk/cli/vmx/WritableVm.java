package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.RightsWatch;
import io.vmdisk.cli.line.VmArgument;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A VM whose configuration is edited, and whether that is only tried. */
final class WritableVm {
    @Parameters(
            index = "0",
            paramLabel = "VM",
            converter = VmArgument.Converter.class,
            description = "A .vmx or .vmtx, or a folder with exactly one.")
    private VmArgument vm = new VmArgument(Path.of(""));

    @Option(names = "--dry-run", description = "Say what would change, and change nothing.")
    private boolean dryRun;

    /** Applies an edit that is about one key, and shows it. */
    void change(GlobalOptions global, String key, VmxChange.Edit edit) throws IOException {
        if (dryRun) {
            global.show(vm.path(), VmxChange.rehearse(vm, key, edit));
            return;
        }
        RightsWatch rights = RightsWatch.over(Volume.system(), List.of(vm.configuration()));
        global.show(vm.path(), VmxChange.write(vm, key, edit));
        rights.tell(global);
    }
}
