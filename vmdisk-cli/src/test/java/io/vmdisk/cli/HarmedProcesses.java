package io.vmdisk.cli;

import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Command lines in processes of their own, with a library before the C library that does one of their calls harm. */
final class HarmedProcesses {
    private final Path folder;
    private final Path library;
    private final Path archive;
    private final Path count;

    private HarmedProcesses(Path folder) {
        this.folder = folder;
        this.library = folder.resolve("faults.so");
        this.archive = folder.resolve("classes.jsa");
        this.count = folder.resolve("count");
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
     * @param harm what is done to a call, in the library's words
     * @param at which call, from 1 on
     */
    ProcessRun run(Path victim, List<String> words, String harm, int at) throws Exception {
        return run(victim, words, harm, at, Map.of());
    }

    /** With more for the library to know. */
    ProcessRun run(Path victim, List<String> words, String harm, int at, Map<String, String> more) throws Exception {
        Files.write(count, new byte[Long.BYTES]);
        return ProcessRun.of(folder, environment(victim, harm, at, more), command(words));
    }

    /** Starts a command that stops before a call; its output goes to a file. */
    Process startStopping(Path victim, List<String> words, int at, Path out) throws IOException {
        Files.write(count, new byte[Long.BYTES]);
        ProcessBuilder builder = new ProcessBuilder(command(words))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment(victim, "stop", at, Map.of()));
        return builder.start();
    }

    /** Calls that the last run made. */
    int calls() throws IOException {
        return (int) ByteBuffer.wrap(Files.readAllBytes(count))
                .order(ByteOrder.nativeOrder())
                .getLong();
    }

    private Map<String, String> environment(Path victim, String harm, int at, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("LD_PRELOAD", library.toString());
        environment.put("FAULTS_FOLDER", victim.toString());
        environment.put("FAULTS_COUNT", count.toString());
        environment.put("FAULTS_KIND", harm);
        environment.put("FAULTS_AT", Integer.toString(at));
        return environment;
    }

    private List<String> command(List<String> words) {
        return java("-XX:SharedArchiveFile=" + archive, words);
    }

    private static List<String> java(String archiving, List<String> words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
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
