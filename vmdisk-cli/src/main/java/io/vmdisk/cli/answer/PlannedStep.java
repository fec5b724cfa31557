package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.plan.step.CopyDisk;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.CreateDisk;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.ShrinkDisk;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.plan.step.StepNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One step of a plan, as answers tell it.
 *
 * @param kind what is done
 * @param path the file or disk that is made, changed or removed
 * @param from what it is made of: a copy's source, the links of a fold, the old name, a delta's parent
 * @param text a line for people
 */
public record PlannedStep(StepKind kind, Path path, List<Path> from, String text) {
    /** Copies the list. */
    public PlannedStep {
        from = List.copyOf(from);
    }

    static PlannedStep of(StepKind kind, Path path, String text) {
        return new PlannedStep(kind, path, List.of(), text);
    }

    static PlannedStep of(Preparation preparation, StepNames names) {
        StepKind kind;
        List<Path> from = List.of();
        if (preparation instanceof MakeFolder) {
            kind = StepKind.MAKE_FOLDER;
        } else if (preparation instanceof StageText) {
            kind = StepKind.WRITE_FILE;
        } else if (preparation instanceof CreateDisk create) {
            kind = StepKind.CREATE_DISK;
            Path parent = create.spec().parent();
            from = parent == null ? List.of() : List.of(parent);
        } else if (preparation instanceof CopyFile copy) {
            kind = StepKind.COPY_FILE;
            from = List.of(copy.source());
        } else if (preparation instanceof CopyDisk copy) {
            kind = StepKind.COPY_DISK;
            from = List.of(copy.source());
        } else {
            throw new IllegalStateException("unknown preparation: " + preparation);
        }
        return new PlannedStep(kind, preparation.target(), from, preparation.describe(names));
    }

    static PlannedStep of(Step step, StepNames names) {
        if (step instanceof Publish publish) {
            return of(StepKind.PUBLISH, publish.target(), step.describe(names));
        }
        if (step instanceof EditDescriptor edit) {
            return of(StepKind.EDIT_DESCRIPTOR, edit.disk(), step.describe(names));
        }
        if (step instanceof GrowDisk grow) {
            return of(StepKind.GROW_DISK, grow.disk(), step.describe(names));
        }
        if (step instanceof ShrinkDisk shrink) {
            return of(StepKind.SHRINK_DISK, shrink.disk(), step.describe(names));
        }
        if (step instanceof FoldLinks fold) {
            return new PlannedStep(StepKind.FOLD, fold.into(), fold.links(), step.describe(names));
        }
        if (step instanceof MoveFile move) {
            return new PlannedStep(StepKind.RENAME, move.to(), List.of(move.from()), step.describe(names));
        }
        if (step instanceof DeleteFile delete) {
            return of(StepKind.REMOVE, delete.path(), step.describe(names));
        }
        throw new IllegalStateException("unknown step: " + step);
    }

    void write(JsonView json) throws IOException {
        json.object()
                .field("kind", kind.word())
                .field("path", path.toAbsolutePath().toString());
        json.array("from");
        for (Path source : from) {
            json.element(source.toAbsolutePath().toString());
        }
        json.endArray().field("text", text).endObject();
    }
}
