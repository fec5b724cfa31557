package io.vmdisk.cli.view;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Action;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Remedies in the words of the command line: for each action the command that does it, so that it can be pasted, quoted
 * for a POSIX shell where a name needs it; or the option that makes the choice.
 */
public final class RemedyWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");
    private static final Pattern SPECIAL = Pattern.compile("[\\\\\"$`]");
    private static final String NAME = "vmdisk";
    private static final String REPAIR = "repair";
    private static final String CHECK = "check";
    private static final String NEW = "NEW";

    private RemedyWords() {}

    /** The sentence for people. */
    public static String text(Remedy remedy) {
        return remedy.text(RemedyWords::words);
    }

    /** The words of a command with the program first; none if the action is a choice within a command, or no command. */
    public static List<String> command(Action action) {
        return action.kind().isChoice() || action.kind().isDeed() ? List.of() : full(action);
    }

    /** A command of this program between the single quotes that remedies have: {@code 'vmdisk check a.vmdk'}. */
    public static String quoted(List<String> command) {
        StringBuilder text = new StringBuilder("'");
        for (String word : command) {
            text.append(text.length() == 1 ? "" : " ").append(shellWord(word));
        }
        return text.append('\'').toString();
    }

    private static String words(Action action) {
        if (action.kind().isDeed()) {
            return action.words();
        }
        return action.kind().isChoice() ? option(action) : quoted(full(action));
    }

    private static String option(Action action) {
        String value = action.values().isEmpty() ? "" : action.values().get(0);
        Optional<Path> subject = action.subject();
        return switch (action.kind()) {
            case ALLOW -> "--force=" + value;
            case SEARCH ->
                "--search "
                        + subject.map(Path::toString)
                                .map(RemedyWords::shellWord)
                                .orElse("DIR");
            case MAP_STORE -> "--map /vmfs/volumes/NAME=DIR";
            case DISK -> "--disk " + value(action, "NODE");
            case RAW -> "'raw:" + subject.map(Path::toString).orElse("PATH") + "'";
            case NATIVE_ACCESS -> "--enable-native-access";
            default -> "--" + action.kind().key();
        };
    }

    private static List<String> full(Action action) {
        List<String> words = new ArrayList<>(List.of(NAME));
        words.addAll(base(action));
        return List.copyOf(words);
    }

    private static List<String> base(Action action) {
        return switch (action.kind()) {
            case CHECK -> plain(action, CHECK);
            case CHECK_CHAIN -> plain(action, CHECK, "--chain");
            case CHECK_DATA -> plain(action, CHECK, "--data");
            case REPAIR_TABLES -> plain(action, REPAIR, "--tables");
            case REPAIR_LEAKS -> plain(action, REPAIR, "--leaks");
            case REPAIR_DESCRIPTOR -> plain(action, REPAIR, "--descriptor");
            case RELINK -> plain(action, REPAIR, "--cid");
            case REPLACE_PARENT -> filled(action, REPAIR, "--parent", value(action, "PATH"));
            case SALVAGE -> filled(action, REPAIR, "--salvage", NEW);
            case REPAIR_LIST -> plain(action, REPAIR, "--vmsd");
            case REPAIR_PATHS -> plain(action, REPAIR, "--paths");
            case RECOVER -> plain(action, "recover");
            case DROP_JOURNAL -> plain(action, "recover", "--drop");
            case CONSOLIDATE -> plain(action, "consolidate");
            case CONVERT -> conversion(action, List.of("convert"));
            case CONVERT_DAMAGED -> conversion(action, List.of("convert", "--force=broken-chain"));
            case CONVERT_FOR_HOST -> List.of("convert", "--for", "esxi");
            case MAKE_DELTA -> List.of("convert", "-b");
            case MAKE_INDEPENDENT -> with(plain(action, "rebase"), "--onto", "none");
            case CLONE -> plain(action, "clone");
            case RENAME -> plain(action, "rename");
            case REMOVE -> plain(action, "remove");
            case RESIZE -> sized(action);
            case DELETE_SNAPSHOT -> with(plain(action, "snapshot", "delete"), "SNAP");
            case DELETE_SNAPSHOTS -> plain(action, "snapshot", "delete-all");
            case REVERT -> with(plain(action, "snapshot", "revert"), value(action, "SNAP"));
            case SHOW -> plain(action, "info");
            case SHOW_MAP -> plain(action, "map");
            case LIST_SNAPSHOTS -> plain(action, "snapshot", "list");
            case LINT -> plain(action, "vmx", "lint");
            case SET_KEY -> with(plain(action, "vmx", "set"), action.values().toArray(String[]::new));
            case UNSET_KEY ->
                with(plain(action, "vmx", "unset"), action.values().toArray(String[]::new));
            case HASH -> plain(action, "hash", "--manifest");
            case HASH_PART -> List.of("hash", "--tree", "--range", value(action, "A:B"));
            default -> throw new IllegalArgumentException("no command: " + action.kind());
        };
    }

    private static List<String> plain(Action action, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        action.subject().ifPresent(path -> all.add(path.toString()));
        return all;
    }

    /** With a word that stands before the subject, and only with one. */
    private static List<String> filled(Action action, String command, String option, String value) {
        return action.subject()
                .map(path -> List.of(command, option, value, path.toString()))
                .orElse(List.of(command, option));
    }

    private static List<String> conversion(Action action, List<String> words) {
        List<String> all = new ArrayList<>(words);
        if (action.subject().isPresent()) {
            all.addAll(List.of(action.subject().get().toString(), NEW, "-O", value(action, "FORMAT")));
        } else if (!action.values().isEmpty()) {
            all.addAll(List.of("-O", value(action, "")));
        }
        return all;
    }

    private static List<String> sized(Action action) {
        List<String> all = plain(action, "resize");
        return action.subject().isPresent() ? with(all, "SIZE") : all;
    }

    private static List<String> with(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    private static String value(Action action, String otherwise) {
        return action.values().isEmpty() ? otherwise : action.values().get(0);
    }

    private static String shellWord(String word) {
        return PLAIN.matcher(word).matches()
                ? word
                : '"' + SPECIAL.matcher(word).replaceAll("\\\\$0") + '"';
    }
}
