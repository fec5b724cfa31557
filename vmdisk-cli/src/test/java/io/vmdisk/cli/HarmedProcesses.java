package io.vmdisk.cli;

import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Command lines in processes of their own, with a library before the C library that does one of their calls harm. */
final class HarmedProcesses implements AutoCloseable {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Path folder;
    private final Path library;
    private final Path archive;
    private final FaultControl control;
    private @Nullable CommandShell shell;

    private HarmedProcesses(Path folder) {
        this.folder = folder;
        this.library = folder.resolve("faults.so");
        this.archive = folder.resolve("classes.jsa");
        this.control = new FaultControl(folder.resolve("control"));
    }

    /** Builds the library; what it needs lies in a folder of the test's. */
    static HarmedProcesses in(Path folder) throws Exception {
        Needs.require(
                System.getProperty("os.name").equals("Linux") && Command.present("cc"),
                "Linux and a C compiler, to harm calls from outside");
        HarmedProcesses made = new HarmedProcesses(folder);
        Path source = folder.resolve("faults.c");
        try (InputStream in = HarmedProcesses.class.getResourceAsStream("/faults/faults.c")) {
            Files.copy(in, source);
        }
        Command.run(
                        folder,
                        List.of(
                                "cc",
                                "-O1",
                                "-shared",
                                "-fPIC",
                                "-o",
                                made.library.toString(),
                                source.toString(),
                                "-ldl"))
                .outOrFail();
        // Each run takes a start of the JVM: an archive of the classes makes it a third.
        List<String> words = List.of("check", "raw:" + made.library);
        ProcessRun.of(folder, Map.of(), java("-XX:ArchiveClassesAtExit=" + made.archive, words));
        return made;
    }

    /**
     * Runs a command to its end.
     *
     * @param victim the folder whose changes count
     * @param harm what is done to a call
     * @param at which call, from 1 on
     */
    ProcessRun run(Path victim, List<String> words, Harm harm, int at) throws Exception {
        return run(victim, words, harm, at, Map.of());
    }

    /** With more for the library to know. */
    ProcessRun run(Path victim, List<String> words, Harm harm, int at, Map<String, String> more) throws Exception {
        control.set(harm, at);
        return ProcessRun.of(folder, environment(victim, more), command(words));
    }

    /**
     * Runs a command to its end in a process that goes on to the next one.
     *
     * @param victim the folder whose changes count, the same each time
     * @param harm what is done to a call; nothing that the process dies of
     * @param at which call, from 1 on
     */
    ProcessRun runInShell(Path victim, List<String> words, Harm harm, int at) throws Exception {
        return runInShell(victim, words, harm, at, Map.of());
    }

    /** With more for the library to know, the same each time. */
    ProcessRun runInShell(Path victim, List<String> words, Harm harm, int at, Map<String, String> more)
            throws Exception {
        CommandShell running = shell;
        if (running == null) {
            control.set(Harm.NONE, 0);
            running = CommandShell.start(folder, environment(victim, more), List.of());
            shell = running;
        }
        control.set(harm, at);
        CommandLineRun run = running.run(words);
        return new ProcessRun(run.exitCode(), run.out(), run.err());
    }

    @Override
    public void close() {
        if (shell != null) {
            shell.close();
            shell = null;
        }
    }

    /** Starts a command that stops before a call; its output goes to a file. */
    Process startStopping(Path victim, List<String> words, int at, Path out) throws IOException {
        control.set(Harm.STOP, at);
        ProcessBuilder builder = new ProcessBuilder(command(words))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment(victim, Map.of()));
        return builder.start();
    }

    /** What the last run did. */
    FaultControl control() {
        return control;
    }

    private Map<String, String> environment(Path victim, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("LD_PRELOAD", library.toString());
        environment.put("FAULTS_FOLDER", victim.toString());
        environment.put("FAULTS_CONTROL", control.toString());
        return environment;
    }

    private List<String> command(List<String> words) {
        return java("-XX:SharedArchiveFile=" + archive, words);
    }

    private static List<String> java(String archiving, List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                archiving,
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                "-cp",
                ProcessRun.LIB + "/*",
                "io.vmdisk.cli.Main"));
        command.addAll(words);
        return command;
    }
}
