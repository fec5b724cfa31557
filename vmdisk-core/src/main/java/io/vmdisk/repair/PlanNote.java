package io.vmdisk.repair;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.KeptPart;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a plan one that can be undone: what it replaces is kept, and noted for {@code RepairUndo}. */
final class PlanNote {
    /** Only lists take the place of others. */
    private static final int MOST_TEXT_BYTES = 1 << 26;

    private final Plan plan;
    private final Volume volume;
    private final Map<Path, Content> contents = new HashMap<>();
    private final Set<Path> edited = new HashSet<>();
    private final List<Preparation> preparations = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<PlannedPart> parts = new ArrayList<>();

    PlanNote(Plan plan, Volume volume) {
        this.plan = plan;
        this.volume = volume;
        for (Preparation preparation : plan.preparations()) {
            if (preparation instanceof StageText text) {
                contents.put(text.target(), text.content());
            }
        }
        preparations.addAll(plan.preparations());
    }

    /** The plan with the notes, or as it was if it can't be undone. */
    Plan noted() throws IOException {
        for (Step step : plan.steps()) {
            if (!take(step)) {
                return plan;
            }
        }
        if (parts.isEmpty()) {
            return plan;
        }
        Plan keeping = new Plan(plan.operation(), plan.folder(), preparations, steps, plan.notes());
        return noted(keeping, parts, volume);
    }

    /** A plan of which is known what it replaces, and that keeps it: with the notes. */
    static Plan noted(Plan plan, List<PlannedPart> parts, Volume volume) throws IOException {
        List<Preparation> preparations = new ArrayList<>(plan.preparations());
        List<Step> steps = new ArrayList<>(plan.steps());
        for (UndoNote note : UndoNote.planned(volume, parts)) {
            preparations.add(new StageText(note.path(), note.content()));
            steps.add(new Publish(note.path()));
        }
        return new Plan(plan.operation(), plan.folder(), preparations, steps, plan.notes());
    }

    private boolean take(Step step) throws IOException {
        if (step instanceof EditDescriptor edit) {
            return keep(edit);
        }
        steps.add(step);
        if (step instanceof MoveFile move) {
            return keep(move);
        }
        return step instanceof Publish publish && keep(publish);
    }

    private boolean keep(EditDescriptor edit) throws IOException {
        if (!edited.add(edit.disk())) {
            return false;
        }
        DiskLink link = DiskChain.of(
                        edit.disk(), OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.NONE))
                .top();
        KeptEdit kept = KeptEdit.of(link, edit.edit(), volume);
        preparations.add(kept.original());
        steps.addAll(kept.steps());
        parts.add(kept.part());
        return true;
    }

    /** What the move replaces has to go back after what was moved. */
    private boolean keep(MoveFile move) throws IOException {
        parts.add(new PlannedPart(KeptPart.moved(move.from(), move.to()), null));
        if (!volume.exists(move.to())) {
            return true;
        }
        Optional<KeptPart> replaced = part(move.to());
        if (replaced.isPresent()) {
            Content after = Content.of(volume.readAll(move.from(), MOST_TEXT_BYTES));
            parts.add(new PlannedPart(replaced.get(), after));
        }
        return replaced.isPresent();
    }

    private boolean keep(Publish publish) {
        Content after = contents.get(publish.target());
        Optional<KeptPart> part = part(publish.target());
        if (after == null || part.isEmpty()) {
            return false;
        }
        parts.add(new PlannedPart(part.get(), after));
        return true;
    }

    private Optional<KeptPart> part(Path target) {
        for (Preparation preparation : plan.preparations()) {
            if (preparation instanceof CopyFile copy && copy.source().equals(target)) {
                return Optional.of(KeptPart.whole(target, copy.target()));
            }
        }
        return volume.exists(target) ? Optional.empty() : Optional.of(KeptPart.made(target));
    }
}
