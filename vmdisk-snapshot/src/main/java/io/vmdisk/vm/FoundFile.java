package io.vmdisk.vm;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import java.nio.file.Path;

/**
 * A file that a machine names by a place which is not here, and where it was found.
 *
 * @param text the name as it stands in the configuration, the snapshot list or a descriptor
 * @param named the path that the name means here
 * @param file what was found
 * @param where how
 * @since 0.1
 */
public record FoundFile(String text, Path named, Path file, Where where) {
    /** Where files are found. */
    public enum Where {
        /** In the machine's folder. */
        BESIDE,
        /** In a folder beside the machine's that is called like the one in the name. */
        SIBLING_FOLDER,
        /** In a folder that the user named. */
        SEARCH,
        /** Where it is named, by letters that differ in case. */
        OTHER_CASE
    }

    /** Whether another file could be meant, so that nobody shall change the machine before the name is right. */
    public boolean isGuess() {
        return where != Where.OTHER_CASE;
    }

    /** What writes the name that the file has here; it looks where the file was found. */
    public Remedy remedy(Path configuration) {
        Remedy repair = Remedy.of(Kind.REPAIR_PATHS, configuration);
        return where == Where.SEARCH ? repair.and(", with ").with(Kind.SEARCH, file.getParent()) : repair;
    }

    /** In words. */
    public String describe() {
        String name = "'" + text + "' is not here; ";
        return switch (where) {
            case BESIDE -> name + file.getFileName() + " beside the configuration is taken for it";
            case SIBLING_FOLDER, SEARCH -> name + file + " is taken for it";
            case OTHER_CASE -> "'" + text + "' is called " + file.getFileName() + " here: the letters differ in case";
        };
    }
}
