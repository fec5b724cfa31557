package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Remedy;
import io.vmdisk.cli.view.RemedyWords;
import io.vmdisk.disk.ChainBreak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code docs/codes.md} of the sources: every code of an error and every id of a finding. With {@code
 * -Dvmdisk.codes.update=true} it writes the page.
 */
class CodesPageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("vmdisk.root", "..")).toAbsolutePath().normalize();
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "MalformedFileException", "malformed",
            "UnsupportedFeatureException", "unsupported",
            "BrokenChainException", "chain",
            "LimitExceededException", "limit",
            "OutOfSpaceException", "space",
            "UnsafeStateException", "unsafe");
    private static final Map<String, String> MEANINGS = Map.of(
            "malformed", "the input is damaged; exit code 3",
            "unsupported", "the input uses what is not supported; exit code 3",
            "chain", "a disk's chain is broken; exit code 3",
            "limit", "a limit is exceeded; exit code 3",
            "space", "there is no room; exit code 5",
            "unsafe", "refused for safety; exit code 4",
            "io", "the file system said no; exit code 5");
    /** Methods that take the code for the exception they make, by their file. */
    private static final Map<String, Map<String, String>> HELPERS = Map.of(
            "SeSparseHeader",
                    Map.of("requireEqual", "malformed", "requireKnown", "unsupported", "unknown", "unsupported"),
            "FileKind", Map.of(),
            "GuestWindow", Map.of(),
            "HostedHeader", Map.of("require", "malformed"),
            "StreamStart", Map.of("malformed", "malformed"),
            "StreamReader", Map.of("malformed", "malformed"),
            "NtfsState", Map.of("unsafe", "unsafe"),
            "SnapshotReversion", Map.of("refusal", "unsafe"),
            "Readiness", Map.of("refusal", "unsafe"));
    /** Files whose code is that of {@link ChainBreak.Kind}. */
    private static final Set<String> OF_CHAIN_BREAKS = Set.of("ChainRepair", "DiskChain");

    private static final Pattern THROWN = Pattern.compile("new (\\w+Exception)\\(\\s*([^,;]*),");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z0-9]+(?:-[a-z0-9]+)*)\"");
    /** What {@code GuestWindow} makes a code of. */
    private static final Pattern GUEST = Pattern.compile("malformed\\(\\s*\"([a-z0-9-]+)\"");

    /** What {@code FileKind} makes a code of. */
    private static final Pattern INSTEAD = Pattern.compile("insteadOf\\(\\s*\"([a-z ]+)\"");

    private static final Pattern IO = Pattern.compile("\"(io\\.[a-z-]+)\"");
    private static final Pattern FINDING = Pattern.compile(
            "\"((?:chain|check|cowd|data|disk|extent|hosted|place|sesparse|stream|tracking|vm|vmsd|vmsn)\\.[a-z0-9-]+)\"");
    /** Keys and names of files that look like ids of findings. */
    private static final Set<String> NO_FINDINGS =
            Set.of("vm.createdate", "vm.genid", "vm.genidx", "disk.vmdk", "stream.vmdk");

    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** An argument that is one literal, and a sentence. */
    private static final Pattern WHOLE = Pattern.compile(",\\s*\"[^\"\\s]+ [^\"]*\"[,)]$");

    private static final int LONGEST = 100;

    private final Map<String, String> errors = new TreeMap<>();
    private final Map<String, String> findings = new TreeMap<>();

    @Test
    void thePageListsWhatTheCodeSays() throws IOException {
        collect();
        Path file = ROOT.resolve("docs/codes.md");
        if (Boolean.getBoolean("vmdisk.codes.update")) {
            Files.writeString(file, page());
        }
        assertThat(Files.readString(file)).isEqualTo(page());
    }

    private void collect() throws IOException {
        for (String module : List.of("vmdisk-core", "vmdisk-snapshot", "vmdisk-cli")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    collect(file, Files.readString(file));
                }
            }
        }
        for (ChainBreak.Kind kind : ChainBreak.Kind.values()) {
            errors.putIfAbsent("chain." + kind.code(), "");
        }
        errors.putIfAbsent("usage", "the command line is wrong; exit code 64");
        errors.putIfAbsent("cancelled", "it was cancelled; exit code 130");
    }

    private void collect(Path file, String text) throws IOException {
        String name = String.valueOf(file.getFileName()).replace(".java", "");
        collectThrown(name, text);
        for (Map.Entry<String, String> helper :
                HELPERS.getOrDefault(name, Map.of()).entrySet()) {
            Matcher call =
                    Pattern.compile("\\b" + helper.getKey() + "\\(([^;]*);").matcher(text);
            while (call.find()) {
                Matcher literal = LITERAL.matcher(call.group(1));
                if (literal.find()) {
                    put(errors, helper.getValue() + "." + literal.group(1), text, call.start(1) + literal.end());
                }
            }
        }
        Matcher guest = GUEST.matcher(text);
        while (file.toString().contains("/guest/") && guest.find()) {
            put(errors, "malformed.guest-" + guest.group(1), text, guest.end());
        }
        Matcher instead = INSTEAD.matcher(text);
        while (instead.find()) {
            errors.putIfAbsent("unsupported.not-" + instead.group(1).replace(' ', '-'), "");
        }
        Matcher io = IO.matcher(text);
        while (name.equals("Failure") && io.find()) {
            put(errors, io.group(1), text, io.end());
        }
        Matcher finding = FINDING.matcher(text);
        while (!file.toString().contains("/vmx/") && finding.find()) {
            if (!NO_FINDINGS.contains(finding.group(1))) {
                put(findings, finding.group(1), text, finding.end());
            }
        }
    }

    private void collectThrown(String name, String text) throws IOException {
        Matcher thrown = THROWN.matcher(text);
        while (thrown.find()) {
            String prefix = EXCEPTIONS.get(thrown.group(1));
            if (prefix == null) {
                continue;
            }
            Matcher literal = LITERAL.matcher(thrown.group(2));
            boolean any = false;
            while (literal.find()) {
                any = true;
                put(errors, prefix + "." + literal.group(1), text, thrown.end());
            }
            if (!any && !HELPERS.containsKey(name) && !OF_CHAIN_BREAKS.contains(name)) {
                throw new IOException(name + ": which codes has " + thrown.group() + "? Tell HELPERS");
            }
        }
    }

    /** With the literal that follows if it is the whole message. */
    private static void put(Map<String, String> codes, String code, String text, int end) {
        Matcher message = STRING.matcher(text);
        int limit = text.indexOf(";", end);
        String words = "";
        if (message.find(end)
                && message.start() < limit
                && WHOLE.matcher(text.substring(end, message.end() + 1)).find()) {
            words = message.group(1).replace("\\\"", "\"").replace("|", "\\|");
        }
        String shown = words.length() > LONGEST ? "" : words;
        codes.merge(code, shown, (known, other) -> known.equals(other) ? known : "");
    }

    private String page() {
        StringBuilder page = new StringBuilder("""
                # Codes

                Every error has a `code`, and every finding an `id`; both stay what they are, for scripts. A test makes this page
                of the sources. A message stands beside a code where it is always the same. The kinds of steps are in
                [json.md](json.md), the rules of `vmx lint` in [lint.md](lint.md).

                ## Errors

                What stands before the point says of which kind an error is:

                | begins with | means |
                |---|---|
                """);
        MEANINGS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> page.append("| `" + each.getKey() + ".` | " + each.getValue() + " |\n"));
        table(page, "code", errors);
        page.append("\n## Findings\n\nOf `check`, `repair` and `info`.\n");
        table(page, "id", findings);
        page.append("\n## Remedies\n\nThe kinds of actions of a `remedy`, and how the command line says them.\n");
        page.append("\n| kind | what | in words of the command line |\n|---|---|---|\n");
        for (Remedy.Kind kind : Remedy.Kind.values()) {
            Remedy bare = kind == Remedy.Kind.ALLOW ? Remedy.of(kind, "CONDITION") : Remedy.of(kind);
            String words = RemedyWords.text(bare);
            page.append("| `" + kind.key() + "` | " + kind.words() + " | "
                    + (kind.isDeed() ? "" : "`" + words.replace("'", "") + "`") + " |\n");
        }
        return page.toString();
    }

    private static void table(StringBuilder page, String key, Map<String, String> codes) {
        page.append("\n| " + key + " | message |\n|---|---|\n");
        codes.forEach((code, message) ->
                page.append("| `" + code + "` |" + (message.isEmpty() ? "" : " " + message) + " |\n"));
    }

    @Test
    void everyKindOfErrorHasAMeaning() throws IOException {
        collect();
        assertThat(errors.keySet().stream()
                        .filter(code -> code.contains("."))
                        .map(code -> code.substring(0, code.indexOf('.')))
                        .distinct())
                .isSubsetOf(MEANINGS.keySet());
        assertThat(Arrays.asList("unsafe.running", "malformed.magic", "io.no-such-file", "chain.loop"))
                .isSubsetOf(errors.keySet());
        assertThat(findings).containsKeys("vm.list-lost", "chain.content-id", "hosted.leak");
    }
}
