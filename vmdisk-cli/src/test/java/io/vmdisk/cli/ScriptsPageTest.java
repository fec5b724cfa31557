package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the scripts of docs/scripts.md as they stand there. */
@DisabledOnOs(OS.WINDOWS)
class ScriptsPageTest {
    private static final Path PAGE = Path.of(System.getProperty("vmdisk.testdata", "../testdata"))
            .resolveSibling("docs")
            .resolve("scripts.md");

    @TempDir
    Path temp;

    private Path programs;

    /** A command of the name that the scripts call. */
    @BeforeEach
    void makeCommand() throws IOException {
        programs = Files.createDirectory(temp.resolve("bin"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        command(
                "vmdisk",
                "exec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                        + System.getProperty("java.class.path") + "' io.vmdisk.cli.Main \"$@\"");
    }

    /** What the script's {@code date} says from now on. */
    private void nightFalls(int day) throws IOException {
        command("date", "echo 2026120" + day + "-030000");
    }

    private void command(String name, String line) throws IOException {
        Path command = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path script(String name) throws IOException {
        Matcher block = Pattern.compile("(?s)```sh " + name + "\n(.*?)```").matcher(Files.readString(PAGE));
        assertThat(block.find()).as(name).isTrue();
        return Files.writeString(temp.resolve(name + ".sh"), block.group(1));
    }

    private String run(String script, Object... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("sh", script(script).toString()));
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().merge("PATH", programs.toString(), (path, own) -> own + ":" + path);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private Path machine(String name) throws IOException {
        Path folder = Files.createDirectories(temp.resolve("machines").resolve(name));
        Path vmx = Files.writeString(folder.resolve(name + ".vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "%1$s"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "%1$s.vmdk"
                ethernet0.present = "TRUE"
                """.formatted(name));
        done("create", folder.resolve(name + ".vmdk"), "4M", "-O", "thin");
        return vmx;
    }

    private static String done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    private static void write(Path vmx, int at, String text) throws IOException {
        String name = Files.readString(vmx).replaceAll("(?s).*scsi0:0.fileName = \"([^\"]+)\".*", "$1");
        try (VirtualDisk disk = VirtualDisk.open(vmx.resolveSibling(name), OpenOptions.writable())) {
            disk.write(at, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static byte[] read(Path vmx) throws IOException {
        String name = Files.readString(vmx).replaceAll("(?s).*scsi0:0.fileName = \"([^\"]+)\".*", "$1");
        try (VirtualDisk disk = VirtualDisk.open(vmx.resolveSibling(name), OpenOptions.readOnly())) {
            ByteBuffer bytes = ByteBuffer.allocate(4 << 20);
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    @Test
    void nightlyChangesMakeUpTheWholeDisk() throws Exception {
        Path vmx = machine("web01");
        Path store = Files.createDirectory(temp.resolve("store"));
        write(vmx, 100_000, "monday");
        nightFalls(1);
        run("nightly", vmx, store);
        write(vmx, 2_000_000, "tuesday");
        nightFalls(2);
        run("nightly", vmx, store);

        byte[] copy;
        try (VirtualDisk whole = VirtualDisk.open(store.resolve("whole.vmdk"), OpenOptions.readOnly())) {
            ByteBuffer bytes = ByteBuffer.allocate(4 << 20);
            whole.read(0, bytes);
            copy = bytes.array();
        }
        Path list;
        try (Stream<Path> files = Files.list(store)) {
            list = files.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] changed = Files.readAllBytes(
                list.resolveSibling(list.getFileName().toString().replace(".json", ".changed")));
        assertThat(changed).hasSize(4 << 20);
        Matcher region =
                Pattern.compile("\"start\": (\\d+),\\s+\"length\": (\\d+)").matcher(Files.readString(list));
        int regions = 0;
        while (region.find()) {
            int start = Integer.parseInt(region.group(1));
            System.arraycopy(changed, start, copy, start, Integer.parseInt(region.group(2)));
            regions++;
        }
        assertThat(regions).isEqualTo(1);
        assertThat(copy).isEqualTo(read(vmx));
        assertThat(done("snapshot", "list", vmx).lines()).hasSize(1);
    }

    @Test
    void bulkConsolidationReportsEachMachine() throws Exception {
        for (String name : List.of("good", "renamed", "running")) {
            Path vmx = machine(name);
            done("snapshot", "create", "-q", vmx, "one");
        }
        Path machines = temp.resolve("machines");
        Files.writeString(
                machines.resolve("good/good.vmsd"), "snapshot.lastUID = \"1\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        Files.delete(machines.resolve("good/good-Snapshot1.vmsn"));
        Files.move(machines.resolve("renamed/renamed.vmx"), machines.resolve("renamed/other.vmx"));
        Files.createDirectory(machines.resolve("running/running.vmx.lck"));
        Files.write(machines.resolve("running/running.vmx.lck/M00001.lck"), new byte[512]);
        Path report = temp.resolve("report.jsonl");

        String output = run("bulk", machines, report);

        assertThat(output).isEqualTo("2 refused\n");
        List<String> lines = Files.readAllLines(report);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).contains("good.vmx\"", "\"changed\":true");
        assertThat(lines.get(1)).contains("other.vmx\"", "list-renamed", "repair --vmsd");
        assertThat(lines.get(2)).contains("running.vmx\"", "unsafe.running");
        assertThat(machines.resolve("good/good-000001.vmdk")).doesNotExist();
        assertThat(machines.resolve("renamed/renamed-000001.vmdk")).exists();
    }

    @Test
    void twentyClonesHaveAddressesOfTheirOwn() throws Exception {
        Path vmx = machine("template");
        done("snapshot", "create", "-q", vmx, "golden");
        Path nodes = temp.resolve("nodes");

        run("clones", vmx, nodes);

        Set<String> macs = new HashSet<>();
        for (int i = 11; i <= 30; i++) {
            String text = Files.readString(nodes.resolve("node" + i).resolve("node" + i + ".vmx"));
            macs.add(text.replaceAll("(?s).*ethernet0.address = \"([^\"]+)\".*", "$1"));
            assertThat(text).contains("displayName = \"node" + i + "\"", "guestinfo.metadata");
        }
        assertThat(macs).hasSize(20).contains("00:50:56:00:10:0b", "00:50:56:00:10:1e");
    }

    @Test
    void thePageHasNoOtherScripts() throws IOException {
        assumeTrue(Files.exists(PAGE), "the page");
        Matcher block = Pattern.compile("```sh (\\w+)").matcher(Files.readString(PAGE));
        List<String> names = new ArrayList<>();
        while (block.find()) {
            names.add(block.group(1));
        }
        assertThat(names).containsExactly("nightly", "bulk", "clones");
    }
}
