package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.base.Suppliers;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.vmx.VmxDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The little language of the rules' table: clauses joined by {@code &}, each a key, a word and mostly a value.
 *
 * <table>
 * <caption>Words</caption>
 * <tr><td>{@code is A|B}</td><td>the value is one of these, in any case</td></tr>
 * <tr><td>{@code not A|B}</td><td>there is a value, and it is none of these</td></tr>
 * <tr><td>{@code lacks A|B}</td><td>the value is none of these, or there is none</td></tr>
 * <tr><td>{@code wants A|B}</td><td>as lacks; an audit that accepts defaults overlooks an absent key</td></tr>
 * <tr><td>{@code set}, {@code unset}</td><td>there is a value that is not empty; there is none</td></tr>
 * <tr><td>{@code below N}, {@code above N}</td><td>the value is a number less, greater; N may be {@code $key}</td></tr>
 * <tr><td>{@code like R}</td><td>the value matches a regular expression, in any case</td></tr>
 * </table>
 *
 * In keys {@code #} is the number of a device, {@code @} the node of a present disk, {@code *} any text; the rule's key
 * binds them, and {@code .} means that key itself. Immutable.
 */
final class Condition implements Check {
    private static final Set<String> WORDS =
            Set.of("is", "not", "lacks", "wants", "set", "unset", "below", "above", "like");
    private static final Splitter CLAUSES = Splitter.on(" & ");
    private static final Splitter COLUMNS = Splitter.on(' ').limit(3);
    private static final Splitter ALTERNATIVES = Splitter.on('|');

    private final String key;
    private final List<Clause> clauses;

    private Condition(String key, List<Clause> clauses) {
        this.key = key;
        this.clauses = clauses;
    }

    /** One clause: a key with placeholders, a word, the values behind it. */
    private record Clause(String key, String word, List<String> values, Supplier<Pattern> pattern) {}

    static Condition parse(String key, String text) {
        List<Clause> clauses = new ArrayList<>();
        for (String part : CLAUSES.split(text)) {
            List<String> words = COLUMNS.splitToList(part);
            String operand = words.size() > 2 ? words.get(2) : "";
            String word = words.get(1);
            if (!WORDS.contains(word)) {
                throw new IllegalArgumentException("unknown word in a condition: " + part);
            }
            // Compiled when asked: most conditions never get that far.
            Supplier<Pattern> pattern =
                    Suppliers.memoize(() -> Pattern.compile(operand, Pattern.CASE_INSENSITIVE | Pattern.DOTALL));
            clauses.add(new Clause(words.get(0), word, ALTERNATIVES.splitToList(operand), pattern));
        }
        return new Condition(key, clauses);
    }

    @Override
    public List<Hit> hits(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (Binding binding : bindings(subject)) {
            if (allHold(binding, subject)) {
                hits.add(Hit.at(binding.bind(key)));
            }
        }
        return hits;
    }

    // By hand, as a hundred conditions are looked at once each: streams would take most of the time.
    private boolean allHold(Binding binding, LintSubject subject) {
        for (Clause clause : clauses) {
            if (!holds(clause, binding, subject)) {
                return false;
            }
        }
        return true;
    }

    /** What the placeholders of the rule's key stand for in one case. */
    private record Binding(String placeholder, String replacement, String whole) {
        String bind(String pattern) {
            return pattern.equals("*") || !whole.isEmpty() && pattern.contains("*")
                    ? whole
                    : placeholder.isEmpty() ? pattern : pattern.replace(placeholder, replacement);
        }
    }

    private List<Binding> bindings(LintSubject subject) {
        if (key.contains("*")) {
            Pattern glob = Pattern.compile(
                    Arrays.stream(key.split("\\*", -1))
                            .map(Pattern::quote)
                            .reduce((a, b) -> a + ".*" + b)
                            .orElse(""),
                    Pattern.CASE_INSENSITIVE);
            return subject.names().stream()
                    .filter(name -> glob.matcher(name).matches())
                    .map(name -> new Binding("", "", name))
                    .toList();
        }
        if (key.contains("@")) {
            return subject.disks().stream()
                    .map(VmxDisk::node)
                    .map(node -> new Binding("@", node.toString(), ""))
                    .toList();
        }
        int number = key.indexOf('#');
        if (number >= 0) {
            return subject.devices().indexes(key.substring(0, number)).stream()
                    .map(index -> new Binding("#", String.valueOf(index), ""))
                    .toList();
        }
        return List.of(new Binding("", "", ""));
    }

    private boolean holds(Clause clause, Binding binding, LintSubject subject) {
        Dictionary keys = subject.keys();
        String name = binding.bind(clause.key.equals(".") ? key : clause.key);
        String value = keys.get(name, "");
        boolean oneOf = isOneOf(clause.values, value);
        return switch (clause.word) {
            case "is" -> keys.contains(name) && oneOf;
            case "not" -> !value.isEmpty() && !oneOf;
            case "lacks" -> !oneOf;
            case "wants" -> !oneOf && (!value.isEmpty() || subject.options().wantsKeysToBeThere());
            case "set" -> !value.isEmpty();
            case "unset" -> value.isEmpty();
            case "below" -> compare(keys, name, clause, binding) < 0;
            case "above" -> compare(keys, name, clause, binding) > 0;
            case "like" -> clause.pattern.get().matcher(value).matches();
            default -> throw new IllegalStateException(clause.word);
        };
    }

    private static boolean isOneOf(List<String> wanted, String value) {
        for (String each : wanted) {
            if (Ascii.equalsIgnoreCase(each, value)) {
                return true;
            }
        }
        return false;
    }

    /** Less, equal or greater; equal if either is no number. */
    private static int compare(Dictionary keys, String name, Clause clause, Binding binding) {
        String operand = clause.values.get(0);
        OptionalLong left = keys.number(name);
        OptionalLong right = operand.startsWith("$")
                ? keys.number(binding.bind(operand.substring(1)))
                : OptionalLong.of(Long.parseLong(operand));
        return left.isEmpty() || right.isEmpty() ? 0 : Long.compare(left.getAsLong(), right.getAsLong());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s", key, clauses);
    }
}
