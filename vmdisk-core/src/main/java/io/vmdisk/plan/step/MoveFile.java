package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Renames a file, in its folder or into another one of the same file store.
 *
 * @since 0.1
 */
public record MoveFile(Path from, Path to) implements Step {
    static final String KIND = "move";

    @Override
    public String describe(StepNames names) {
        return "rename " + names.of(from) + " to " + names.of(to);
    }

    @Override
    public List<Path> changed() {
        return List.of(from, to);
    }

    @Override
    public List<Path> removedOrReplaced() {
        return changed();
    }

    @Override
    public void run(StepWork work) throws IOException {
        NameChange.move(work.volume(), from, to);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("from", from);
        into.setPath("to", to);
    }

    static MoveFile read(JournalPart part) throws MalformedFileException {
        return new MoveFile(part.path("from"), part.path("to"));
    }
}
