package io.vmdisk.charset;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encodings by the names that VMware's products write and understand.
 *
 * <p>They take names from ICU: {@code windows-949-2000} where it knows no better one, {@code GBK} where it does. What such
 * a name means on Windows comes first, since it is wider than the standard of that name; then ICU's table; then Java's
 * own names.
 */
public final class VmwareCharsets {
    private static final Map<String, String> WINDOWS = Map.of(
            "gbk", "GBK",
            "gb2312", "GBK",
            "cp936", "GBK",
            "cp950", "x-windows-950",
            "euckr", "x-windows-949");

    /** What our charsets are called, where Java's name says nothing to others. */
    private static final Map<String, String> NAMES = Map.of(
            "x-windows-950", "Big5",
            "windows-31j", "Shift_JIS",
            "x-windows-949", "EUC-KR",
            "x-mswin-936", "GBK");

    private VmwareCharsets() {}

    /** The charset of a name; empty if nobody knows it, or Java has nothing like it. */
    public static Optional<Charset> find(String name) {
        String plain = plain(name);
        return switch (plain) {
            case "utf8" -> Optional.of(StandardCharsets.UTF_8);
            case "windows1252" -> supported(name);
            default -> {
                String windows = WINDOWS.get(plain);
                String known = windows != null ? windows : Table.JAVA_NAMES.getOrDefault(plain, name);
                Optional<Charset> found = supported(known);
                yield found.isPresent() ? found : supported(name);
            }
        };
    }

    /** The name by which VMware's products know a charset. */
    public static String nameOf(Charset charset) {
        return NAMES.getOrDefault(charset.name(), charset.name());
    }

    private static Optional<Charset> supported(String name) {
        try {
            return Charset.isSupported(name) ? Optional.of(Charset.forName(name)) : Optional.empty();
        } catch (IllegalCharsetNameException e) {
            return Optional.empty();
        }
    }

    /** Names are one to ICU if they differ in case, in signs between letters, and in zeros before a number. */
    private static String plain(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int at = 0; at < name.length(); at++) {
            char c = Ascii.toLowerCase(name.charAt(at));
            boolean digit = c >= '0' && c <= '9';
            boolean afterDigit = at > 0 && name.charAt(at - 1) >= '0' && name.charAt(at - 1) <= '9';
            boolean beforeDigit = at + 1 < name.length() && name.charAt(at + 1) >= '0' && name.charAt(at + 1) <= '9';
            boolean idle = c == '0' && !afterDigit && beforeDigit;
            if ((digit && !idle) || (c >= 'a' && c <= 'z')) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Read when a name is met that few files have. */
    private static final class Table {
        static final Map<String, String> JAVA_NAMES = read();

        private static Map<String, String> read() {
            try (InputStream in = VmwareCharsets.class.getResourceAsStream("converters.tsv")) {
                if (in == null) {
                    throw new IOException("not found");
                }
                Map<String, String> names = new HashMap<>();
                for (String line : Splitter.on('\n')
                        .omitEmptyStrings()
                        .split(new String(in.readAllBytes(), StandardCharsets.US_ASCII))) {
                    if (!line.startsWith("#")) {
                        List<String> columns = Splitter.on('\t').splitToList(line);
                        for (String name : Splitter.on(' ').split(columns.get(1))) {
                            names.put(plain(name), columns.get(0));
                        }
                    }
                }
                return Map.copyOf(names);
            } catch (IOException e) {
                throw new UncheckedIOException("the module lacks its own table of charsets", e);
            }
        }
    }
}
