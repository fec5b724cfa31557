package io.vmdisk.cli.start;

import io.vmdisk.cli.line.GivenOption;
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
        String longest = names.get(0);
        for (String name : names) {
            longest = name.length() > longest.length() ? name : longest;
        }
        return new GivenOption(longest, heading);
    }

    /** What the words mean, or null if that is not certain. */
    @Nullable
    Object valueOf(List<String> words) {
        if (isFlag()) {
            return true;
        }
        try {
            List<Object> values = new ArrayList<>();
            for (String word : words) {
                Object value = converter.equals(LineTable.NONE) ? plain(word) : converted(word);
                if (value == null) {
                    return null;
                }
                values.add(value);
            }
            return isList() ? values : values.get(0);
        } catch (InvalidPathException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
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
        Object found = null;
        for (Object constant : Class.forName(type).getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            if (name.equalsIgnoreCase(word) || constant.toString().equalsIgnoreCase(word)) {
                if (found != null) {
                    return null;
                }
                found = constant;
            }
        }
        return found;
    }

    /** A reader that throws anything has no value for the word; picocli says why. */
    private @Nullable Object converted(String word) throws ReflectiveOperationException {
        Constructor<?> made = Class.forName(converter).getDeclaredConstructor();
        made.setAccessible(true);
        try {
            return ((WordReader<?>) made.newInstance()).convert(word);
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
