package io.vmdisk.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.CommandLineRun;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.FormatConverter;
import io.vmdisk.disk.DiskFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a wrong line is answered with. */
class UsageWordsTest {
    private static String answer(String line) {
        CommandLineRun run = CommandLineRun.of((Object[]) line.split(" "));
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.out()).isEmpty();
        return run.err().strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete web01.vmdk|'remove' is for a disk, 'snapshot delete' for a snapshot: ",
                "rm web01.vmdk|'remove' is for a disk",
                "merge web01|'consolidate' is for a disk that no snapshot needs",
                "commit web01|'consolidate' is for",
                "diff a b|did you mean 'compare'?",
                "shrink a|'unmap --compact' for the file, 'resize --shrink'",
                "export a|did you mean 'convert'?",
                "import a|did you mean 'convert'?",
                "copy a b|'clone' for a disk or a machine",
                "verify a|did you mean 'check'?",
                "validate a|did you mean 'check'?",
                "VALIDATE a|did you mean 'check'?",
                "fix a|'repair', which says what it could do",
                "mv a b|'rename', in its folder",
                "grow a 1G|did you mean 'resize'?",
                "ls|'info' for a disk",
                "mount a|'serve', and an NBD client",
                "inspect a|did you mean 'info'?",
                "version|did you mean '--version'?",
                "sha256 a|did you mean 'hash'?",
                "relink a|did you mean 'rebase'?",
                "snapshot rm vm s|did you mean 'snapshot delete'?",
                "snapshot take vm s|did you mean 'snapshot create'?",
                "snapshot lst vm|did you mean 'snapshot list'?",
                "vmx edit vm a b|did you mean 'vmx set'?",
                "vmx check vm|did you mean 'vmx lint'?",
                "inof a|did you mean 'info'?",
                "remoev a|did you mean 'remove'?",
            })
    void anotherToolsWordIsAnsweredWithTheCommandThatDoesIt(String line, String advice) {
        assertThat(answer(line)).contains("' is no command: " + advice);
    }

    /** Two letters away stand commands that do the opposite of what was meant. */
    @ParameterizedTest
    @CsvSource({"writer2", "unmoop", "repaint", "resizers", "frobnicate"})
    void noWordIsAnsweredWithACommandThatChangesFilesAndIsNotMeant(String word) {
        assertThat(answer(word + " a")).doesNotContain("did you mean");
    }

    @Test
    void everyCommandThatSuggestionsNameExists() {
        Set<String> groups = Set.of("snapshot", "vmx");
        List<String> words = List.of("delete", "merge", "diff", "shrink", "export", "verify", "fix", "mv", "ls", "cat");
        for (String word : words) {
            String advice = Suggestion.forCommand("", word).orElseThrow();
            String command = advice.substring(1, advice.indexOf('\'', 1)).split(" -")[0];
            assertThat(Commands.PATHS).as(word).contains(command);
            assertThat(groups).doesNotContain(command);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "info --jsn x|vmdisk: info: there is no option --jsn: did you mean '--json'? see 'vmdisk info --help'",
                "convert a b --frmat=raw|vmdisk: convert: there is no option --frmat: did you mean '--format'? see",
                "convert a b --outformat=raw|there is no option --outformat: did you mean '--format'? see",
                "info -x.vmdk|vmdisk: info: there is no option -x.vmdk: a file of that name is './-x.vmdk': see",
                "map a b|vmdisk: map: 'b' is one word too many: ",
                "create x 10X -O thin|vmdisk: create: '10X' is not a size: write 512, 64k, 20G, 1.5T (powers of 1024)",
                "create x 20GB -O thin|vmdisk: create: '20GB' is not a size that has one meaning: write 20G for powers of 1024",
                "create x 1M|vmdisk: create: which format? -O thin for ESXi, -O monolithicSparse for Workstation",
                "convert a b|vmdisk: convert: which format? -O thin for ESXi",
                "convert a b -O raw --force|vmdisk: convert: --force needs the danger that the error named: see",
                "convert a b -O raw --force no|--force takes cid, broken-chain or outside-folder, not 'no': see",
                "write x|vmdisk: write: --offset SIZE is missing: see 'vmdisk write --help'",
                "snapshot revert vm|vmdisk: snapshot revert: SNAP is missing: see",
                "create x 1M -O raw -O raw|vmdisk: create: --format is given twice: see",
                "snapshot|'vmdisk snapshot' needs a command: 'vmdisk snapshot --help' lists the commands",
                "vmx|'vmdisk vmx' needs a command: 'vmdisk vmx --help' lists the commands",
            })
    void aWrongLineIsAnsweredInOurWords(String line, String answer) {
        assertThat(answer(line.replace('+', ' '))).contains(answer);
    }

    @Test
    void everyShortWordOfAFormatIsOne() {
        for (String word : FormatConverter.ALIASES.split(", ")) {
            assertThat(DiskFormat.of(word)).as(word).isPresent();
        }
    }
}
