package io.vmdisk.vmx.lint;

import com.google.common.base.Splitter;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of {@code rules.tsv}, each with the check that finds its hits. Immutable; read on first use. */
final class RuleTable {
    private static final String RESOURCE = "rules.tsv";
    private static final Splitter COLUMNS = Splitter.on('\t');
    private static final Splitter WORDS = Splitter.on(',');
    private static final String IN_CODE = "code: ";

    /** A rule and what finds its hits. */
    record Ruled(LintRule rule, Check check) {}

    private final List<Ruled> rules = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    /** Loads on first use, once. */
    private static final class Holder {
        static final RuleTable INSTANCE = new RuleTable();
    }

    private RuleTable() {
        for (String line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                add(COLUMNS.splitToList(line));
            }
        }
    }

    static RuleTable get() {
        return Holder.INSTANCE;
    }

    private static List<String> lines() {
        try (InputStream in = RuleTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("not found: " + RESOURCE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the module lacks its own table " + RESOURCE, e);
        }
    }

    private void add(List<String> row) {
        if (row.size() != 7) {
            throw new IllegalStateException(RESOURCE + " has a row of " + row.size() + " columns: " + row);
        }
        String condition = row.get(4);
        boolean code = condition.startsWith(IN_CODE);
        LintRule rule = new LintRule(
                row.get(0),
                severity(row.get(1)),
                profiles(row.get(2)),
                row.get(3).equals("-") ? "" : row.get(3),
                code ? condition.substring(IN_CODE.length()) : condition,
                row.get(5),
                remedy(row.get(6)));
        Check check = code ? new CodedCheck(rule.id()) : Condition.parse(rule.key(), condition);
        if (!ids.add(rule.id())) {
            throw new IllegalStateException(RESOURCE + ": " + rule.id() + " has two rows");
        }
        rules.add(new Ruled(rule, check));
    }

    /** What to do; an action of vmdisk stands in it as its key in braces. */
    private static Remedy remedy(String words) {
        Remedy remedy = Remedy.NONE;
        int said = 0;
        for (int brace = words.indexOf('{'); brace >= 0; brace = words.indexOf('{', said)) {
            int end = words.indexOf('}', brace);
            remedy = remedy.and(words.substring(said, brace)).with(Remedy.Kind.ofKey(words.substring(brace + 1, end)));
            said = end + 1;
        }
        return remedy.and(words.substring(said));
    }

    private static Severity severity(String letter) {
        return switch (letter) {
            case "E" -> Severity.ERROR;
            case "W" -> Severity.WARNING;
            case "I" -> Severity.INFO;
            default -> throw new IllegalStateException("unknown severity " + letter);
        };
    }

    private static Set<LintProfile> profiles(String words) {
        Set<LintProfile> profiles = EnumSet.noneOf(LintProfile.class);
        if (!words.equals("always")) {
            for (String word : WORDS.split(words)) {
                profiles.add(
                        LintProfile.of(word).orElseThrow(() -> new IllegalStateException("unknown profile " + word)));
            }
        }
        return profiles;
    }

    /** In the order of the table. */
    List<Ruled> rules() {
        return rules;
    }
}
