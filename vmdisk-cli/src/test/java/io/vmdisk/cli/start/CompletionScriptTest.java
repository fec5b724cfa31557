package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.cli.CommandLineRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash offers. */
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
