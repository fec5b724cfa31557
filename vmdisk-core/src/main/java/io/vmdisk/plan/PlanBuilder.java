package io.vmdisk.plan;

import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A plan in the making, in the order in which its parts are added. For one thread.
 *
 * @since 0.1
 */
public final class PlanBuilder {
    private final List<Preparation> preparations = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** A plan of nothing yet. */
    public PlanBuilder() {}

    /** One more thing to make before the commit point. */
    public void prepare(Preparation preparation) {
        preparations.add(preparation);
    }

    /** Gives a file new content, at this place among the steps. */
    public void publish(Path file, byte[] content) {
        publish(file, Content.of(content));
    }

    /** Gives a file new content, at this place among the steps. */
    public void publish(Path file, Content content) {
        stage(file, content);
        steps.add(new Publish(file));
    }

    /** Keeps new content ready for a step that comes later. */
    public void stage(Path file, Content content) {
        preparations.add(new StageText(file, content));
    }

    /** One more step. */
    public void step(Step step) {
        steps.add(step);
    }

    /** More steps, in their order. */
    public void steps(Collection<? extends Step> more) {
        steps.addAll(more);
    }

    /** Whether there is no step yet. */
    public boolean hasNoSteps() {
        return steps.isEmpty();
    }

    /** What people should know before they agree; said once. */
    public void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /** More of what people should know. */
    public void notes(Collection<String> more) {
        more.forEach(this::note);
    }

    /**
     * The plan so far.
     *
     * @param operation in words, like {@code delete snapshot "patched" of web01}
     * @param folder where the journal and the lock will lie
     */
    public Plan plan(String operation, Path folder) {
        return new Plan(operation, folder, preparations, steps, notes);
    }
}
