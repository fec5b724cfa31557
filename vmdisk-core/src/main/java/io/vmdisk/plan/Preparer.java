package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.transfer.DiskConverter;
import io.vmdisk.transfer.Pipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes and unmakes the new files of a plan. */
final class Preparer {
    private static final int COPY_BYTES = 1 << 20;

    private final Volume volume;
    private final Progress progress;

    Preparer(Volume volume, Progress progress) {
        this.volume = volume;
        this.progress = progress;
    }

    /** Refuses a plan whose new names are taken, or will be: undoing it would remove somebody's file. */
    void refuseTaken(Plan plan) throws IOException {
        for (Preparation preparation : plan.preparations()) {
            volume.refuseUnfinished(preparation.target());
            for (Path name : names(preparation)) {
                if (volume.taken(name)) {
                    throw new UnsafeStateException(
                            "exists",
                            name,
                            "the file exists, the plan wanted to make it",
                            "plan again: something changed meanwhile");
                }
            }
        }
    }

    /** The names that only this preparation uses; staged text goes beside a file that may exist. */
    private static List<Path> names(Preparation preparation) throws IOException {
        if (preparation instanceof Preparation.CreateDisk create) {
            return StagedDisk.files(create.target(), create.spec());
        }
        if (preparation instanceof Preparation.CopyDisk copy) {
            return StagedDisk.files(copy.target(), copy.spec());
        }
        return preparation instanceof Preparation.StageText ? List.of() : List.of(preparation.target());
    }

    /**
     * Makes it, durably.
     *
     * @param model whose rights new texts get; null if there is none
     */
    void make(Preparation preparation, @Nullable Path model) throws IOException {
        if (preparation instanceof Preparation.MakeFolder folder) {
            volume.createFolder(folder.target());
            volume.forceNames(AtomicName.folderOf(folder.target()));
        } else if (preparation instanceof Preparation.StageText stage) {
            stage(stage, model);
        } else if (preparation instanceof Preparation.CreateDisk create) {
            StagedDisk.createEmpty(
                    create.target(), create.spec(), like(create.spec().parent()), progress);
        } else if (preparation instanceof Preparation.CopyFile copy) {
            copy(copy.source(), copy.target());
        } else if (preparation instanceof Preparation.CopyDisk copy) {
            OpenOptions options = OpenOptions.readOnly().withVolume(volume);
            try (VirtualDisk source = VirtualDisk.open(copy.source(), options)) {
                new DiskConverter(Pipeline.defaultThreads(), like(copy.source()), progress)
                        .convert(source, copy.target(), copy.spec());
            }
        } else {
            throw new IllegalStateException("unknown preparation: " + preparation);
        }
    }

    /** With the rights of the file that it replaces, or else of the model. */
    private void stage(Preparation.StageText staged, @Nullable Path model) throws IOException {
        Path target = volume.replaced(staged.target());
        Path path = AtomicName.beside(target);
        volume.clear(path);
        try (BlockFile file = made(path, volume.exists(target) ? target : model)) {
            file.writeFully(0, ByteBuffer.wrap(staged.content().toBytes()));
            file.force();
        }
        volume.forceNames(AtomicName.folderOf(path));
    }

    private BlockFile made(Path path, @Nullable Path model) throws IOException {
        return model == null ? volume.open(path, OpenMode.CREATE) : volume.createLike(path, model);
    }

    /** What a new disk is made in: its files let nobody in whom those of the other disk keep out. */
    private Volume like(@Nullable Path disk) throws IOException {
        return disk == null ? volume : volume.creatingLike(new RightsModel(volume).ofDisk(disk));
    }

    /** Copies data ranges only, so that holes stay holes. */
    private void copy(Path source, Path target) throws IOException {
        try (BlockFile from = volume.open(source, OpenMode.READ);
                BlockFile to = volume.createLike(target, source)) {
            long size = from.size();
            to.setSize(size);
            progress.begin("copying " + source.getFileName(), size);
            ByteBuffer buffer = ByteBuffer.allocateDirect(COPY_BYTES);
            long at = from.nextData(0);
            while (at < size) {
                long end = Math.min(size, from.nextHole(at));
                while (at < end) {
                    progress.checkCancelled("copying");
                    buffer.clear().limit((int) Math.min(COPY_BYTES, end - at));
                    from.readFully(at, buffer);
                    int count = buffer.flip().remaining();
                    to.writeFully(at, buffer);
                    at += count;
                    progress.advance(count);
                }
                at = at < size ? from.nextData(at) : size;
            }
            to.force();
        }
        volume.forceNames(AtomicName.folderOf(target));
    }

    /** Removes what preparations made, as far as they came; the last first, so that folders are empty when they go. */
    void unmake(List<Preparation> made) throws IOException {
        for (int i = made.size() - 1; i >= 0; i--) {
            unmake(made.get(i));
        }
    }

    private void unmake(Preparation preparation) throws IOException {
        if (preparation instanceof Preparation.MakeFolder folder) {
            // What somebody else put there meanwhile stays.
            if (volume.exists(folder.target()) && volume.list(folder.target()).isEmpty()) {
                remove(folder.target());
            }
            return;
        }
        if (preparation instanceof Preparation.StageText stage) {
            remove(AtomicName.beside(volume.replaced(stage.target())));
            return;
        }
        StagedDisk.discard(volume, preparation.target());
        for (Path name : names(preparation)) {
            remove(name);
        }
    }

    private void remove(Path path) throws IOException {
        if (volume.entry(path).isPresent()) {
            volume.delete(path);
            volume.forceNames(AtomicName.folderOf(path));
        }
    }
}
