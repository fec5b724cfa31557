package io.vmdisk.plan;

import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that a step or a preparation changes, by what happens to them. */
final class StepPaths {
    private StepPaths() {}

    /** What a step removes, renames or replaces. */
    static List<Path> removedOrReplaced(Step step) {
        if (step instanceof Step.Publish publish) {
            return List.of(publish.target());
        }
        if (step instanceof Step.Move move) {
            return List.of(move.from(), move.to());
        }
        return step instanceof Step.Delete delete ? List.of(delete.path()) : List.of();
    }

    /** The files that a step is told of by. */
    static List<Path> told(Step step) {
        return step instanceof Step.Publish publish ? List.of(publish.target()) : changed(step);
    }

    /** The files that a preparation is told of by. */
    static List<Path> told(Preparation preparation) {
        if (preparation instanceof Preparation.CopyFile copy) {
            return List.of(copy.source(), copy.target());
        } else if (preparation instanceof Preparation.CopyDisk copy) {
            return List.of(copy.source(), copy.target());
        } else if (preparation instanceof Preparation.CreateDisk create) {
            Path parent = create.spec().parent();
            return parent == null ? List.of(create.target()) : List.of(create.target(), parent);
        }
        return List.of(preparation.target());
    }

    /** All that a step changes, makes or takes away. */
    static List<Path> changed(Step step) {
        if (step instanceof Step.Publish publish) {
            return List.of(AtomicName.beside(publish.target()), publish.target());
        } else if (step instanceof Step.EditDescriptor edit) {
            return List.of(edit.disk());
        } else if (step instanceof Step.GrowDisk grow) {
            return List.of(grow.disk());
        } else if (step instanceof Step.ShrinkDisk shrink) {
            return List.of(shrink.disk());
        } else if (step instanceof Step.Fold fold) {
            List<Path> all = new ArrayList<>(fold.links());
            all.add(fold.into());
            return all;
        } else if (step instanceof Step.Move move) {
            return List.of(move.from(), move.to());
        } else if (step instanceof Step.Delete delete) {
            return List.of(delete.path());
        }
        throw new IllegalStateException("unknown step: " + step);
    }
}
