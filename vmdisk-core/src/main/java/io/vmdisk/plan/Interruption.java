package io.vmdisk.plan;

import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that was interrupted, as its journal tells it: nothing in it is to be believed, only to be shown.
 *
 * @param plan what it was going to do
 * @param phase how far it came
 * @param stepsDone steps that are done
 * @param origin where the journal was written
 * @param writtenIn the folder it was written in, as it says
 * @param outside what it would change in other folders
 * @since 0.1
 */
public record Interruption(Plan plan, Phase phase, int stepsDone, Origin origin, String writtenIn, List<Path> outside) {
    /** How far an operation came. */
    public enum Phase {
        /** It was making new files: recovery undoes it. */
        PREPARING,
        /** It was past its commit point: recovery finishes it. */
        COMMITTED
    }

    /** Where the journal was written. */
    public enum Origin {
        /** In this folder, whatever its name was then. */
        HERE,
        /** In another: this is a copy. */
        COPIED
    }

    /** Copies the list. */
    public Interruption {
        outside = List.copyOf(outside);
    }

    /** What recovery would do, each with all its paths, in order. */
    public List<String> remaining() {
        List<String> lines = new ArrayList<>();
        if (phase == Phase.PREPARING) {
            for (int i = plan.preparations().size() - 1; i >= 0; i--) {
                Preparation preparation = plan.preparations().get(i);
                lines.add("undo: " + preparation.describe() + ": " + preparation.target());
            }
        } else {
            for (Step step : plan.steps().subList(stepsDone, plan.steps().size())) {
                lines.add(step.describe() + ": "
                        + String.join(
                                ", ",
                                step.changed().stream().map(Path::toString).toList()));
            }
        }
        return lines;
    }
}
