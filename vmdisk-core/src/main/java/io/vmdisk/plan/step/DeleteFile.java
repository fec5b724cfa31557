package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes a file.
 *
 * @since 0.1
 */
public record DeleteFile(Path path) implements Step {
    static final String KIND = "delete";

    @Override
    public String describe(StepNames names) {
        return "remove " + names.of(path);
    }

    @Override
    public List<Path> changed() {
        return List.of(path);
    }

    @Override
    public List<Path> removedOrReplaced() {
        return changed();
    }

    @Override
    public void run(StepWork work) throws IOException {
        NameChange.delete(work.volume(), path);
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.set("kind", KIND);
        into.setPath("path", path);
    }

    static DeleteFile read(JournalPart from) throws MalformedFileException {
        return new DeleteFile(from.path("path"));
    }
}
