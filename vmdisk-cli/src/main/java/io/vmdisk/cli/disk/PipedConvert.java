package io.vmdisk.cli.disk;

import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.SalvagedDisk;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.descriptor.DiskFacts;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.transfer.Imported;
import io.vmdisk.transfer.RawImport;
import io.vmdisk.transfer.StreamImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Makes or fills a disk with what comes through a pipe, a stream-optimised disk or raw bytes. For one thread. */
final class PipedConvert {
    private final ConvertWork job;
    private final GlobalOptions global;
    private final ConvertOptions options;
    private final ConvertEnds ends;
    private final DiskArgument source;
    private final DiskArgument target;

    PipedConvert(ConvertWork job) {
        this.job = job;
        this.global = job.global();
        this.options = job.options();
        this.ends = job.ends();
        this.source = job.source();
        this.target = job.target();
    }

    int readIn(InputStream in) throws IOException {
        PipedBytes piped = PipedBytes.of(in, ends.fromStandardInput() ? Path.of("standard input") : source.path());
        boolean isRaw = source.kind() == DiskArgument.Kind.RAW;
        if (!isRaw && piped.isStream()) {
            return readStream(StreamImport.open(
                    piped.bytes(),
                    piped.name(),
                    options.salvage().isWanted() ? StreamImport.Damage.SALVAGE : StreamImport.Damage.REFUSE));
        }
        if (!isRaw) {
            piped.refuseForeign();
        }
        readRaw(piped.bytes(), piped.name());
        return ExitCodes.DONE;
    }

    private int readStream(StreamImport stream) throws IOException {
        if (options.size() != null) {
            throw new UsageException("--size is for raw bytes: a streamOptimized disk has its own");
        }
        String word;
        PlannedWork work;
        Imported imported;
        try (ProgressBar progress = job.progress()) {
            if (options.isIntoExisting()) {
                work = job.filling();
                try (VirtualDisk to = job.openTarget()) {
                    imported = stream.over(to, job.threads(), progress);
                    word = job.word(to);
                }
            } else {
                job.chooseForEsxi(stream.capacity());
                word = job.format().word();
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                CreateSpec made =
                        job.spec(stream.capacity(), stream.descriptor().stream().toList());
                work = job.making(made);
                imported = stream.into(target.path(), made, job.threads(), job.volume(), progress);
            }
        }
        if (options.salvage().isWanted()) {
            options.salvage().lost().write(stream.capacity(), imported.unreadable());
            SalvagedDisk saved = job.salvaged(imported);
            job.report(saved);
            return saved.isWhole() ? ExitCodes.DONE : ExitCodes.NO;
        }
        tell(imported);
        job.report(
                word,
                stream.capacity(),
                DiskFacts.leftOut(stream.descriptor().stream().toList()),
                work);
        return ExitCodes.DONE;
    }

    private void readRaw(InputStream bytes, Path name) throws IOException {
        String word;
        long capacity;
        try (ProgressBar progress = job.progress()) {
            RawImport raw = new RawImport(bytes, name, progress);
            if (options.isIntoExisting()) {
                try (VirtualDisk to = job.openTarget()) {
                    raw.over(to);
                    to.flush();
                    word = job.word(to);
                    capacity = to.capacity();
                }
            } else {
                Long size = options.size();
                job.chooseForEsxi(size == null ? 0 : size);
                DiskFormat made = job.format();
                global.ifCancelled(target.path() + " was not made; its parts were removed");
                word = made.word();
                capacity = makeOfRaw(raw, made);
            }
        }
        job.report(
                word,
                capacity,
                List.of(),
                options.isIntoExisting() ? job.filling() : job.making(job.spec(capacity, List.of())));
    }

    private long makeOfRaw(RawImport raw, DiskFormat made) throws IOException {
        Long size = options.size();
        if (size == null && (options.parent() != null || !StagedDisk.canBeOpenEnded(made))) {
            throw new UsageException("how large the disk is going to be must be known for " + made.word()
                    + ": say --size, or make it thin first");
        }
        if (made == DiskFormat.STREAM_OPTIMIZED) {
            throw new UsageException(
                    "a stream is written from front to back: save the bytes to a file, and convert raw:FILE");
        }
        CreateSpec spec = job.spec(size == null ? 1 : size, List.of());
        if (size == null) {
            return raw.intoAsLargeAsItIs(target.path(), spec, job.volume());
        }
        raw.into(target.path(), spec, job.volume());
        return spec.capacity();
    }

    private void tell(Imported imported) {
        imported.findings().forEach(finding -> global.note(finding.message()));
    }
}
