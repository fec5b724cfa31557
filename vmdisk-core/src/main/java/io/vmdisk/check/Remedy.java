package io.vmdisk.check;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the command lines of remedies so that they can be pasted: quoted for a POSIX shell where a name needs it. */
public final class Remedy {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final Pattern SPECIAL = Pattern.compile("[\\\\\"$`]");

    private static final String SALVAGE = "--salvage";
    private static final Pattern BARE = Pattern.compile("'vmdisk repair(?: (--(?:tables|leaks|descriptor|salvage)))?'");

    private Remedy() {}

    /** A command of vmdisk with its words, between the single quotes that remedies have: {@code 'vmdisk check a.vmdk'}. */
    public static String command(Object... words) {
        StringBuilder text = new StringBuilder("'vmdisk");
        for (Object word : words) {
            text.append(' ').append(quoted(String.valueOf(word)));
        }
        return text.append('\'').toString();
    }

    /** A remedy that says {@code 'vmdisk repair --tables'} without a disk, about one. */
    static String about(String remedy, Path disk) {
        return BARE.matcher(remedy).replaceAll(found -> Matcher.quoteReplacement(repair(found.group(1), disk)));
    }

    private static String repair(@Nullable String option, Path disk) {
        if (option == null) {
            return command("repair", "--tables", disk);
        }
        return option.equals(SALVAGE) ? command("repair", SALVAGE, "NEW", disk) : command("repair", option, disk);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches()
                ? word
                : '"' + SPECIAL.matcher(word).replaceAll("\\\\$0") + '"';
    }
}
