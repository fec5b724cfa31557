package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.SizeConverter;
import io.vmdisk.cli.line.TargetFormat;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.BareResult;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.export.ImageSize;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells how large a converted disk would be. */
@Command(
        name = "measure",
        description = {
            "Tells how many bytes a disk would take in another format.",
            "That is what its content needs at most, and what it would need if all of it were data. Only tables are "
                    + "read, so zeros that are stored count as data; --json is qemu-img's."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk measure web01-000002.vmdk -O qcow2",
            "  vmdisk measure --json web01.vmdk -O vmfsThin",
            "  vmdisk measure --size 100G -O seSparse",
        })
public final class MeasureCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "DISK",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH.")
    private @Nullable DiskArgument disk;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "In place of a disk: an empty one of this size.")
    private @Nullable Long size;

    @Option(
            names = {"-O", "--format"},
            paramLabel = "FORMAT",
            required = true,
            converter = TargetFormat.Converter.class,
            completionCandidates = TargetFormat.Candidates.class,
            description = "The format to measure: ${COMPLETION-CANDIDATES}." + FormatConverter.OR_SHORT)
    private TargetFormat format;

    public MeasureCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        DiskArgument named = disk;
        if ((named == null) == (size == null)) {
            throw new UsageException("name either a disk or a --size");
        }
        if (named == null) {
            global.show(null, new Measured(measured().ofEmpty(size)));
            return ExitCodes.DONE;
        }
        RawLook.tell(global, named);
        try (VirtualDisk open = opening.open(named);
                ProgressBar progress = global.progress()) {
            progress.begin("measuring " + named, 0);
            global.show(named, new Measured(measured().of(open)));
        }
        return ExitCodes.DONE;
    }

    private ImageSize.Measure measured() {
        return format.disk().isPresent()
                ? ImageSize.in(format.disk().get())
                : ImageSize.in(format.image().orElseThrow());
    }

    /**
     * The answer.
     *
     * @param size in bytes
     */
    record Measured(ImageSize size) implements BareResult {
        @Override
        public void print(TableView text) throws IOException {
            text.fact("required size", ByteSize.printExact(size.required()));
            text.fact("fully allocated size", ByteSize.printExact(size.fullyAllocated()));
        }

        @Override
        public void write(JsonView json) throws IOException {
            json.object()
                    .field("required", size.required())
                    .field("fully-allocated", size.fullyAllocated())
                    .endObject();
        }
    }
}
