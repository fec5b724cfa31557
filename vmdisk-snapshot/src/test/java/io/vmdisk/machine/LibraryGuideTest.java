package io.vmdisk.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.check.Verdict;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disks.Disks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every task of docs/library.md, compiled and run as it stands there, on a copy of the sample machine. */
class LibraryGuideTest {
    private static final Path TESTDATA = Path.of(System.getProperty("vmdisk.testdata"));
    private static final Pattern BLOCK = Pattern.compile("```java ([a-z-]+)\\n(.*?)```", Pattern.DOTALL);
    private static final int SHORTEST = 5;
    private static final int LONGEST = 26;

    @TempDir
    static Path classes;

    private static Map<String, String> blocks;
    private static Class<?> tasks;

    @TempDir
    Path parent;

    private Path folder;

    @BeforeAll
    static void compile() throws Exception {
        blocks = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(Files.readString(TESTDATA.resolveSibling("docs/library.md")));
        while (block.find()) {
            blocks.put(block.group(1), block.group(2));
        }
        StringBuilder source = new StringBuilder(blocks.remove("imports")).append("public class Tasks {\n");
        blocks.forEach((name, body) -> source.append("public static void ")
                .append(methodOf(name))
                .append("(Path folder, java.io.PrintStream out) throws Exception {\n")
                .append(body)
                .append("}\n"));
        Path file = Files.writeString(classes.resolve("Tasks.java"), source.append("}\n"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        boolean compiled = compiler.getTask(
                        complaints,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(compiled).as(complaints.toString()).isTrue();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, LibraryGuideTest.class.getClassLoader())) {
            tasks = loader.loadClass("Tasks");
            Class.forName("Tasks", true, loader).getDeclaredMethods();
            loadInnerClasses(loader);
        }
    }

    /** The loader is closed before the tasks run. */
    private static void loadInnerClasses(ClassLoader loader) throws IOException, ClassNotFoundException {
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString();
                Class.forName(name.substring(0, name.length() - ".class".length()), true, loader);
            }
        }
    }

    private static String methodOf(String block) {
        return block.replace('-', '_');
    }

    @BeforeEach
    void copyMachine() throws IOException {
        folder = Files.createDirectory(parent.resolve("web01"));
        try (Stream<Path> files = Files.list(TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
    }

    private List<String> run(String block) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            tasks.getMethod(methodOf(block), Path.class, PrintStream.class).invoke(null, folder, out);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String text(Path disk, long at, int length) throws IOException {
        try (VirtualDisk open = VirtualDisk.open(disk)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            open.read(at, bytes);
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }
    }

    private Path top() throws IOException {
        try (VirtualDisk disk = Machine.open(folder).openDisk("scsi0:0")) {
            return disk.links().get(0).path();
        }
    }

    @Test
    void hasTenShortTasks() {
        assertThat(blocks).hasSize(10);
        assertThat(blocks.values())
                .allSatisfy(body -> assertThat(body.lines().count()).isBetween((long) SHORTEST, (long) LONGEST));
    }

    @Test
    void readsAChainAsAChannel() throws Exception {
        List<String> said = run("read-chain");

        assertThat(said)
                .startsWith("web01 boot line 000000", "web01-000002.vmdk", "web01-000001.vmdk", "web01.vmdk")
                .hasSizeGreaterThan(4);
        assertThat(said.get(4)).startsWith("0 + ");
    }

    @Test
    void backsUpWhatChanged() throws Exception {
        run("changed-blocks");

        Disks disks = Disks.standard();
        try (VirtualDisk backup =
                        VirtualDisk.openRaw(folder.resolve("backup.raw"), io.vmdisk.disk.OpenOptions.readOnly());
                VirtualDisk now = disks.open(top())) {
            List<Object> differences = new ArrayList<>();
            disks.compare(backup, now, differences::add);
            assertThat(differences).isEmpty();
        }
    }

    @Test
    void writesAnSeSparseDelta() throws Exception {
        run("sesparse-delta");

        assertThat(text(folder.resolve("data-000001.vmdk"), 4096, 17)).isEqualTo("only in the delta");
        assertThat(text(folder.resolve("data.vmdk"), 4096, 1)).isEqualTo("\0");
        assertThat(Disks.standard().check(folder.resolve("data-000001.vmdk")).verdict())
                .isEqualTo(Verdict.CLEAN);
    }

    @Test
    void convertsAndCancels() throws Exception {
        assertThat(run("convert")).containsExactly("true", "cancelled: true");
    }

    @Test
    void consolidates() throws Exception {
        String before = text(top(), 0, 22);

        assertThat(run("consolidate")).isNotEmpty();
        assertThat(Machine.open(folder).snapshots().snapshots()).isEmpty();
        assertThat(text(top(), 0, 22)).isEqualTo(before);
    }

    @Test
    void takesASnapshotAndGoesBack() throws Exception {
        assertThat(run("snapshot")).contains("before the migration");
        assertThat(text(top(), 0, 22)).isEqualTo("web01 boot line 000000");
    }

    @Test
    void makesLinkedClones() throws Exception {
        List<String> said = run("clones");

        assertThat(said).hasSize(3).allMatch(line -> line.matches("node[123] reads through \\d links"));
    }

    @Test
    void editsAConfiguration() throws Exception {
        List<String> before = Files.readAllLines(folder.resolve("web01.vmx"));

        assertThat(run("vmx")).containsExactly("2048");
        List<String> kept = new ArrayList<>(before);
        kept.remove("memSize = \"512\"");
        assertThat(Files.readAllLines(folder.resolve("web01.vmx"))).containsSubsequence(kept);
    }

    @Test
    void checksAndRepairs() throws Exception {
        List<String> said = run("check");

        assertThat(said).endsWith("CLEAN");
    }

    @Test
    void worksOnAnotherFileSystem() throws Exception {
        assertThat(run("nio")).containsExactly("OptionalLong[0]");
    }
}
