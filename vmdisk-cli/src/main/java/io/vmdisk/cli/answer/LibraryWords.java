package io.vmdisk.cli.answer;

import java.util.Locale;

/** The library's constants in answers. */
public final class LibraryWords {
    private LibraryWords() {}

    /** {@code SNAPSHOT_LIST} for people: {@code snapshot list}. */
    public static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code 1 error}, {@code 2 errors}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code SNAPSHOT_LIST} for scripts: {@code snapshot-list}. */
    public static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
