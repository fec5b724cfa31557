package io.vmdisk.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A process that runs one command line after another: a start of the JVM for each would take most of the time of a test of
 * thousands. What it is sent is a count and words, what it answers the exit code, standard output and standard error.
 * Leading words {@code -Dname=value} set system properties of the process first.
 */
final class CommandShell implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final int LONGEST_ERROR = 20_000;

    private final Process process;

    /** Not the common pool, which others may keep busy. */
    private final ExecutorService answers = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "shell");
        thread.setDaemon(true);
        return thread;
    });

    private CommandShell(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param folder where its standard error goes, if it has any
     * @param options of the JVM
     */
    static CommandShell start(Path folder, Map<String, String> environment, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), CommandShell.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("shell.err").toFile());
        builder.environment().putAll(environment);
        return new CommandShell(builder.start());
    }

    /**
     * Runs a command line to its end.
     *
     * @throws IOException if it does not end, or the process does
     */
    CommandLineRun run(List<String> words) throws IOException, InterruptedException {
        DataOutputStream to = new DataOutputStream(process.getOutputStream());
        to.writeInt(words.size());
        for (String word : words) {
            to.writeUTF(word);
        }
        to.flush();
        try {
            return CompletableFuture.supplyAsync(answer(), answers).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            close();
            throw new IOException(words + " does not end, or ends everything", e);
        }
    }

    private Supplier<CommandLineRun> answer() {
        return () -> {
            try {
                DataInputStream from = new DataInputStream(process.getInputStream());
                int code = from.readInt();
                byte[] out = from.readNBytes(from.readInt());
                return new CommandLineRun(code, out, from.readUTF());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public void close() {
        process.destroyForcibly();
        answers.shutdownNow();
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
        System.setOut(System.err);
        while (true) {
            List<String> words = new ArrayList<>();
            try {
                for (int left = in.readInt(); left > 0; left--) {
                    words.add(in.readUTF());
                }
            } catch (EOFException e) {
                return;
            }
            while (words.get(0).startsWith("-D")) {
                String[] set = words.remove(0).substring(2).split("=", 2);
                System.setProperty(set[0], set[1]);
            }
            CommandLineRun run = CommandLineRun.of(words.toArray());
            out.writeInt(run.exitCode());
            out.writeInt(run.outBytes().length);
            out.write(run.outBytes());
            out.writeUTF(
                    run.err().substring(0, Math.min(LONGEST_ERROR, run.err().length())));
            out.flush();
        }
    }
}
