package io.vmdisk.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How far recovery goes beyond what is safe without asking: whatever a journal says, only files in its own folder change
 * unless the user names others.
 *
 * @param folders other folders in which files may change
 * @param agreed the dangers that the user takes
 * @since 0.1
 */
public record RecoveryTrust(List<Path> folders, Set<Danger> agreed) {
    /** Files of the journal's own folder, and nothing unusual. */
    public static final RecoveryTrust NONE = new RecoveryTrust(List.of(), Set.of());

    /** What only the user's word allows. */
    public enum Danger {
        /** Files in any folder that the journal names. */
        OUTSIDE,
        /** A journal that was written elsewhere: the folder is a copy, or was moved from another file system. */
        COPY,
        /** A damaged note of how far the operation came: the one before it counts. */
        MARK;

        /** As {@code --force=} takes it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The danger of this word. */
        public static Optional<Danger> of(String word) {
            return List.of(values()).stream().filter(d -> d.word().equals(word)).findFirst();
        }
    }

    /** Copies both. */
    public RecoveryTrust {
        folders = List.copyOf(folders);
        agreed = Set.copyOf(agreed);
    }

    boolean allows(Danger danger) {
        return agreed.contains(danger);
    }
}
