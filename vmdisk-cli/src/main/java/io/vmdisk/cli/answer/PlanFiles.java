package io.vmdisk.cli.answer;

import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.ShrinkDisk;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files that a plan touches, each once; what it only makes to move it elsewhere is not told.
 *
 * @param made files that will be new
 * @param changed files that will be different
 * @param removed files that will be gone
 */
public record PlanFiles(Set<Path> made, Set<Path> changed, Set<Path> removed) {
    static PlanFiles of(Plan plan, Volume volume) throws IOException {
        PlanFiles files = new PlanFiles(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
        for (Preparation preparation : plan.preparations()) {
            files.add(preparation, volume);
        }
        for (Step step : plan.steps()) {
            files.add(step);
        }
        files.changed.removeAll(files.removed);
        return files;
    }

    /** Those of two plans, one after the other. */
    PlanFiles and(PlanFiles next) {
        return new PlanFiles(union(made, next.made), union(changed, next.changed), union(removed, next.removed));
    }

    private static Set<Path> union(Set<Path> first, Set<Path> second) {
        Set<Path> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all;
    }

    /** The names that files in different folders share. */
    Set<String> repeatedNames() {
        Set<Path> all = new LinkedHashSet<>(made);
        all.addAll(changed);
        all.addAll(removed);
        Set<String> seen = new HashSet<>();
        return all.stream()
                .map(path -> String.valueOf(path.getFileName()))
                .filter(name -> !seen.add(name))
                .collect(Collectors.toSet());
    }

    private void add(Preparation preparation, Volume volume) throws IOException {
        if (preparation instanceof CreateDisk create) {
            made.addAll(StagedDisk.files(create.target(), create.spec()));
        } else if (preparation instanceof CopyDisk copy) {
            made.addAll(StagedDisk.files(copy.target(), copy.spec()));
        } else if (volume.exists(preparation.target())) {
            changed.add(preparation.target());
        } else {
            made.add(preparation.target());
        }
    }

    private void add(Step step) {
        if (step instanceof EditDescriptor edit) {
            changed.add(edit.disk());
        } else if (step instanceof FoldLinks fold) {
            changed.add(fold.into());
        } else if (step instanceof GrowDisk grow) {
            changed.add(grow.disk());
        } else if (step instanceof ShrinkDisk shrink) {
            changed.add(shrink.disk());
        } else if (step instanceof DeleteFile delete) {
            removed.add(delete.path());
        } else if (step instanceof MoveFile move) {
            if (!made.remove(move.from())) {
                removed.add(move.from());
            }
            if (!changed.contains(move.to())) {
                made.add(move.to());
            }
        } else if (!(step instanceof Publish)) {
            // What is put in place counts as its preparation.
            throw new IllegalStateException("unknown step: " + step);
        }
    }
}
