package io.vmdisk.clone;

import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A plan in the making, in the order in which its parts are added. For one thread. */
final class PlanDraft {
    private final List<Preparation> preparations = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    void prepare(Preparation preparation) {
        preparations.add(preparation);
    }

    /** Gives a file new content, at this place among the steps. */
    void publish(Path file, byte[] content) {
        stage(file, content);
        steps.add(new Publish(file));
    }

    /** Keeps new content ready for a step that comes later. */
    void stage(Path file, byte[] content) {
        preparations.add(new StageText(file, Content.of(content)));
    }

    void step(Step step) {
        steps.add(step);
    }

    void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    Plan plan(String operation, Path folder) {
        return new Plan(operation, folder, preparations, steps, notes);
    }
}
