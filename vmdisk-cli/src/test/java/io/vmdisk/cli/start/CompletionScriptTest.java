package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.cli.CommandLineRun;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What bash and zsh offer. */
@Tag("long")
class CompletionScriptTest {
    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    Path folder;

    private Path script;

    @BeforeEach
    void writeScript() throws IOException {
        assumeTrue(Files.isExecutable(BASH));
        script = Files.writeString(
                folder.resolve("script"), CommandLineRun.of("completion").out());
    }

    /** The last word is the one at the cursor; the words are parted as bash parts them. */
    private List<String> offered(String... words) throws IOException {
        StringBuilder line = new StringBuilder(". '" + script + "'; COMP_WORDS=(vmdisk");
        for (String word : words) {
            line.append(" '").append(word).append('\'');
        }
        line.append("); COMP_CWORD=").append(words.length).append("; _vmdisk; printf '%s\\n' \"${COMPREPLY[@]}\"");
        Process bash = new ProcessBuilder(BASH.toString(), "--norc", "--noprofile", "-c", line.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return out.isBlank() ? List.of() : List.of(out.split("\n"));
    }

    /** What is offered for each of several lines, by one shell: {@code ask} is called with the words, the last at the cursor. */
    private List<List<String>> offeredEach(List<String> shell, String setup, List<List<String>> lines)
            throws IOException {
        StringBuilder text = new StringBuilder(setup).append('\n');
        for (List<String> words : lines) {
            text.append("ask vmdisk");
            words.forEach(word -> text.append(" '").append(word).append('\''));
            text.append("; echo ' '\n");
        }
        Path asking = Files.writeString(folder.resolve("asking"), text);
        List<String> command = new ArrayList<>(shell);
        command.add(asking.toString());
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("HOME", folder.toString());
        process.environment().put("ZDOTDIR", folder.toString());
        Process run = process.start();
        run.getOutputStream().close();
        String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<List<String>> offered = new ArrayList<>();
        for (String part : out.split("(?m)^ \n")) {
            offered.add(part.isBlank() ? List.of() : List.of(part.split("\n")));
        }
        assertThat(offered).as(out).hasSize(lines.size());
        return offered;
    }

    private List<List<String>> offeredByBash(List<List<String>> lines) throws IOException {
        return offeredEach(
                List.of(BASH.toString(), "--norc", "--noprofile"),
                ". '" + script + "'\nask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _vmdisk;"
                        + " [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"; }",
                lines);
    }

    /** As zsh's own bashcompinit asks. */
    private List<List<String>> offeredByZsh(List<List<String>> lines) throws IOException {
        return offeredEach(
                List.of("zsh", "-f"),
                ". '" + script + "'\n[ -n \"$_comps[vmdisk]\" ] || echo 'zsh does not know it'\n"
                        + "ask() { words=(\"$@\"); CURRENT=$#; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
                        + " compgen -F _vmdisk -- \"$words[-1]\"; }",
                lines);
    }

