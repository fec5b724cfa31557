package io.vmdisk.plan;

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
