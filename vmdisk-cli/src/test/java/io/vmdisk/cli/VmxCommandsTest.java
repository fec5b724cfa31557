package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmxCommandsTest {
    private static final String TEXT = """
            # kept
            config.version = "8"
            virtualHW.version = "17"
            displayName = "web01"
            guestOS = "ubuntu-64"\r
            memSize=4096
            ethernet0.present = "TRUE"
            ethernet0.networkName = "a\\b"
            """;

    @TempDir
    Path folder;

    private Path vmx;

    @BeforeEach
    void makeMachine() throws IOException {
        vmx = folder.resolve("web01.vmx");
        Files.writeString(vmx, TEXT);
    }

    @Test
    void getPrintsTheValueAndNothingElse() {
        CommandLineRun run = CommandLineRun.of("vmx", "get", vmx, "MEMSIZE");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("4096\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void getTakesAFolderWithOneMachine() {
        assertThat(CommandLineRun.of("vmx", "get", folder, "guestOS").out()).isEqualTo("ubuntu-64\n");
    }

    @Test
    void getAnswersNoForAKeyThatIsNotSet() {
        CommandLineRun run = CommandLineRun.of("vmx", "get", vmx, "nothing");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("nothing is not set\n");
    }

    @Test
    void getTellsScriptsTheLineToo() {
        assertThat(CommandLineRun.of("vmx", "get", "--json", vmx, "memSize")
                        .out()
                        .replaceAll("\\s", ""))
                .isEqualTo("{\"schema\":1,\"command\":\"vmxget\",\"target\":\"" + vmx
                        + "\",\"dryRun\":false,\"changed\":false,"
                        + "\"key\":\"memSize\",\"value\":\"4096\",\"line\":6}");
    }

    @Test
    void setChangesTheLineAndNoOtherByte() throws IOException {
        CommandLineRun run = CommandLineRun.of("vmx", "set", vmx, "memsize", "8192");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("memsize: \"4096\" -> \"8192\"\n");
        assertThat(vmx).hasContent(TEXT.replace("memSize=4096", "memSize = \"8192\""));
        assertThat(Files.readString(vmx)).contains("\"ubuntu-64\"\r\n");
        assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".lck"));
    }

    @Test
    void setTriesWithoutWriting() throws IOException {
        CommandLineRun run = CommandLineRun.of("vmx", "set", "--json", "--dry-run", vmx, "x.new", "1");

        assertThat(run.out())
                .contains("\"before\": null", "\"after\": \"1\"", "\"dryRun\": true", "\"changed\": false");
        assertThat(Files.readString(vmx)).isEqualTo(TEXT);
    }

    @Test
    void setToTheSameValueWritesNothing() throws IOException {
        assertThat(CommandLineRun.of("vmx", "set", vmx, "memSize", "4096").out())
                .isEqualTo("memSize: \"4096\", unchanged\n");
        assertThat(Files.readString(vmx)).isEqualTo(TEXT);
    }

    @Test
    void setThenUnsetLeavesNoTrace() throws IOException {
        assertThat(CommandLineRun.of("vmx", "set", vmx, "new.key", "a \"b\" | c")
                        .exitCode())
                .isZero();
        assertThat(Files.readString(vmx)).endsWith("new.key = \"a |22b|22 |7C c\"\n");

        CommandLineRun run = CommandLineRun.of("vmx", "unset", vmx, "NEW.key");

        assertThat(run.out()).isEqualTo("NEW.key: \"a \"b\" | c\" -> not set\n");
        assertThat(Files.readString(vmx)).isEqualTo(TEXT);
    }

    @Test
    void setRefusesAMachineThatIsLocked() throws IOException {
        Path lock = Files.createDirectory(folder.resolve("web01.vmx.lck"));
        Files.write(lock.resolve("M00001.lck"), new byte[512]);

        CommandLineRun run = CommandLineRun.of("vmx", "set", vmx, "memSize", "8192");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(Files.readString(vmx)).isEqualTo(TEXT);
    }

    @Test
    void setRefusesWhatCanBeNoKey() {
        CommandLineRun run = CommandLineRun.of("vmx", "set", vmx, "a b", "1");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("'a b' can be no key");
    }

    @Test
    void listShowsKeysInTheOrderOfTheFile() {
        assertThat(CommandLineRun.of("vmx", "list", vmx, "ETHERNET0.").out())
                .isEqualTo("ethernet0.present = \"TRUE\"\nethernet0.networkName = \"a\\b\"\n");
        assertThat(CommandLineRun.of("vmx", "list", vmx).out().lines()).hasSize(7);
        assertThat(CommandLineRun.of("vmx", "list", "--json", vmx, "memS").out().replaceAll("\\s", ""))
                .isEqualTo("{\"schema\":1,\"command\":\"vmxlist\",\"target\":\"" + vmx
                        + "\",\"dryRun\":false,\"changed\":false,"
                        + "\"entries\":[{\"key\":\"memSize\",\"value\":\"4096\",\"line\":6}]}");
    }

    @Test
    void upgradeRaisesTheVersion() throws IOException {
        CommandLineRun run = CommandLineRun.of("vmx", "upgrade", vmx, "--hw", "19");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("virtualHW.version: \"17\" -> \"19\"\n");
        assertThat(Files.readString(vmx)).isEqualTo(TEXT.replace("\"17\"", "\"19\""));
    }

    @Test
    void upgradeRefusesToGoBack() throws IOException {
        CommandLineRun run = CommandLineRun.of("vmx", "upgrade", vmx, "--hw", "13");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("cannot be lowered to 13");
        assertThat(Files.readString(vmx)).isEqualTo(TEXT);
    }

    @Test
    void readsAnEncryptedConfigurationWithItsPassword() throws IOException {
        Path password = folder.resolve("password.txt");
        Files.writeString(password, "vmdisk-Test1\n");
        Files.writeString(vmx, ENCRYPTED);

        assertThat(CommandLineRun.of("vmx", "get", "--password-file", password, vmx, "virtualHW.version")
                        .out())
                .isEqualTo("19\n");
        Files.writeString(password, "wrong\n");
        CommandLineRun run = CommandLineRun.of("vmx", "get", "--password-file", password, vmx, "virtualHW.version");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("the password does not open");
    }

    @Test
    void anEncryptedConfigurationIsNeverEditedInTheClear() throws IOException {
        Files.writeString(vmx, ENCRYPTED);
        List<List<String>> edits = List.of(
                List.of("set", "FILE", "memSize", "5"),
                List.of("set", "--dry-run", "FILE", "memSize", "5"),
                List.of("unset", "FILE", "encryption.data"),
                List.of("upgrade", "FILE", "--hw", "21"));
        for (List<String> edit : edits) {
            List<Object> words = new ArrayList<>(List.of("vmx"));
            edit.forEach(word -> words.add(word.equals("FILE") ? vmx : word));

            CommandLineRun run = CommandLineRun.of(words.toArray());

            assertThat(run.exitCode()).as(edit.toString()).isEqualTo(ExitCodes.INPUT);
            assertThat(run.err()).contains("encrypted as a whole");
            assertThat(run.out()).isEmpty();
            assertThat(Files.readString(vmx)).isEqualTo(ENCRYPTED);
        }
    }

    @Test
    void aDiskBesideAnEncryptedConfigurationKeepsItsNameUnlessTheUserInsists() throws IOException {
        Files.writeString(vmx, ENCRYPTED);
        Path disk = folder.resolve("hidden.vmdk");
        assertThat(CommandLineRun.of("create", disk, "1M", "-O", "thin").exitCode())
                .isZero();

        for (Object[] words :
                new Object[][] {{"rename", disk, "other.vmdk"}, {"remove", disk}, {"rename", vmx, "other"}}) {
            CommandLineRun run = CommandLineRun.of(words);
            assertThat(run.exitCode()).as(run.err()).isIn(ExitCodes.REFUSED, ExitCodes.INPUT);
            assertThat(run.err()).contains("encrypted");
        }
        assertThat(Files.readString(vmx)).isEqualTo(ENCRYPTED);
        CommandLineRun insisted = CommandLineRun.of("rename", disk, "other.vmdk", "--force=in-use");
        assertThat(insisted.exitCode()).as(insisted.err()).isZero();
        assertThat(Files.readString(vmx)).isEqualTo(ENCRYPTED);
    }

    private static final String ENCRYPTED = """
            .encoding = "UTF-8"
            encryption.keySafe = "vmware:key/list/(pair/(phrase/AQIDBAUGBwg%3d/pass2key%3dPBKDF2%2dHMAC%2dSHA%2d1%3acipher%3dAES%2d256%3arounds%3d1000%3asalt%3dAAECAwQFBgcICQoLDA0ODw%253d%253d,HMAC%2dSHA%2d1,oKGio6SlpqeoqaqrrK2ur%2bDzB8%2bFHqAdUg72EFetl3bg%2btsIYjtH2FqjdWxEkJLToeNPwj%2bwlDmmjGU%2fN%2fmmuxiCMEdA92wVjUPXj9mPqpfFibWY0cNJeOWakVERtNStAfqxmMh%2fYNtxW7vrghVpv9B2DUs%3d))"
            encryption.data = "sLGys7S1tre4ubq7vL2+vwUb0V0nXmlJMLlIelddSPAjHP9fOHKlicu8KB8XijdEwfmNOKh4j9COxGna5BDh7w9dn+45DsMzWeMpGwG1T5eMUiAKZ8r6bmJZ5LlxQgM82dCZWA=="
            """;
}