    private static boolean isThere(String program) {
        try {
            Process process = new ProcessBuilder(program, "--version").start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A line for each command, and for each of its options that has words for values. */
    private static Map<List<String>, Set<String>> allLines(CommandSpec spec, List<String> path) {
        Map<List<String>, Set<String>> lines = new LinkedHashMap<>();
        spec.subcommands()
                .forEach((name, child) -> lines.putAll(allLines(
                        child.getCommandSpec(),
                        Stream.concat(path.stream(), Stream.of(name)).toList())));
        if (!spec.subcommands().isEmpty()) {
            return lines;
        }
        Set<String> names = new TreeSet<>();
        for (OptionSpec option : spec.options()) {
            if (option.hidden()) {
                continue;
            }
            Arrays.stream(option.names()).filter(name -> name.startsWith("--")).forEach(names::add);
            Set<String> values = PicocliUsage.wordsOf(option);
            if (option.arity().max() > 0
                    && !values.isEmpty()
                    && !option.paramLabel().equals("SNAP")) {
                lines.put(
                        Stream.concat(path.stream(), Stream.of(option.longestName(), ""))
                                .toList(),
                        values);
            }
        }
        lines.put(Stream.concat(path.stream(), Stream.of("--")).toList(), names);
        return lines;
    }

    private static Map<List<String>, Set<String>> allLines() {
        return allLines(CommandTree.all(new GlobalOptions(Console.silent())).getCommandSpec(), List.of());
    }

    private static void requireAll(Map<List<String>, Set<String>> wanted, List<List<String>> offered) {
        int i = 0;
        for (Map.Entry<List<String>, Set<String>> line : wanted.entrySet()) {
            assertThat(offered.get(i)).as(String.join(" ", line.getKey())).containsAll(line.getValue());
            if (line.getKey().contains("--")) {
                assertThat(offered.get(i)).as(String.join(" ", line.getKey())).hasSameSizeAs(line.getValue());
            }
            i++;
        }
        assertThat(i).isGreaterThan(60);
    }

    @Test
    void bashKnowsEveryOptionOfEveryCommandAndTheirValues() throws IOException {
        Map<List<String>, Set<String>> lines = allLines();

        requireAll(lines, offeredByBash(List.copyOf(lines.keySet())));
    }

    @Test
    void zshKnowsThemToo() throws IOException {
        assumeTrue(isThere("zsh"), "zsh is not installed");
        Map<List<String>, Set<String>> lines = allLines();

        requireAll(lines, offeredByZsh(List.copyOf(lines.keySet())));
    }

    @Test
    void zshOffersSnapshotsAndLeavesFilesAlone() throws IOException {
        assumeTrue(isThere("zsh"), "zsh is not installed");
        Files.writeString(folder.resolve("web.vmsd"), "snapshot0.displayName = \"clean\"\n");
        Files.writeString(folder.resolve("web.vmx"), "memSize = \"1\"\n");
        String vmx = folder.resolve("web.vmx").toString();

        assertThat(offeredByZsh(List.of(
                        List.of("snapshot", "revert", vmx, ""),
                        List.of("vmx", "get", vmx, "mem"),
                        List.of("res"),
                        List.of("info", ""))))
                .containsExactly(List.of("clean"), List.of("memSize"), List.of("resize"), List.of());
    }

    @Test
    void offersCommandsAndThoseOfGroups() throws IOException {
        assertThat(offered("res")).containsExactly("resize");
        assertThat(offered("snapshot", "de")).containsExactly("delete", "delete-all");
        assertThat(offered("sn")).containsExactly("snapshot");
    }

    @Test
    void offersTheOptionsOfThatVeryCommand() throws IOException {
        assertThat(offered("convert", "--targ")).containsExactly("--target-is-zero");
        assertThat(offered("info", "--targ")).isEmpty();
    }

    @Test
    void offersTheValuesOfThatVeryOption() throws IOException {
        assertThat(offered("convert", "a", "b", "-O", "t"))
                .containsExactly("twoGbMaxExtentSparse", "twoGbMaxExtentFlat", "thin");
        assertThat(offered("clone", "--ports", "")).containsExactly("own", "keep", "disconnect");
        assertThat(offered("clone", "--mac", "o")).isEmpty();
        assertThat(offered("convert", "--force", "=", "c")).containsExactly("cid");
        assertThat(offered("convert", "--force=c")).containsExactly("cid");
        assertThat(offered("create", "--adapter", "pv")).containsExactly("pvscsi");
    }

    /** Nothing of ours leaves the way free for the shell's own. */
    @Test
    void leavesFilesToTheShell() throws IOException {
        assertThat(offered("info", "")).isEmpty();
        assertThat(offered("convert", "raw", ":", "fu")).isEmpty();
        assertThat(Files.readString(script))
                .contains("complete -o bashdefault -o default -F _vmdisk vmdisk")
                .doesNotContain("compopt");
    }

    @Test
    void offersSnapshotsAndKeysOfTheMachine() throws IOException {
        Path machine = Files.createDirectory(folder.resolve("vm one"));
        Files.writeString(
                machine.resolve("web.vmsd"),
                "snapshot0.displayName = \"before upgrade\"\nsnapshot1.displayName = \"clean\"\n");
        Files.writeString(machine.resolve("web.vmx"), "memSize = \"1\"\nscsi0:0.fileName = \"a.vmdk\"\n");
        String vmx = machine.resolve("web.vmx").toString();

        assertThat(offered("snapshot", "revert", machine.toString(), "")).containsExactly("before\\ upgrade", "clean");
        assertThat(offered("snapshot", "delete", vmx, "cl")).containsExactly("clean");
        assertThat(offered("vmx", "get", vmx, "mem")).containsExactly("memSize");
        assertThat(offered("vmx", "set", vmx, "scsi0", ":", "0")).containsExactly("0.fileName");
    }
}
