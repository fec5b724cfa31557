package io.vmdisk.cli.start;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What may have been meant by a word that is no command or no option.
 *
 * <p>Words of other tools come first, with the command that does what they do there. Only then the nearest spelling
 * counts, and a command that changes files is offered for nothing but a slip of one letter: whoever asks to look at a
 * disk must not be sent to merge it.
 */
final class Suggestion {
    private static final int MOST_SLIPS = 2;
    /** Letters of an option, with its dashes, that is found in a longer word. */
    private static final int LEAST_WITHIN = 6;

    /** Commands that change what is there: read-only ones and those that only make files are not among them. */
    private static final Set<String> CHANGING = Set.of(
            "write",
            "resize",
            "rename",
            "remove",
            "rebase",
            "repair",
            "unmap",
            "consolidate",
            "recover",
            "template",
            "revert",
            "delete",
            "delete-all",
            "set",
            "unset",
            "upgrade");

    private static final String REMOVE = "'remove' is for a disk, 'snapshot delete' for a snapshot";
    private static final String MERGE =
            "'consolidate' is for a disk that no snapshot needs, 'snapshot delete' for a snapshot";
    private static final String CONVERT = "'convert'";
    private static final String COPY = "'clone' for a disk or a machine, 'convert' for another format";
    private static final String SHRINK =
            "'unmap --compact' for the file, 'resize --shrink' for the disk that the guest sees";
    private static final String CHECK = "'check'";
    private static final String REPAIR = "'repair', which says what it could do if it is given no option";
    private static final String RENAME = "'rename', in its folder";
    private static final String INFO = "'info'";
    private static final String SNAPSHOT = "'snapshot create'";
    private static final String REVERT = "'snapshot revert'";
    private static final String LIST =
            "'info' for a disk, 'files' for a machine's files, 'snapshot list' for snapshots";
    private static final String SERVE = "'serve', and an NBD client";
    private static final String SET = "'vmx set'";

