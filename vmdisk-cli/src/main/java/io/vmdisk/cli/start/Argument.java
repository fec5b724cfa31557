package io.vmdisk.cli.start;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.GivenOption;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operand or option of a {@link LineTable}. One is itself only.
 *
 * <p>Values are converted as picocli does, or not at all: what it might take otherwise is none.
 */
final class Argument {
    private static final int WORDS = 8;
    /** A number that means the same however it is read: not octal, and not too large for an int. */
    private static final int MOST_DIGITS = 9;

    private final List<String> names;
    private final String heading;
    private final int first;
    private final int last;
    private final String kind;
    private final boolean needed;
    private final String type;
    private final String converter;
    private final String[] fields;

    private Argument(List<String> names, String heading, int first, int last, String[] words) {
        this.names = names;
        this.heading = heading;
        this.first = first;
        this.last = last;
        this.kind = words[3];
        this.needed = words[4].equals("needed");
        this.type = words[5];
        this.converter = words[6];
        this.fields = words[7].split("\\.");
    }

    /** Takes the words of a line. */
    static Argument of(String[] words) {
        if (words.length != WORDS) {
            throw new IllegalStateException(String.join(" ", words));
        }
        if (words[0].equals("operand")) {
            return new Argument(List.of(), "", Integer.parseInt(words[1]), Integer.parseInt(words[2]), words);
        }
        return new Argument(
                List.of(words[1].split(",")), words[2].equals(LineTable.NONE) ? "" : words[2], 0, -1, words);
    }

    /** None of an operand. */
    List<String> names() {
        return names;
    }

    /** Whether it is an operand of this number, from 0. */
    boolean takes(int position) {
        return first <= position && position <= last;
    }

    boolean isFlag() {
        return kind.equals("flag");
    }

    boolean isList() {
        return kind.equals("list");
    }

    boolean needed() {
        return needed;
    }

    /** The field that it sets, from the command on. */
    String place() {
        return String.join(".", fields);
    }

    /** As commands hear of it. */
    GivenOption given() {
        return new GivenOption(longestName(), heading);
    }

    /** That of an option; nothing for an operand. */
    String longestName() {
        String longest = "";
        for (String name : names) {
            longest = name.length() > longest.length() ? name : longest;
        }
        return longest;
    }

    /** What the words mean, or null if that is not certain. */
    @Nullable
    Object valueOf(List<String> words) {
        if (isFlag()) {
            return true;
        }
        List<Object> values = new ArrayList<>();
        for (String word : words) {
            Object value = valueOf(word);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return isList() ? values : values.get(0);
    }

    private @Nullable Object valueOf(String word) {
        try {
            return converter.equals(LineTable.NONE) ? plain(word) : converted(word);
        } catch (InvalidPathException | WordException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is wrong with the first of the words that is no value, or null if that is not certain. */
    @Nullable
    UsageWords refused(List<String> words) {
        for (String word : words) {
            if (valueOf(word) == null) {
                return refused(word);
            }
        }
        return null;
    }

    private @Nullable UsageWords refused(String word) {
        try {
            if (!converter.equals(LineTable.NONE)) {
                converted(word);
                return null;
            }
            return switch (type) {
                case "java.nio.file.Path" -> UsageWords.badValue(longestName(), DiskArgument.unsayable(word));
                case "int", "java.lang.Integer", "long", "java.lang.Long" ->
                    isNoNumber(word) ? UsageWords.badValue(longestName(), UsageWords.noNumber(word)) : null;
                default -> noConstant(word);
            };
        } catch (WordException e) {
            return UsageWords.badValue(longestName(), String.valueOf(e.getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable UsageWords noConstant(String word) throws ClassNotFoundException {
        Class<?> constants = Class.forName(type);
        boolean none = !names.isEmpty() && matching(word).isEmpty();
        return none ? UsageWords.noneOf(longestName(), constants, word) : null;
    }

    /** However it is read: it begins as decimal numbers do, or as none does, and has a letter that is no digit. */
    private static boolean isNoNumber(String word) {
        char first = word.charAt(0);
        boolean other = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        for (int i = 0; i < word.length() && first >= '1' && first <= '9'; i++) {
            char letter = word.charAt(i);
            other |= letter < 0x80 && (letter < '0' || letter > '9');
        }
        return other;
    }

    private @Nullable Object plain(String word) throws ReflectiveOperationException {
        return switch (type) {
            case "java.lang.String" -> word;
            case "java.nio.file.Path" -> Path.of(word);
            case "int", "java.lang.Integer" -> isPlainNumber(word) ? (Object) Integer.valueOf(word) : null;
            case "long", "java.lang.Long" -> isPlainNumber(word) ? (Object) Long.valueOf(word) : null;
            default -> constant(word);
        };
    }

    private static boolean isPlainNumber(String word) {
        if (word.length() > MOST_DIGITS || (word.charAt(0) == '0' && word.length() > 1)) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) < '0' || word.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private @Nullable Object constant(String word) throws ClassNotFoundException {
        List<Object> matching = matching(word);
        return matching.size() == 1 ? matching.get(0) : null;
    }

    private List<Object> matching(String word) throws ClassNotFoundException {
        List<Object> matching = new ArrayList<>();
        for (Object constant : Class.forName(type).getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            if (name.equalsIgnoreCase(word) || constant.toString().equalsIgnoreCase(word)) {
                matching.add(constant);
            }
        }
        return matching;
    }

    /** A reader that throws anything else than what is wrong has no value for the word; picocli says why. */
    private @Nullable Object converted(String word) throws ReflectiveOperationException {
        Constructor<?> made = Class.forName(converter).getDeclaredConstructor();
        made.setAccessible(true);
        try {
            return ((WordReader<?>) made.newInstance()).convert(word);
        } catch (WordException e) {
            throw e;
        } catch (Exception e) {
            return null;
        }
    }

    /** Puts the value where it belongs. */
    void set(Object command, Object value) {
        try {
            Object holder = command;
            for (int i = 0; i < fields.length - 1; i++) {
                holder = field(holder, fields[i]).get(holder);
            }
            field(holder, fields[fields.length - 1]).set(holder, value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field(Object holder, String name) throws NoSuchFieldException {
        for (Class<?> each = holder.getClass(); each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name);
    }
}
