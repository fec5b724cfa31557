package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.answer.StepKind;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.start.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/json.md} promises: every command's real output fits the command's schema, which knows every key. */
class JsonContractTest {
    private static final Path DOCS = Path.of(System.getProperty("vmdisk.root", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("docs");
    /** Their output is no JSON document: bytes of the disk, a script. */
    private static final Set<String> WITHOUT = Set.of("read", "completion");

    @TempDir
    Path folder;

    private Path vm;
    private Path vmx;

    @BeforeEach
    void copySample() throws IOException {
        vm = Sample.copyTo(folder);
        vmx = vm.resolve("web01.vmx");
    }

    private static Path schema(String name) {
        return DOCS.resolve("json").resolve(name.replace(' ', '-') + ".schema.json");
    }

    private static void requireFits(String schema, String json) throws IOException {
        assertThat(JsonSchema.read(schema(schema)).problems(JsonValue.parse(json)))
                .as(schema + ": " + json)
                .isEmpty();
    }

    /** Runs a command whose words are the first one or two, and holds its answer against the schema. */
    private static Map<?, ?> answer(int exitCode, String command, Object... operands) throws IOException {
        CommandLineRun run = run(command, operands);
        assertThat(run.exitCode()).as(command + ": " + run.err() + run.out()).isEqualTo(exitCode);
        requireFits(command, run.out());
        Object value = JsonValue.parse(run.out());
        if (value instanceof Map<?, ?> members) {
            if (members.containsKey("schema")) {
                assertThat(members.get("command")).isEqualTo(command);
            }
            return members;
        }
        return Map.of();
    }

    private static CommandLineRun run(String command, Object... operands) {
        List<Object> words = new java.util.ArrayList<>(Arrays.asList((Object[]) command.split(" ")));
        words.addAll(List.of(operands));
        words.add("--json");
        return CommandLineRun.of(words.toArray());
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    void everyCommandHasASchemaThatThePageNames() throws IOException {
        String page = Files.readString(DOCS.resolve("json.md"));
        for (String command : Commands.PATHS) {
            if (!WITHOUT.contains(command)) {
                assertThat(schema(command)).exists();
                assertThat(page)
                        .contains(
                                "`" + command + "`", "(json/" + schema(command).getFileName() + ")");
            }
        }
    }

    @Test
    void thePageListsEveryKindOfStep() throws IOException {
        String page = Files.readString(DOCS.resolve("json.md"));
        Set<String> words = new TreeSet<>();
        for (StepKind kind : StepKind.values()) {
            words.add(kind.word());
            assertThat(page).contains("| `" + kind.word() + "` |");
        }
        Object plan = JsonValue.parse(Files.readString(schema("common")));
        assertThat(String.valueOf(plan)).contains(String.join(", ", words));
    }

    @Test
    void whatLooksAtDisksAnswersAsItsSchemaSays() throws IOException {
        Path top = vm.resolve("web01-000002.vmdk");
        answer(0, "info", top);
        answer(0, "info", top, "--guest");
        answer(0, "info", top, "--shared");
        answer(0, "map", top);
        answer(0, "map", top, "--image", file("map.svg"));
        answer(0, "measure", top, "-O", "raw");
        answer(0, "hash", top, "--tree", "--algorithm", "md5,sha256", "--manifest", file("m"));
        answer(0, "hash", top, "--verify", file("m"));
        answer(0, "splits", top, "--target", "64k");
        answer(0, "check", top);
        answer(0, "check", top, "--data", "--range", "1M:2M");
        Map<?, ?> differs = answer(1, "compare", top, vm.resolve("web01.vmdk"), "--regions");
        assertThat(differs.get("target")).isEqualTo(top.toString());
        assertThat(differs.get("other")).isEqualTo(vm.resolve("web01.vmdk").toString());
        answer(0, "compare", top, top);
        answer(0, "compare", top, top, "--shard", "1/2");
        answer(1, "compare", "--changed", "uid:1", "now", vmx);
    }

    @Test
    void whatLooksAtMachinesAnswersAsItsSchemaSays() throws IOException {
        answer(0, "info", vmx);
        answer(0, "files", vm);
        answer(0, "snapshot list", vmx);
        answer(0, "check", vmx);
        assertThat(answer(0, "repair", vmx).get("changed")).isEqualTo(false);
        answer(0, "vmx list", vmx, "scsi0");
        answer(0, "vmx get", vmx, "displayName");
        assertThat(answer(1, "vmx get", vmx, "nosuch").get("value")).isNull();
        CommandLineRun lint = run("vmx lint", vmx, "--for", "security");
        requireFits("vmx lint", lint.out());
        assertThat(lint.out()).contains("\"remedy\": {", "\"key\": ");
        assertThat(answer(0, "report", vmx, "-o", file("m.html")).get("kind")).isEqualTo("machine");
        assertThat(answer(0, "report", vm.resolve("web01.vmdk"), "-o", file("d.html"))
                        .get("lint"))
                .isNull();
        answer(0, "hardware");
        answer(0, "hardware", "--hw", "17");
    }

    @Test
    void dryAndRealMakingOfDisksHaveOneShape() throws IOException {
        Path top = vm.resolve("web01-000002.vmdk");
        same("create", file("a.vmdk"), "1M", "-O", "thin");
        same("create", file("d.vmdk"), "-O", "delta", "-b", file("a.vmdk"));
        same("convert", top, file("b.vmdk"), "-O", "monolithicSparse");
        same("convert", top, file("b.qcow2"), "-O", "qcow2");
        same("convert", "-n", file("b.vmdk"), top.resolveSibling("../a2.vmdk").normalize());
        same("clone", top, file("c.vmdk"));
        same("clone", file("b.vmdk"), file("l.vmdk"), "--linked");
        answer(0, "consolidate", top, "--into", file("whole.vmdk"));
    }

    /** Dry first: the answers differ in what was done, and in what only one of them counted. */
    private static void same(String command, Object... operands) throws IOException {
        if (operands[0].equals("-n")) {
            assertThat(CommandLineRun.of("create", operands[2], "64M", "-O", "thin")
                            .exitCode())
                    .isZero();
        }
        Object[] dry = Arrays.copyOf(operands, operands.length + 1);
        dry[operands.length] = "--dry-run";
        Map<?, ?> tried = answer(0, command, dry);
        Map<?, ?> done = answer(0, command, operands);
        assertThat(done.keySet()).isEqualTo(tried.keySet());
        assertThat(List.of(tried.get("dryRun"), tried.get("changed"), done.get("dryRun"), done.get("changed")))
                .as(command + ": " + tried + done)
                .containsExactly(true, false, false, true);
        Map<?, ?> planned = (Map<?, ?>) tried.get("plan");
        Map<?, ?> carriedOut = (Map<?, ?>) done.get("plan");
        for (String key : List.of("operation", "makes", "changes", "removes")) {
            assertThat(carriedOut.get(key)).as(command + ", " + key).isEqualTo(planned.get(key));
        }
        for (String key : List.of("preparations", "steps")) {
            assertThat(withoutText(carriedOut.get(key)))
                    .as(command + ", " + key)
                    .isEqualTo(withoutText(planned.get(key)));
        }
    }

    /** New content IDs are random, and stand in the text. */
    private static List<?> withoutText(Object steps) {
        return ((List<?>) steps)
                .stream()
                        .map(step -> (Map<?, ?>) step)
                        .map(step -> List.of(step.get("kind"), step.get("path"), step.get("from")))
                        .toList();
    }

    @Test
    void dryAndRealChangesOfDisksHaveOneShape() throws IOException {
        Path disk = file("x.vmdk");
        answer(0, "create", disk, "1M", "-O", "monolithicSparse");
        answer(0, "create", file("y.vmdk"), "1M", "-O", "monolithicSparse", "-b", disk);
        Path input = Files.write(file("in"), new byte[] {1, 2, 3});
        same("rebase", file("y.vmdk"), "--onto", "none");
        same("write", disk, "--offset", "0", "-i", input);
        same("resize", disk, "2M");
        same("rename", disk, "z.vmdk");
        Path renamed = file("z.vmdk");
        answer(0, "unmap", renamed, "--zero", "--dry-run");
        assertThat(answer(0, "unmap", renamed, "--zero").get("changed")).isEqualTo(false);
        assertThat(answer(0, "unmap", renamed, "--range", "0:64k").get("changed"))
                .isEqualTo(true);
        answer(0, "repair", renamed, "--cid");
        answer(0, "repair", renamed, "--leaks", "--dry-run");
        same("remove", renamed);
    }

    @Test
    void repairsTellTheirStepsAndFiles() throws IOException {
        Path top = vm.resolve("web01-000002.vmdk");
        String text = Files.readString(top, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.writeString(
                top,
                text.replaceFirst("parentCID=[0-9a-f]{8}", "parentCID=12345678"),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        Map<?, ?> found = answer(2, "check", top);
        assertThat(String.valueOf(found.get("findings"))).contains("chain.content-id");
        answer(1, "repair", top);
        same("repair", top, "--cid", "--force=cid");
        assertThat(answer(0, "repair", top, "--cid").get("changed")).isEqualTo(false);
    }

    @Test
    void whatIsSavedOfADamagedDiskIsTold() throws IOException {
        Path cut = file("cut.vmdk");
        answer(0, "convert", vm.resolve("web01-000002.vmdk"), cut, "-O", "monolithicSparse");
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length - 100_000));

        for (Map<?, ?> saved : List.of(
                answer(1, "convert", cut, file("s1.raw"), "-O", "raw", "--salvage", "--lost-map", file("s1.map")),
                answer(1, "repair", cut, "--salvage", file("s2.vmdk")))) {
            assertThat((List<?>) saved.get("lost")).isNotEmpty();
        }
    }

    @Test
    void whatIsSavedOfAMachineIsTold() throws IOException {
        answer(0, "repair", vmx, "--salvage", file("dry"), "--dry-run");
        answer(0, "repair", vmx, "--salvage", file("saved"));
        Files.delete(vm.resolve("web01-000002-sesparse.vmdk"));

        Map<?, ?> told = answer(1, "repair", vmx, "--salvage", file("nothing"));

        assertThat(String.valueOf(told.get("disks"))).contains("failure=", "web01-000002-sesparse.vmdk");
    }

    @Test
    void dryAndRealWorkOnMachinesHasOneShape() throws IOException {
        Map<?, ?> dry = answer(0, "snapshot create", vmx, "new", "--dry-run");
        Map<?, ?> made = answer(0, "snapshot create", vmx, "new");
        assertThat(made.get("uid")).isEqualTo(dry.get("uid"));
        String selector = "uid:" + made.get("uid");
        assertThat(run("snapshot list", vmx).out()).contains("\"uid\": " + made.get("uid"));
        same("snapshot revert", vmx, selector);
        same("clone", vmx, file("copy"), "--name", "other");
        same("snapshot delete", vmx, selector);
        same("snapshot delete-all", vmx);
        assertThat(answer(0, "consolidate", vmx).get("changed")).isEqualTo(false);
        same("template", vmx);
        same("template", vm.resolve("web01.vmtx"), "--to-vm");
        same("rename", vmx, "web02");
        Path renamed = vm.resolve("web02.vmx");
        assertThat(answer(0, "vmx set", renamed, "memSize", "1024", "--dry-run").get("changed"))
                .isEqualTo(false);
        assertThat(answer(0, "vmx set", renamed, "memSize", "1024").get("changed"))
                .isEqualTo(true);
        assertThat(answer(0, "vmx set", renamed, "memSize", "1024").get("changed"))
                .isEqualTo(false);
        answer(0, "vmx unset", renamed, "memSize");
        answer(0, "vmx upgrade", renamed, "--hw", "21", "--dry-run");
        answer(0, "recover", renamed);
        answer(0, "recover", renamed, "--dry-run");
        answer(0, "recover", renamed, "--drop");
    }

    @Test
    void ofSeveralTargetsEachHasALine() throws IOException {
        CommandLineRun run = run("snapshot list", vm, file("missing.vmx"));
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            requireFits("many", line);
        }
        Map<?, ?> first = (Map<?, ?>) JsonValue.parse(lines.get(0));
        assertThat(JsonSchema.read(schema("snapshot list")).problems(first.get("answer")))
                .isEmpty();
    }

    @Test
    void errorsAndProgressAreJsonToo() throws IOException {
        CommandLineRun refused = run("info", file("missing.vmdk"));
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.IO);
        requireFits("error", refused.err());
        CommandLineRun usage = run("info", "--no-such-option");
        requireFits("error", usage.err());
        CommandLineRun progress = run("hash", vm.resolve("web01.vmdk"), "--progress=json");
        for (String line : progress.err().lines().toList()) {
            requireFits("progress", line);
        }
        assertThat(progress.err()).contains("\"progress\"");
    }
}
