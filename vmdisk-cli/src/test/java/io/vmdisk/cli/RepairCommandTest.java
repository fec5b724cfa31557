package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Breaks the sample VM's disks, repairs them with the commands a person would type, and compares the content. */
class RepairCommandTest {
    @TempDir
    Path folder;

    private Path top;
    private Path base;
    private Path raw;

    @BeforeEach
    void copySample() throws IOException {
        top = Sample.copyTo(folder).resolve("web01-000002.vmdk");
        base = top.resolveSibling("web01.vmdk");
        raw = folder.resolve("web01.raw");
        assertThat(CommandLineRun.of("read", top, "-o", raw).exitCode()).isZero();
    }

    private void assertContentIsBack() {
        assertThat(CommandLineRun.of("compare", top, "raw:" + raw).out()).isEqualTo("the content is the same\n");
        assertThat(CommandLineRun.of("check", "--chain", top).exitCode()).isZero();
    }

    private void breakContentId() throws IOException {
        byte[] bytes = Files.readAllBytes(base);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\nCID=") + 5;
        bytes[at] = (byte) (bytes[at] == '1' ? '2' : '1');
        Files.write(base, bytes);
    }

    @Test
    void relinksAChainWhoseContentIdBroke() throws IOException {
        breakContentId();
        assertThat(CommandLineRun.of("read", top, "-o", folder.resolve("no")).exitCode())
                .isEqualTo(ExitCodes.INPUT);

        CommandLineRun rehearsal = CommandLineRun.of("repair", "--cid", "--force=cid", "--dry-run", top);
        assertThat(CommandLineRun.of("check", top).exitCode()).isEqualTo(2);
        CommandLineRun run = CommandLineRun.of("repair", "--cid", "--force=cid", top);

        assertThat(rehearsal.out()).startsWith("relink the chain, not done:\n").contains(".orig", "parent CID");
        assertThat(run.exitCode()).isZero();
        assertContentIsBack();
    }

    @Test
    void findsARenamedBaseAgain() throws IOException {
        Path renamed = Files.move(base, base.resolveSibling("renamed.vmdk"));
        Path child = top.resolveSibling("web01-000001.vmdk");

        assertThat(CommandLineRun.of("check", top).out()).contains("chain.parent-missing");
        assertThat(CommandLineRun.of("repair", "--parent", renamed, child).exitCode())
                .isZero();

        assertContentIsBack();
    }

    @Test
    void saysWhatCouldBeRepaired() throws IOException {
        assertThat(CommandLineRun.of("repair", top).exitCode()).isZero();
        breakContentId();

        CommandLineRun run = CommandLineRun.of("repair", top);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("vmdisk repair --cid");
    }

    @Test
    void doesNothingWhereNothingIsWrong() {
        assertThat(CommandLineRun.of("repair", "--tables", top).out()).contains("nothing to do");
        assertThat(CommandLineRun.of("repair", "--cid", top).out()).contains("nothing to do");
        assertContentIsBack();
    }

    @Test
    void savesAStreamThatWasCut() throws IOException {
        Path stream = folder.resolve("stream.vmdk");
        Path saved = folder.resolve("saved.vmdk");
        assertThat(CommandLineRun.of("convert", top, stream, "-O", "streamOptimized")
                        .exitCode())
                .isZero();
        byte[] bytes = Files.readAllBytes(stream);
        Files.write(stream, java.util.Arrays.copyOf(bytes, bytes.length - 1536));
        assertThat(CommandLineRun.of("check", stream).exitCode()).isEqualTo(2);

        CommandLineRun run = CommandLineRun.of("repair", "--salvage", saved, stream);

        assertThat(run.exitCode()).isIn(0, 1);
        assertThat(CommandLineRun.of("compare", saved, "raw:" + raw).exitCode()).isZero();
    }

