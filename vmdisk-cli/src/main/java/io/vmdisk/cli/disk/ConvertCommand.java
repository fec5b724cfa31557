package io.vmdisk.cli.disk;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.ThreadOptions;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.look.PipeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a disk of another format with the same content, the parents' included. */
@Command(
        name = "convert",
        description = {
            "Makes a new disk of another format with the content of a disk and all its parents.",
            "It is the same disk in another form: it keeps what the old one says of itself, its UUID included.",
            "What binds the old one to files beside it (change tracking, I/O filters) is left out, and named."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk convert web01-000002.vmdk web01.raw -O raw",
            "  vmdisk convert web01.vmdk - -O raw | sha256sum",
            "  vmdisk convert web01.vmdk part3.raw -O raw --shard 3/64",
            "  vmdisk convert raw:web01.raw web01.vmdk -O monolithicSparse",
            "  vmdisk convert web01-000002.vmdk web01.qcow2 -O qcow2",
            "  vmdisk convert -n web01.vmdk raw:existing.raw",
            "  vmdisk convert --for esxi appliance.vmdk web01.vmdk",
            "  vmdisk convert web01.vmdk - -O streamOptimized --level 9 > web01-disk1.vmdk",
            "  zcat web01.raw.gz | vmdisk convert - web01.vmdk -O thin",
            "  tar -xOf web01.ova web01-disk1.vmdk | vmdisk convert - web01.vmdk -O vmfsThin",
        })
public final class ConvertCommand implements Callable<Integer> {
    @Mixin
    private final GlobalOptions global;

    @Mixin
    private OpeningOptions opening = new OpeningOptions();

    @Mixin
    private ThreadOptions threads = new ThreadOptions();

    @Parameters(
            index = "0",
            paramLabel = "SRC",
            converter = DiskArgument.Converter.class,
            description =
                    "A descriptor, a monolithic or extent .vmdk, raw:PATH, or an address. A pipe, or - for standard input, brings"
                            + " a streamOptimized disk or raw bytes; raw:- takes whatever comes for raw bytes.")
    private DiskArgument source;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "[SRC...] DST",
            converter = DiskArgument.Converter.class,
            description = "More disks to put behind the first one, if any; then the new disk, or - for standard output"
                    + " or s3://BUCKET/KEY (raw, streamOptimized); with -n an existing disk.")
    private List<DiskArgument> operands = new ArrayList<>();

    @Mixin
    private final ConvertOptions options = new ConvertOptions();

    @Mixin
    private PointOptions point = new PointOptions();

    public ConvertCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        ConvertEnds ends = ConvertEnds.of(source, operands);
        options.check(ends, global.console().terminal());
        ConvertWork job = new ConvertWork(global, options, threads, source, ends);
        requireTarget(ends);
        if (ends.isPiped()) {
            try (InputStream in = ends.fromStandardInput() ? global.console().in() : PipeFile.open(source.path())) {
                return new PipedConvert(job).readIn(in);
            }
        }
        RawLook.tell(global, source);
        if (options.isIntoExisting()) {
            RawLook.tell(global, ends.target());
        }
        for (DiskArgument each : ends.more()) {
            RawLook.tell(global, each);
        }
        if (ends.isJoined()) {
            join(job);
            return ExitCodes.DONE;
        }
        return convert(job);
    }

    private void requireTarget(ConvertEnds ends) throws IOException {
        DiskArgument target = ends.target();
        if (options.isIntoExisting() || !ends.toStore()) {
            target.requireFile();
        }
        if (options.isIntoExisting()) {
            target.refuseUnfinished();
        }
        options.salvage().lost().requireNewMap();
        if (options.isIntoExisting() && !target.isRaw()) {
            options.search().refuseChildren(target.path(), OpenOptions.writable());
        }
        if (!options.isIntoExisting() && !ends.isOneWay()) {
            NewFile.requireName(target.typed());
            NewFile.requireFolder(target.path());
        }
    }

    private int convert(ConvertWork job) throws IOException {
        Set<Path> reads = new HashSet<>();
        boolean isSalvage = options.salvage().isWanted();
        try (VirtualDisk from = point.open(source, opening.forCopying(options.salvage()))) {
            if (isSalvage) {
                job.salvages(from);
            }
            from.links().forEach(link -> reads.addAll(link.files()));
            if (options.isForEsxi()) {
                job.chooseForEsxi(from);
            }
            DiskConvert convert = new DiskConvert(job);
            convert.copy(from);
            return isSalvage ? convert.tellLost(from) : ExitCodes.DONE;
        } catch (MalformedFileException e) {
            boolean isInSource = e.file().filter(reads::contains).isPresent();
            if (isInSource && !isSalvage && !options.isRehearsal()) {
                global.note("'vmdisk convert --salvage' copies all that can be read, and lists what is lost");
            }
            throw e;
        }
    }

    private void join(ConvertWork job) throws IOException {
        List<DiskArgument> all = new ArrayList<>(List.of(source));
        all.addAll(job.ends().more());
        Path target = job.target().path();
        List<VirtualDisk> open = new ArrayList<>();
        try (ProgressBar progress = job.progress()) {
            long capacity = 0;
            for (DiskArgument each : all) {
                VirtualDisk disk = point.open(each, opening.forCopying(options.salvage()));
                open.add(disk);
                capacity = Math.addExact(capacity, disk.capacity());
            }
            job.chooseForEsxi(capacity);
            CreateSpec made = job.spec(capacity, open.get(0).chain().descriptors());
            global.ifCancelled(target + " was not made; its parts were removed");
            job.converter(progress).join(open, target, made);
            job.report(made.format().word(), made.capacity(), ConvertWork.leftOut(open.get(0)), job.making(made));
        } catch (ArithmeticException e) {
            throw new LimitExceededException("capacity", target, "no disk can be so large");
        } finally {
            closeAll(open);
        }
    }

    private static void closeAll(List<VirtualDisk> disks) throws IOException {
        for (VirtualDisk disk : disks) {
            disk.close();
        }
    }
}
