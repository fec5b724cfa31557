package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.cli.answer.PlannedWork;
import io.vmdisk.cli.answer.SalvagedDisk;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.DerivedNumbers;
import io.vmdisk.export.DiskExport;
import io.vmdisk.export.ExportFormat;
import io.vmdisk.remote.NewObject;
import io.vmdisk.remote.StoreFileSystem;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.ContentSeed;
import io.vmdisk.transfer.ConvertCost;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.RawPart;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes the content of a disk into what is wanted: a new disk, an existing one, a stream, a part. For one thread. */
final class DiskConvert {
    private static final long MIB = 1 << 20;

    private final ConvertWork job;
    private final GlobalOptions global;
    private final ConvertOptions options;
    private final ConvertEnds ends;
    private final DiskArgument source;
    private final DiskArgument target;

    DiskConvert(ConvertWork job) {
        this.job = job;
        this.global = job.global();
        this.options = job.options();
        this.ends = job.ends();
        this.source = job.source();
        this.target = job.target();
    }

    void copy(VirtualDisk from) throws IOException {
        ExportFormat image = options.image();
        if (image != null) {
            export(from, image);
        } else if (options.isRehearsal()) {
            rehearse(from);
        } else if (ends.toStandardOutput()) {
            writeOut(from);
        } else if (ends.toStore()) {
            store(from);
        } else if (options.isIntoExisting()) {
            overwrite(from);
        } else if (options.part().isGiven()) {
            createPart(from);
        } else {
            create(from);
        }
    }

    int tellLost(VirtualDisk disk) throws IOException {
        options.salvage().lost().write(disk.capacity(), disk.lost());
        SalvagedDisk saved = job.salvaged(disk);
        if (ends.toStandardOutput()) {
            saved.lines().forEach(global::note);
        }
        return saved.isWhole() ? ExitCodes.DONE : ExitCodes.NO;
    }

    private void export(VirtualDisk from, ExportFormat made) throws IOException {
        Path file = target.path();
        if (options.isRehearsal()) {
            long bytes = new DiskExport(job.threads(), Volume.system(), Progress.NONE).rehearse(from, file, made);
            PlannedWork work = PlannedWork.making(file, job.operation()).withCost(bytes);
            job.show(made.word(), from.capacity(), List.of(), work, Outcome.DRY_RUN);
            return;
        }
        global.ifCancelled(file + " was not made; its parts were removed");
        try (ProgressBar progress = job.progress()) {
            RandomGenerator identifiers = options.facts().isReproducible()
                    ? new DerivedNumbers(ContentSeed.of(from, job.threads(), progress) + file.getFileName())
                    : new SecureRandom();
            new DiskExport(job.threads(), job.volume(), progress).run(from, file, made, identifiers);
        }
        if (made == ExportFormat.VHD && from.capacity() % MIB != 0) {
            global.note("Azure takes disks of whole MiB only: resize the disk first if it is to go there");
        }
        job.report(made.word(), from.capacity(), List.of(), PlannedWork.making(file, job.operation()));
    }

    private void rehearse(VirtualDisk from) throws IOException {
        global.ifCancelled("nothing was changed");
        if (!options.isIntoExisting() && !ends.isOneWay()) {
            CreateSpec made = job.spec(from);
            ConvertCost cost;
            try (ProgressBar progress = job.progress()) {
                cost = job.converter(progress).rehearse(from, target.path(), made);
            }
            PlannedWork work = job.making(made)
                    .withCost(cost.bytes())
                    .withRoom(cost.room())
                    .withNotes(cost.notes());
            job.show(made.format().word(), made.capacity(), ConvertWork.leftOut(from), work, Outcome.DRY_RUN);
            return;
        }
        if (options.isIntoExisting()) {
            rehearseInto(from);
            return;
        }
        if (ends.toStore()) {
            // Refuses what the work would.
            StoreFileSystem.create(target.path()).close();
        }
        PlannedWork empty = ends.toStore()
                ? PlannedWork.making(target.path(), job.operation())
                : PlannedWork.nothing(job.operation());
        PlannedWork work = empty.withCost(DiskConverter.storedBytes(from));
        job.show(job.format().word(), from.capacity(), ConvertWork.leftOut(from), work, Outcome.DRY_RUN);
    }

    /** Opened as for the work, which refuses what the work would; what is not written stays as it is. */
    private void rehearseInto(VirtualDisk from) throws IOException {
        ends.requireOther(from);
        OpenOptions writing = OpenOptions.writable();
        try (VirtualDisk to = target.open(writing)) {
            PlannedWork work =
                    job.filling().withCost(job.converter(Progress.NONE).rehearseInto(from, to));
            job.show(job.word(to), to.capacity(), List.of(), work, Outcome.DRY_RUN);
        }
    }

    private void writeOut(VirtualDisk from) throws IOException {
        global.ifCancelled("what was written to standard output is not the whole disk");
        writeTo(Channels.newChannel(global.console().out()), from, nameInStream());
    }

    private void writeTo(WritableByteChannel out, VirtualDisk from, Path name) throws IOException {
        try (ProgressBar progress = job.progress()) {
            if (job.format() == DiskFormat.RAW) {
                job.converter(progress).writeRaw(from, options.part().of(from), out);
            } else {
                job.exporter(progress).toChannel(from, out, job.seeded(job.spec(from), from, progress), name);
            }
        }
    }

    private void store(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " was not made; what was sent of it was taken back");
        try (NewObject object = StoreFileSystem.create(target.path())) {
            writeTo(object.content(), from, target.path().getFileName());
            object.publish();
        }
        List<String> leftOut = job.format() == DiskFormat.RAW ? List.of() : ConvertWork.leftOut(from);
        job.report(
                job.format().word(),
                options.part().of(from).length(),
                leftOut,
                PlannedWork.making(target.path(), job.operation()));
    }

    private Path nameInStream() {
        return source.path().getFileName() == null
                ? Path.of("disk.vmdk")
                : source.path().getFileName();
    }

    private void overwrite(VirtualDisk from) throws IOException {
        global.ifCancelled(target + " holds a part of the new content; run the command again to complete it");
        ends.requireOther(from);
        OpenOptions writing = OpenOptions.writable();
        String word;
        long capacity;
        try (VirtualDisk to = target.open(writing);
                ProgressBar progress = job.progress()) {
            if (options.isTargetZero()) {
                job.converter(progress).fill(from, to);
            } else {
                job.converter(progress).convertInto(from, to);
            }
            word = job.word(to);
            capacity = to.capacity();
        }
        job.report(word, capacity, List.of(), job.filling());
    }

    private void createPart(VirtualDisk from) throws IOException {
        ByteRange part = options.part().of(from);
        global.ifCancelled(target.path() + " was not made");
        try (ProgressBar progress = job.progress()) {
            new RawPart(job.threads(), job.volume(), progress).write(from, part, target.path());
        }
        job.report(DiskFormat.RAW.word(), part.length(), List.of(), PlannedWork.making(target.path(), job.operation()));
    }

    private void create(VirtualDisk from) throws IOException {
        CreateSpec plain = job.spec(from);
        CreateSpec made;
        global.ifCancelled(target.path() + " was not made; its parts were removed");
        try (ProgressBar progress = job.progress()) {
            made = job.seeded(plain, from, progress);
            if (made.format() == DiskFormat.STREAM_OPTIMIZED) {
                job.exporter(progress).toFile(from, target.path(), made, job.volume());
            } else {
                job.converter(progress).convert(from, target.path(), made);
            }
        }
        job.report(made.format().word(), made.capacity(), ConvertWork.leftOut(from), job.making(made));
    }
}
