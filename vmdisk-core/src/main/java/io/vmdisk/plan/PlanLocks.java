package io.vmdisk.plan;

import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkReader;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.step.LockList;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.FileLocks;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The locks of all files that a plan touches: those that it changes, moves or removes are held alone, disks that it only
 * reads or puts others upon are kept as they are. Held from before the journal is written until it is gone.
 *
 * <p>For one thread.
 *
 * @since 0.1
 */
public final class PlanLocks implements Closeable {
    private final Closeable locks;

    private PlanLocks(Closeable locks) {
        this.locks = locks;
    }

    /** What the locks of a plan are; nothing is locked yet. */
    public static Files of(Plan plan, Volume volume) throws IOException {
        Files files = new Files(volume);
        for (Preparation preparation : plan.preparations()) {
            preparation.lock(files.list);
        }
        for (Step step : plan.steps()) {
            step.lock(files.list);
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }

    /** Collects the files. For one thread. */
    public static final class Files {
        private final FileLocks locks;
        /** A plan names each link of a chain several times. */
        private final LinkReader links;
        /** Files that were looked at for themselves, disks or not. */
        private final Set<Path> seen = new HashSet<>();
        /** Disks whose parents are all in the list. */
        private final Set<Path> followed = new HashSet<>();

        private final LockList list = new PlanFiles();

        private Files(Volume volume) {
            this.locks = new FileLocks(volume);
            this.links = new LinkReader(OpenOptions.readOnly()
                    .withVolume(volume)
                    .withParents(OpenOptions.Parents.IGNORE_CONTENT_ID)
                    .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER));
        }

        /** One more file that the work changes. */
        public Files andChanged(Path file) throws IOException {
            locks.changed(file);
            return this;
        }

        /** One more disk that the work reads, with all its parents. */
        public Files andRead(Path disk) throws IOException {
            read(disk);
            return this;
        }

        /** One more disk that must stay as it is, without its parents. */
        public Files andKept(DiskLink disk) throws IOException {
            for (Path file : disk.files()) {
                locks.read(file);
            }
            return this;
        }

        /**
         * Takes the locks.
         *
         * @throws io.vmdisk.UnsafeStateException {@code locked} if somebody else works on one of them
         */
        public PlanLocks take() throws IOException {
            return new PlanLocks(locks.take());
        }

        /** A file, and if it is a disk all its files: one that is written has lost its first descriptor by then. */
        private void whole(Path file) throws IOException {
            locks.changed(file);
            if (seen.add(file)) {
                for (DiskLink link : chain(file, OpenOptions.Parents.NONE)) {
                    for (Path part : link.files()) {
                        locks.changed(part);
                    }
                }
            }
        }

        private void read(Path disk) throws IOException {
            locks.read(disk);
            if (followed.add(disk)) {
                for (DiskLink link : chain(disk, OpenOptions.Parents.IGNORE_CONTENT_ID)) {
                    for (Path file : link.files()) {
                        locks.read(file);
                    }
                }
            }
        }

        /** The links of a disk, as far as they are readable: what was interrupted may have gone in part. */
        private List<DiskLink> chain(Path disk, OpenOptions.Parents parents) throws IOException {
            try {
                DiskChain chain = links.chain(disk, parents);
                if (parents != OpenOptions.Parents.NONE && chain.isWhole()) {
                    // What lies below a link of a whole chain is in the list. Below a break it may lead on.
                    chain.links().forEach(link -> followed.add(link.path()));
                }
                return chain.links();
            } catch (VmdiskException | NoSuchFileException e) {
                return List.of();
            }
        }

        /** The files of the plan itself. */
        private final class PlanFiles implements LockList {
            @Override
            public void changes(Path file) throws IOException {
                locks.changed(file);
            }

            @Override
            public void changesWhole(Path file) throws IOException {
                whole(file);
            }

            @Override
            public void changesDisk(Path disk) throws IOException {
                read(disk);
                whole(disk);
            }

            @Override
            public void reads(Path file) throws IOException {
                locks.read(file);
            }

            @Override
            public void readsDisk(Path disk) throws IOException {
                read(disk);
            }
        }
    }
}
