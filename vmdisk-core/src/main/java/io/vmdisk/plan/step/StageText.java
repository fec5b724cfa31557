package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Writes new content for a small file, kept beside it until {@link Publish}.
 *
 * @param target the file that will have the content; may exist
 * @param content all of it
 * @since 0.1
 */
public record StageText(Path target, Content content) implements Preparation {
    static final String KIND = "stage";

    @Override
    public long bytes() {
        return content.length();
    }

    @Override
    public String describe(StepNames names) {
        return "write " + names.of(target) + " (" + content.length() + " bytes)";
    }

    /** None: it goes beside a file that may exist. */
    @Override
    public List<Path> names() {
        return List.of();
    }

    @Override
    public long textBytes() {
        return content.length();
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.of(target);
    }

    @Override
    public void lock(LockList locks) {}

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        Path staged = AtomicName.beside(terms.replaced(target));
        terms.file(staged);
        terms.atMost(staged, content.length());
    }

    /** With the rights of the file that it replaces, or else of the model. */
    @Override
    public void make(PreparationWork work) throws IOException {
        Volume volume = work.volume();
        Path replaced = volume.replaced(target);
        Path path = AtomicName.beside(replaced);
        volume.clear(path);
        Path model = volume.exists(replaced) ? replaced : work.model().orElse(null);
        try (BlockFile file = model == null ? volume.open(path, OpenMode.CREATE) : volume.createLike(path, model)) {
            file.writeFully(0, ByteBuffer.wrap(content.toBytes()));
            file.force();
        }
        volume.forceNames(AtomicName.folderOf(path));
    }

    @Override
    public void unmake(Volume volume) throws IOException {
        NameChange.undo(volume, AtomicName.beside(volume.replaced(target)));
    }

    @Override
    public void write(JournalPart into) throws IOException {
        into.setPath("target", target);
        into.set("kind", KIND);
        into.set("content", Base64.getEncoder().encodeToString(content.toBytes()));
    }

    static StageText read(Path target, JournalPart from) throws MalformedFileException {
        try {
            return new StageText(target, Content.of(Base64.getDecoder().decode(from.required("content"))));
        } catch (IllegalArgumentException e) {
            throw from.malformed(from.key("content") + " is not Base64");
        }
    }
}
