package io.vmdisk.plan;

import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.plan.step.JournalKinds;
import io.vmdisk.plan.step.JournalPart;
import io.vmdisk.plan.step.JournalText;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans as {@code key = "value"} lines and back, for the journal; what each part says of itself is in its own file. */
final class PlanText {
    private PlanText() {}

    /** Writes a plan into an empty document. */
    static JournalText write(Plan plan, Dictionary into) throws IOException {
        JournalText out = new JournalText(into, plan.folder().toAbsolutePath().normalize());
        out.set("operation", plan.operation());
        out.set("preparations", Integer.toString(plan.preparations().size()));
        out.set("steps", Integer.toString(plan.steps().size()));
        for (int i = 0; i < plan.preparations().size(); i++) {
            plan.preparations().get(i).write(new JournalPart(out, "preparation" + i));
        }
        for (int i = 0; i < plan.steps().size(); i++) {
            plan.steps().get(i).write(new JournalPart(out, "step" + i));
        }
        return out;
    }

    /** The text of a journal, for reading. */
    static JournalText of(Dictionary from, Path journal) throws IOException {
        Path folder = Optional.ofNullable(journal.toAbsolutePath().normalize().getParent())
                .orElseThrow(() -> JournalText.malformed(journal, "it has no folder"));
        return new JournalText(from, folder);
    }

    /** Reads a plan. */
    static Plan read(JournalText in) throws IOException {
        List<Preparation> preparations = new ArrayList<>();
        int preparationCount = in.count("preparations");
        for (int i = 0; i < preparationCount; i++) {
            preparations.add(JournalKinds.preparation(new JournalPart(in, "preparation" + i)));
        }
        List<Step> steps = new ArrayList<>();
        int stepCount = in.count("steps");
        for (int i = 0; i < stepCount; i++) {
            steps.add(JournalKinds.step(new JournalPart(in, "step" + i)));
        }
        return new Plan(in.required("operation"), in.folder(), preparations, steps, List.of());
    }
}
