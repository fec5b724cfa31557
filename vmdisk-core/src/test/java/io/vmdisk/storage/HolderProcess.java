package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM that holds files or tries to, told by its standard input and telling on its output. */
final class HolderProcess implements AutoCloseable {
    private final Process process;

    private HolderProcess(Process process) {
        this.process = process;
    }

    /** Tries to hold each argument {@code HOLD:PATH}; says which it holds, and keeps them until its input ends. */
    public static void main(String[] args) throws IOException {
        List<Closeable> held = new ArrayList<>();
        for (String arg : args) {
            String[] parts = arg.split(":", 2);
            try {
                held.add(Volume.system().hold(Path.of(parts[1]), Hold.valueOf(parts[0])));
                System.out.println("holds");
            } catch (UnsafeStateException e) {
                System.out.println("unsafe.locked".equals(e.code()) ? "locked" : e.code());
            }
        }
        System.out.flush();
        while (System.in.read() >= 0) {
            // It waits to be told to end.
        }
    }

    private static HolderProcess start(List<String> wanted) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HolderProcess.class.getName()));
        command.addAll(wanted);
        return new HolderProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = process.getInputStream().read();
                c >= 0 && c != '\n';
                c = process.getInputStream().read()) {
            line.append((char) c);
        }
        return new String(line.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).strip();
    }

    /** A process that holds a file now. */
    static HolderProcess holding(Path file, Hold hold) throws IOException {
        HolderProcess started = start(List.of(hold + ":" + file));
        String said = started.line();
        if (!said.equals("holds")) {
            throw new AssertionError(said);
        }
        return started;
    }

    /** What a process says that tries to hold these, one after the other: {@code holds} or {@code locked}. */
    static List<String> tries(Hold hold, Path... files) throws IOException {
        List<String> wanted = new ArrayList<>();
        for (Path file : files) {
            wanted.add(hold + ":" + file);
        }
        List<String> said = new ArrayList<>();
        try (HolderProcess started = start(wanted)) {
            for (int i = 0; i < files.length; i++) {
                said.add(started.line());
            }
        }
        return said;
    }

    /** Ends it as a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
