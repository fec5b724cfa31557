package io.vmdisk.cli;

import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.DiskCheck;
import io.vmdisk.cli.view.ProgressBar;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what is wrong with a disk and its chain. */
@Command(
        name = "check",
        description = "Tells what is wrong with a disk and its chain; changes nothing."
                + " Exit code 0 clean, 1 could not check, 2 corrupt, 3 leaks only.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk check web01.vmdk",
            "  vmdisk check --chain --data web01-000002.vmdk",
            "  vmdisk check --json web01.vmdk | jq '.findings[].id'",
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            index = "0",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, or a monolithic or extent .vmdk.")
    private DiskArgument disk;

    @Option(names = "--chain", description = "Look into the files of every link, not only into the disk's own.")
    private boolean chain;

    @Option(names = "--data", description = "Read everything that is stored; inflate every compressed grain.")
    private boolean data;

    CheckCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        if (disk.kind() == DiskArgument.Kind.RAW) {
            throw new UnsupportedFeatureException(
                    "raw-check", disk.path(), "a raw image has nothing in it that could be checked", null);
        }
        CheckReport report;
        try (ProgressBar progress = global.progress()) {
            report = DiskCheck.run(disk.path(), options(), progress);
        }
        if (!global.quiet() || global.json()) {
            global.show(new CheckResult(report));
        }
        return report.verdict().exitCode();
    }

    private CheckOptions options() {
        return CheckOptions.standard()
                .withOpening(opening.forReading())
                .withThreads(threads.count())
                .withScope(chain ? CheckOptions.Scope.CHAIN : CheckOptions.Scope.DISK)
                .withContent(data ? CheckOptions.Content.DATA : CheckOptions.Content.METADATA);
    }
}
