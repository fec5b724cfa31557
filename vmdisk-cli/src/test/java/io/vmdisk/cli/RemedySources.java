package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The codes of errors and findings that offer something vmdisk can do, as the sources have them. */
final class RemedySources {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.root", "..")).toAbsolutePath().normalize();
    private static final Map<String, String> PREFIXES = Map.of(
            "MalformedFileException", "malformed.",
            "UnsupportedFeatureException", "unsupported.",
            "BrokenChainException", "chain.",
            "LimitExceededException", "limit.",
            "OutOfSpaceException", "space.",
            "UnsafeStateException", "unsafe.");
    private static final Pattern BEGIN =
            Pattern.compile("new (\\w+Exception)\\(|(?:findings\\.add|report|add|new Finding)\\(");
    private static final Pattern CODE = Pattern.compile("\"([a-z0-9]+(?:-[a-z0-9]+)*)\"");
    private static final Pattern ID = Pattern.compile(
            "\"((?:chain|check|cowd|data|disk|extent|hosted|place|sesparse|stream|tracking|vm|vmsd|vmsn)\\.[a-z0-9-]+)\"");
    /** The kinds that vmdisk does itself. */
    private static final Pattern OFFER = Pattern.compile("\\bKind\\.(?:" + String.join("|", deeds()) + ")\\b");

    private static final Pattern CONSTANT = Pattern.compile("Remedy ([A-Z_]+) =([^;]*);");

    private RemedySources() {}

    private static List<String> deeds() {
        return Stream.of(io.vmdisk.Remedy.Kind.values())
                .filter(kind -> !kind.isDeed())
                .map(Enum::name)
                .toList();
    }

    static Set<String> codes() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    texts.add(Files.readString(file));
                }
            }
        }
        Set<String> everywhere = constants(texts);
        Set<String> codes = new TreeSet<>();
        texts.forEach(text -> collect(text, everywhere, codes));
        return codes;
    }

    private static void collect(String text, Set<String> everywhere, Set<String> codes) {
        Matcher begin = BEGIN.matcher(text);
        while (begin.find()) {
            String statement = text.substring(begin.start(), end(text, begin.end()));
            boolean offers = OFFER.matcher(statement).find() || offersByConstant(statement, text, everywhere);
            String prefix = begin.group(1) == null ? "" : PREFIXES.get(begin.group(1));
            Matcher code = (begin.group(1) == null ? ID : CODE).matcher(statement);
            if (offers && prefix != null && code.find()) {
                codes.add(prefix + code.group(1));
            }
        }
    }

    /** A constant may be that of another class, which it is called like. */
    private static boolean offersByConstant(String statement, String text, Set<String> everywhere) {
        Matcher constant = CONSTANT.matcher(text);
        while (constant.find()) {
            String value = constant.group(2);
            boolean offers = OFFER.matcher(value).find()
                    || everywhere.contains(value.trim().replaceAll("^\\w+\\.", ""));
            if (offers
                    && Pattern.compile("\\b" + constant.group(1) + "\\b")
                            .matcher(statement)
                            .find()) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> constants(List<String> texts) {
        Set<String> names = new TreeSet<>();
        for (String text : texts) {
            Matcher constant = CONSTANT.matcher(text);
            while (constant.find()) {
                if (OFFER.matcher(constant.group(2)).find()) {
                    names.add(constant.group(1));
                }
            }
        }
        return names;
    }

    /** Where the parenthesis ends that was opened before a place. */
    private static int end(String text, int from) {
        int depth = 1;
        int at = from;
        for (; at < text.length() && depth > 0; at++) {
            char c = text.charAt(at);
            if (c == '"') {
                for (at++; text.charAt(at) != '"'; at++) {
                    at += text.charAt(at) == '\\' ? 1 : 0;
                }
            } else if (c == '\'') {
                at += text.charAt(at + 1) == '\\' ? 3 : 2;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }

    /** A test is there: {@code Class#method}. */
    static void requireTest(String name) throws IOException {
        String[] parts = name.split("#");
        try (Stream<Path> files = Files.walk(ROOT)) {
            Path file = files.filter(path ->
                            path.endsWith(parts[0] + ".java") && path.toString().contains("src/test"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no test " + parts[0]));
            assertThat(Files.readString(file)).as(name).contains("void " + parts[1] + "(");
        }
    }
}
