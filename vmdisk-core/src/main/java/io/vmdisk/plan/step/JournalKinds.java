package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * All kinds of preparations and steps by their words in the journal, a line for each; these words stay for ever.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class JournalKinds {
    private JournalKinds() {}

    /** Reads what {@link Preparation#write} wrote. */
    public static Preparation preparation(JournalPart from) throws IOException {
        Path target = from.path("target");
        String kind = from.required("kind");
        return switch (kind) {
            case MakeFolder.KIND -> new MakeFolder(target);
            case StageText.KIND -> StageText.read(target, from);
            case CreateDisk.KIND -> CreateDisk.read(target, from);
            case CopyFile.KIND -> CopyFile.read(target, from);
            case CopyDisk.KIND -> CopyDisk.read(target, from);
            default -> throw from.malformed("unknown preparation " + kind);
        };
    }

    /** Reads what {@link Step#write} wrote. */
    public static Step step(JournalPart from) throws MalformedFileException {
        String kind = from.required("kind");
        return switch (kind) {
            case Publish.KIND -> Publish.read(from);
            case EditDescriptor.KIND -> EditDescriptor.read(from);
            case GrowDisk.KIND -> GrowDisk.read(from);
            case ShrinkDisk.KIND -> ShrinkDisk.read(from);
            case FoldLinks.KIND -> FoldLinks.read(from);
            case MoveFile.KIND -> MoveFile.read(from);
            case DeleteFile.KIND -> DeleteFile.read(from);
            default -> throw from.malformed("unknown step " + kind);
        };
    }
}