    @Test
    void repairsOneThingAtATime() {
        assertThat(CommandLineRun.of("repair", "--tables", "--cid", top).exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void makesALostSnapshotListAnew() throws IOException {
        Path machine = top.getParent();
        String before = CommandLineRun.of("snapshot", "list", "--json", machine).out();
        Files.writeString(machine.resolve("web01.vmsd"), "");

        CommandLineRun advice = CommandLineRun.of("repair", machine);
        CommandLineRun rehearsal = CommandLineRun.of("repair", "--vmsd", "--dry-run", machine);
        assertThat(Files.size(machine.resolve("web01.vmsd"))).isZero();
        CommandLineRun run = CommandLineRun.of("repair", "--vmsd", machine);

        assertThat(advice.exitCode()).isEqualTo(1);
        assertThat(advice.out()).contains("vm.list-lost", "'vmdisk repair --vmsd ");
        assertThat(rehearsal.out()).contains("web01.vmsd", "snapshot uid 2", "nothing was changed");
        assertThat(run.exitCode()).as(run.err()).isZero();
        String after = CommandLineRun.of("snapshot", "list", "--json", machine).out();
        assertThat(withoutTexts(after)).isEqualTo(withoutTexts(before));
        assertThat(CommandLineRun.of("repair", "--vmsd", machine).out()).contains("nothing to do");
        assertContentIsBack();
    }

    private static String withoutTexts(String list) {
        return list.replaceAll("\"(name|description|created)\": \"[^\"]*\"", "");
    }

    @Test
    void rebuildsEveryDescriptorOfAMachine() throws IOException {
        Path machine = top.getParent();
        Files.delete(top);
        Files.delete(machine.resolve("web01-000001.vmdk"));

        CommandLineRun rehearsal = CommandLineRun.of("repair", "--descriptor", "--dry-run", machine);
        CommandLineRun run = CommandLineRun.of("repair", "--descriptor", "--json", machine.resolve("web01.vmx"));

        assertThat(rehearsal.out()).contains("rebuild web01-000002.vmdk on web01-000001.vmdk");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"changed\": true");
        assertContentIsBack();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(top.getParent())) {
            for (Path file : (Iterable<Path>) all::iterator) {
                files.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    @Test
    void undoesTheLastRepairOfADisk() throws IOException {
        breakContentId();
        Map<String, String> before = files();
        assertThat(CommandLineRun.of("repair", "--cid", "--force=cid", top).exitCode())
                .isZero();
        Path child = top.resolveSibling("web01-000001.vmdk");

        CommandLineRun rehearsal = CommandLineRun.of("repair", "--undo", "--dry-run", child);
        CommandLineRun run = CommandLineRun.of("repair", "--undo", child);

        assertThat(rehearsal.out()).contains("put web01-000001.vmdk back as web01-000001.vmdk.orig has it");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(files()).isEqualTo(before);
        CommandLineRun again = CommandLineRun.of("repair", "--undo", child);
        assertThat(again.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(again.err()).contains("no repair is noted here that could be undone");
    }

    @Test
    void undoesTheRepairOfASnapshotList() throws IOException {
        Path machine = top.resolveSibling("web01.vmx");
        Files.write(top.resolveSibling("web01.vmsd"), new byte[] {'x'});
        Map<String, String> before = files();
        assertThat(CommandLineRun.of("repair", "--vmsd", machine).exitCode()).isZero();
        assertThat(files()).isNotEqualTo(before);

        assertThat(CommandLineRun.of("repair", "--undo", machine).exitCode()).isZero();

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void undoesTheRepairOfAnEmptyListAndOfAListThatHadAnotherName() throws IOException {
        Path machine = top.resolveSibling("web01.vmx");
        Path list = top.resolveSibling("web01.vmsd");
        byte[] content = Files.readAllBytes(list);
        Files.write(list, new byte[0]);
        undoes(machine);
        Files.write(list, content);
        Path renamed = Files.move(machine, top.resolveSibling("new01.vmx"));
        undoes(renamed);
        Files.write(top.resolveSibling("new01.vmsd"), new byte[0]);
        undoes(renamed);
    }

    @Test
    void undoesTheRepairOfNamesInConfigurationsAndDescriptors() throws IOException {
        Path machine = top.resolveSibling("web01.vmx");
        for (Path file : new Path[] {top, machine}) {
            Files.writeString(
                    file, Files.readString(file).replaceAll("\"(web01[-0-9]*.vmdk)\"", "\"/vmfs/volumes/ds9/$1\""));
        }
        undoes(machine, "--paths");
    }

    private void undoes(Path machine) throws IOException {
        undoes(machine, "--vmsd");
    }

    private void undoes(Path machine, String option) throws IOException {
        Map<String, String> before = files();
        CommandLineRun repair = CommandLineRun.of("repair", option, machine);
        assertThat(repair.exitCode()).as(repair.err()).isZero();
        assertThat(files()).isNotEqualTo(before);

        CommandLineRun undo = CommandLineRun.of("repair", "--undo", machine);

        assertThat(undo.exitCode()).as(undo.err()).isZero();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void undoesNothingThatWasChangedSince() throws IOException {
        breakContentId();
        assertThat(CommandLineRun.of("repair", "--cid", "--force=cid", top).exitCode())
                .isZero();
        Path child = top.resolveSibling("web01-000001.vmdk");
        Files.writeString(child, Files.readString(child) + "\nddb.comment = \"later\"\n");
        Map<String, String> before = files();

        CommandLineRun run = CommandLineRun.of("repair", "--undo", child);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("changed since the repair", "web01-000001.vmdk.orig");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void refusesByNameWhatOnlyTheOtherFormHas() {
        assertThat(CommandLineRun.of("repair", "--vmsd", top).err()).contains("--vmsd is only for a VM");
        assertThat(CommandLineRun.of("repair", "--parent", base, top.getParent())
                        .err())
                .contains("--parent is only for a DISK");
        assertThat(CommandLineRun.of("repair", "--cid", "--vmsd", top.getParent())
                        .err())
                .contains("one repair at a time");
        assertThat(CommandLineRun.of("repair", "--help").out()).contains("Only for a DISK:", "Only for a VM:");
    }
}
