package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.PreparationWork;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes and unmakes the new files of a plan. */
final class Preparer {
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
            for (Path name : preparation.names()) {
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

    /** What preparations of a plan work with. */
    PreparationWork work(Plan plan) throws IOException {
        RightsModel rights = new RightsModel(volume);
        return new Work(volume, progress, rights.ofTexts(plan));
    }

    private record Work(Volume volume, Progress progress, Optional<Path> model) implements PreparationWork {
        @Override
        public Volume like(@Nullable Path disk) throws IOException {
            return disk == null ? volume : volume.creatingLike(new RightsModel(volume).ofDisk(disk));
        }
    }

    /** Removes what preparations made, as far as they came; the last first, so that folders are empty when they go. */
    void unmake(List<Preparation> made) throws IOException {
        for (int i = made.size() - 1; i >= 0; i--) {
            made.get(i).unmake(volume);
        }
    }
}
