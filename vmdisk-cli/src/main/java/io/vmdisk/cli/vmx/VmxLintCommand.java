package io.vmdisk.cli.vmx;

import io.vmdisk.cli.answer.LintReport;
import io.vmdisk.cli.line.DatastoreOptions;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.lint.LintOptions;
import io.vmdisk.vmx.lint.VmxLint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what is wrong with a configuration. */
@Command(
        name = "lint",
        description = "Tells what is wrong with a configuration; exit code 1 if there are errors.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk vmx lint web01.vmx",
            "  vmdisk vmx lint web01 --for esxi-8.0 --for vmotion",
            "  vmdisk vmx lint --json web01 --for security,template",
            "  vmdisk vmx lint copy/web01 --map /vmfs/volumes/ds2=copy/ds2",
        })
public final class VmxLintCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private ReadableVm vm = new ReadableVm();

    @Option(
            names = "--for",
            split = ",",
            paramLabel = "PURPOSE",
            description =
                    "Judge for a release (esxi-7.0), hotplug, vmotion, clone, template, snapshot, backup, security, "
                            + "stig7, stig8 or performance too.")
    private List<String> purposes = List.of();

    @Mixin
    private DatastoreOptions datastores = new DatastoreOptions();

    public VmxLintCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        LintOptions options = LintOptions.of(purposes);
        Path file = vm.configuration();
        VmxFile vmx = vm.lenient();
        MachineFacts facts = new MachineFacts(datastores.volume(), file, Instant.now());
        LintReport report = new LintReport(file, VmxLint.run(vmx, facts, options));
        global.show(vm.path(), report);
        return report.hasErrors() ? ExitCodes.NO : ExitCodes.DONE;
    }
}