    /** Words that people bring from elsewhere, and what does that here. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("delete", REMOVE),
            Map.entry("del", REMOVE),
            Map.entry("rm", REMOVE),
            Map.entry("destroy", REMOVE),
            Map.entry("unlink", REMOVE),
            Map.entry("merge", MERGE),
            Map.entry("commit", MERGE),
            Map.entry("flatten", "'convert' makes one whole disk of a chain, 'consolidate' merges it in place"),
            Map.entry("diff", "'compare'"),
            Map.entry("cmp", "'compare'"),
            Map.entry("shrink", SHRINK),
            Map.entry("compact", "'unmap --compact'"),
            Map.entry("trim", "'unmap'"),
            Map.entry("fstrim", "'unmap --guest'"),
            Map.entry("discard", "'unmap'"),
            Map.entry("sparsify", "'unmap --zero'"),
            Map.entry("defrag", "'unmap --compact'"),
            Map.entry("punch", "'unmap --punch'"),
            Map.entry("grow", "'resize'"),
            Map.entry("extend", "'resize'"),
            Map.entry("expand", "'resize'"),
            Map.entry("export", CONVERT),
            Map.entry("import", CONVERT),
            Map.entry("dd", CONVERT),
            Map.entry("transform", CONVERT),
            Map.entry("copy", COPY),
            Map.entry("cp", COPY),
            Map.entry("duplicate", COPY),
            Map.entry("backup", COPY),
            Map.entry("verify", CHECK),
            Map.entry("validate", CHECK),
            Map.entry("test", CHECK),
            Map.entry("fsck", CHECK),
            Map.entry("scan", CHECK),
            Map.entry("lint", "'vmx lint'"),
            Map.entry("fix", REPAIR),
            Map.entry("heal", REPAIR),
            Map.entry("mv", RENAME),
            Map.entry("move", RENAME),
            Map.entry("relink", "'rebase'"),
            Map.entry("reparent", "'rebase'"),
            Map.entry("ls", LIST),
            Map.entry("list", LIST),
            Map.entry("dir", LIST),
            Map.entry("inspect", INFO),
            Map.entry("show", INFO),
            Map.entry("stat", INFO),
            Map.entry("describe", INFO),
            Map.entry("status", INFO),
            Map.entry("new", "'create'"),
            Map.entry("make", "'create'"),
            Map.entry("cat", "'read'"),
            Map.entry("dump", "'read'"),
            Map.entry("mount", SERVE),
            Map.entry("nbd", SERVE),
            Map.entry("sha256", "'hash'"),
            Map.entry("checksum", "'hash'"),
            Map.entry("digest", "'hash'"),
            Map.entry("snap", SNAPSHOT),
            Map.entry("revert", REVERT),
            Map.entry("rollback", REVERT),
            Map.entry("restore", REVERT),
            Map.entry(
                    "undo",
                    "'recover' undoes or finishes what was interrupted, 'repair --undo' undoes the last repair"),
            Map.entry("edit", SET),
            Map.entry("set", SET),
            Map.entry("get", "'vmx get'"),
            Map.entry("unset", "'vmx unset'"),
            Map.entry("upgrade", "'vmx upgrade'"),
            Map.entry("allocation", "'map'"),
            Map.entry("size", "'measure'"),
            Map.entry("version", "'--version'"),
            Map.entry("ova", "'convert -O streamOptimized' makes an OVA's disks, 'tar xf' takes them out"),
            Map.entry("untemplate", "'template --to-vm'"));

    private static final Map<String, Map<String, String>> IN_GROUPS = Map.of(
            "snapshot",
            Map.ofEntries(
                    Map.entry("take", SNAPSHOT),
                    Map.entry("make", SNAPSHOT),
                    Map.entry("new", SNAPSHOT),
                    Map.entry("add", SNAPSHOT),
                    Map.entry("ls", "'snapshot list'"),
                    Map.entry("show", "'snapshot list'"),
                    Map.entry("tree", "'snapshot list'"),
                    Map.entry("rm", "'snapshot delete'"),
                    Map.entry("del", "'snapshot delete'"),
                    Map.entry("remove", "'snapshot delete'"),
                    Map.entry("remove-all", "'snapshot delete-all'"),
                    Map.entry("removeall", "'snapshot delete-all'"),
                    Map.entry("merge", "'snapshot delete', which merges what it deletes into what needs it"),
                    Map.entry("consolidate", "'consolidate'"),
                    Map.entry("restore", REVERT),
                    Map.entry("rollback", REVERT),
                    Map.entry("apply", REVERT),
                    Map.entry("goto", REVERT)),
            "vmx",
            Map.ofEntries(
                    Map.entry("ls", "'vmx list'"),
                    Map.entry("show", "'vmx list'"),
                    Map.entry("cat", "'vmx list'"),
                    Map.entry("read", "'vmx get'"),
                    Map.entry("edit", SET),
                    Map.entry("add", SET),
                    Map.entry("write", SET),
                    Map.entry("rm", "'vmx unset'"),
                    Map.entry("delete", "'vmx unset'"),
                    Map.entry("remove", "'vmx unset'"),
                    Map.entry("check", "'vmx lint'"),
                    Map.entry("validate", "'vmx lint'"),
                    Map.entry("verify", "'vmx lint'")));

    private Suggestion() {}

    /**
     * What to do in place of a command that is none.
     *
     * @param group the first word of the commands that were meant, or nothing
     */
    static Optional<String> forCommand(String group, String word) {
        String wanted = word.toLowerCase(Locale.ROOT);
        Map<String, String> synonyms = group.isEmpty() ? SYNONYMS : IN_GROUPS.getOrDefault(group, Map.of());
        String synonym = synonyms.get(wanted);
        if (synonym != null) {
            return Optional.of(synonym);
        }
        String start = group.isEmpty() ? "" : group + " ";
        List<String> commands = Commands.PATHS.stream()
                .filter(path -> path.startsWith(start))
                .map(path -> firstWord(path.substring(start.length())))
                .distinct()
                .filter(command -> !CHANGING.contains(command) || slips(wanted, command) == 1)
                .toList();
        return nearest(wanted, commands).map(command -> "'" + start + command + "'");
    }

    private static String firstWord(String path) {
        int blank = path.indexOf(' ');
        return blank < 0 ? path : path.substring(0, blank);
    }

    /** The option that may have been meant. */
    static Optional<String> forOption(String word, Collection<String> options) {
        List<String> longOnes =
                options.stream().filter(option -> option.startsWith("--")).toList();
        return nearest(word, longOnes).or(() -> within(word, longOnes));
    }

    /** As {@code --format} in {@code --output-format}. */
    private static Optional<String> within(String word, List<String> options) {
        return options.stream()
                .filter(option -> option.length() >= LEAST_WITHIN && word.contains(option.substring(2)))
                .max(Comparator.comparingInt(String::length));
    }

    private static Optional<String> nearest(String word, Collection<String> words) {
        return words.stream()
                .filter(each -> slips(word, each) <= Math.min(MOST_SLIPS, word.length() / 2))
                .min(Comparator.comparingInt((String each) -> slips(word, each)).thenComparing(each -> each));
    }

    /** How many letters must be put in, left out, changed, or swapped with their neighbour. */
    private static int slips(String one, String other) {
        int[][] table = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    table[i][j] = i + j;
                    continue;
                }
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                int fewest = Math.min(table[i - 1][j], table[i][j - 1]) + 1;
                fewest = Math.min(fewest, table[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                table[i][j] = swapped ? Math.min(fewest, table[i - 2][j - 2] + 1) : fewest;
            }
        }
        return table[one.length()][other.length()];
    }
}
