package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.FolderPrint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a process inherits: its umask, and the folder that it works in, which may be full of odd names. */
@DisabledOnOs(OS.WINDOWS)
class WorkingFolderTest {
    private static final List<String> ODD = List.of(
            "-q",
            "--force=in-use",
            "@options",
            "options",
            "raw:x",
            "a\nerror: all is lost",
            "\u001b[31mred",
            "\u202egnp.vmdk",
            "$(touch evil)",
            "`touch evil`",
            "; touch evil",
            "~",
            "...",
            " ",
            "a.vmdk ",
            "%n%s",
            "CON",
            ".vmdisk-",
            ".vmdisk-lock ");

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void makeTheFolder() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("vm"));
    }

    /** In a shell of its own, whose working folder is the folder. */
    private Command.Result run(String umask, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "umask " + umask + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        return Command.run(folder, command);
    }

    private void plant() throws IOException {
        for (String name : ODD) {
            Files.writeString(folder.resolve(name), "remove\na.vmdk\n");
        }
        Files.createSymbolicLink(folder.resolve("..vmdk"), Path.of(".."));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void whatTheUserMakesFollowsTheUmaskAndWhatIsReplacedKeepsItsMode() throws IOException {
        run("027", "create", "a.vmdk", "1M", "-O", "monolithicFlat", "-q").outOrFail();
        assertThat(mode(folder.resolve("a.vmdk"))).isEqualTo("rw-r-----");
        assertThat(mode(folder.resolve("a-flat.vmdk"))).isEqualTo("rw-r-----");

        run("000", "rename", "a.vmdk", "b.vmdk", "-q").outOrFail();
        run("000", "resize", "b.vmdk", "2M", "-q").outOrFail();
        assertThat(mode(folder.resolve("b.vmdk"))).isEqualTo("rw-r-----");
        assertThat(mode(folder.resolve("b-flat.vmdk"))).isEqualTo("rw-r-----");
        run("000", "create", "child.vmdk", "-b", "b.vmdk", "-O", "monolithicSparse", "-q");
        run("000", "convert", "b.vmdk", "c.vmdk", "-O", "monolithicSparse", "-q")
                .outOrFail();
        assertThat(mode(folder.resolve("c.vmdk"))).isEqualTo("rw-rw-rw-");
        run("777", "convert", "b.vmdk", "d.vmdk", "-O", "monolithicSparse", "-q");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.toString().contains("vmdisk-"));
        }
    }

    @Test
    void relativeNamesWorkInAFolderFullOfOddNamesAndNoneOfThemIsObeyed() throws IOException {
        plant();
        List<String> before = names();
        run("022", "create", "a.vmdk", "1M", "-O", "monolithicSparse", "-q").outOrFail();
        Files.writeString(folder.resolve("a.vmx"), """
            config.version = "8"
            virtualHW.version = "14"
            displayName = "a"
            guestOS = "other"
            scsi0.present = "TRUE"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "a.vmdk"
            """);
        run("022", "snapshot", "create", ".", "one", "-q").outOrFail();
        run("022", "resize", "./a.vmdk", "2M", "-q");
        Command.Result files = run("022", "files", ".");
        files.outOrFail();
        assertThat(files.out() + files.err()).doesNotContain("\u001b", "\u202e", "\nerror: all");
        run("022", "check", "a-000001.vmdk").outOrFail();
        run("022", "snapshot", "delete-all", "", "-q");
        run("022", "snapshot", "delete-all", ".", "-q").outOrFail();
        run("022", "recover", ".").outOrFail();

        assertThat(names()).containsAll(before).contains("a.vmdk", "a.vmx").doesNotContain("evil");
        assertThat(temporary.toRealPath().resolve("a.vmdk")).doesNotExist();
    }

    @Test
    void aNameThatLooksLikeAnOptionOrAnOptionFileIsAFileWhenItsFolderIsSaid() throws IOException {
        plant();
        Map<String, String> before = FolderPrint.of(folder);
        for (String name : List.of("./-q", "./@options", "./--force=in-use", "./raw:x", "./~")) {
            Command.Result result = run("022", "remove", name);
            assertThat(result.exitCode()).as(name + result.err()).isPositive().isNotEqualTo(ExitCodes.BUG);
            assertThat(result.err()).as(name).contains(name.substring(2));
        }
        assertThat(FolderPrint.of(folder)).isEqualTo(before);
    }
}
