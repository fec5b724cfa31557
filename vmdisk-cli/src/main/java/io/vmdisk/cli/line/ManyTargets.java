package io.vmdisk.cli.line;

import io.vmdisk.LimitExceededException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * One command for many machines in one process. Each gets its answer or its error, both on standard output: with
 * {@code --json} one line each, otherwise a paragraph below its name. The failure of one stops no other.
 */
public final class ManyTargets {
    /** A store's folder, a machine's, and two more for sites that sort their machines. */
    private static final int MAX_DEPTH = 4;

    private static final int MAX_ENTRIES = 1_000_000;

    @Option(
            names = "--each",
            paramLabel = "DIR",
            description =
                    "Do it for every .vmx and .vmtx below DIR, up to four folders deep. Of several machines, named"
                            + " or found, each is answered, with --json on one line; its errors stand there too. The exit code"
                            + " is the first that is not 0.")
    private List<Path> folders = List.of();

    /** What is done with one of them. */
    public interface Work {
        /** Returns the exit code. */
        int on(Path target) throws IOException;
    }

    /** Whether there is, or may be, more than one. */
    public boolean areMany(List<?> named) {
        return named.size() > 1 || !folders.isEmpty();
    }

    /** Refuses a line that names nothing. */
    public void require(List<?> named) {
        if (named.isEmpty() && folders.isEmpty()) {
            throw new UsageException("say which: a name, or --each DIR");
        }
    }

    /**
     * Works on all that are named and all that are found.
     *
     * @param codes what a failure of one tells the shell
     * @return the first exit code that is not 0, or 0
     */
    public int run(GlobalOptions global, ExitCodes codes, List<Path> named, Work work) throws IOException {
        List<Target> targets = new ArrayList<>();
        named.forEach(path -> targets.add(new Target(path, null)));
        for (Path folder : folders) {
            List<Target> found = find(folder, Volume.system());
            if (found.isEmpty()) {
                global.note("there is no VM below " + folder);
            }
            targets.addAll(found);
        }
        int code = ExitCodes.DONE;
        for (Target target : targets) {
            int own = new One(global, codes, target.path).run(target.failure == null ? work : target);
            code = code == ExitCodes.DONE ? own : code;
        }
        return code;
    }

    /** A machine, or what could not be looked into on the way: the failure is its answer. */
    record Target(Path path, @Nullable IOException failure) implements Work {
        @Override
        public int on(Path target) throws IOException {
            throw failure == null ? new IOException(path.toString()) : failure;
        }
    }

    /**
     * What lies below a folder.
     *
     * @throws IOException if the folder itself can't be listed, or there is too much
     */
    static List<Target> find(Path start, Volume volume) throws IOException {
        List<Target> found = new ArrayList<>();
        List<Path> level = List.of(start);
        int entries = 0;
        for (int depth = 0; depth <= MAX_DEPTH && !level.isEmpty(); depth++) {
            List<Path> below = new ArrayList<>();
            for (Path folder : level) {
                List<Path> names;
                try {
                    names = volume.list(folder).stream().sorted().toList();
                } catch (IOException e) {
                    if (depth == 0) {
                        throw e;
                    }
                    found.add(new Target(folder, e));
                    continue;
                }
                entries += names.size();
                if (entries > MAX_ENTRIES) {
                    throw new LimitExceededException(
                            "entries", start, "more than " + MAX_ENTRIES + " entries", "name a folder further down");
                }
                for (Path name : names) {
                    sort(name, found, below, volume);
                }
            }
            level = below;
        }
        return found;
    }

    /** Folders by their names alone: links lead elsewhere, and hidden ones hold earlier states of a store. */
    private static void sort(Path name, List<Target> found, List<Path> folders, Volume volume) {
        String text = String.valueOf(name.getFileName()).toLowerCase(Locale.ROOT);
        boolean configuration = text.endsWith(".vmx") || text.endsWith(".vmtx");
        if (text.startsWith(".") || volume.isLink(name)) {
            return;
        }
        FileFacts.Kind kind;
        try {
            kind = volume.facts(name).kind();
        } catch (NoSuchFileException e) {
            // It went meanwhile.
            return;
        } catch (IOException e) {
            found.add(new Target(name, e));
            return;
        }
        if (kind == FileFacts.Kind.FOLDER) {
            folders.add(name);
        } else if (configuration && kind == FileFacts.Kind.FILE) {
            found.add(new Target(name, null));
        }
    }

    /** One of them, with its answer. */
    private static final class One {
        private final GlobalOptions global;
        private final ExitCodes codes;
        private final Path target;
        private @Nullable Result answer;

        One(GlobalOptions global, ExitCodes codes, Path target) {
            this.global = global;
            this.codes = codes;
            this.target = target;
        }

        int run(Work work) throws IOException {
            Failure failure = null;
            int code;
            global.keepAnswers(result -> answer = result);
            try {
                code = work.on(target);
            } catch (OperationCancelledException | OutputClosedException | UsageException e) {
                // These are about the whole run.
                throw e;
            } catch (IOException | RuntimeException e) {
                failure = Failure.of(e, null);
                code = codes.of(e);
            } finally {
                global.keepAnswers(null);
            }
            if (global.json()) {
                writeLine(code, failure);
            } else {
                print(failure);
            }
            return code;
        }

        /** Made whole before it is written: a line is never cut off by an answer that fails. */
        private void writeLine(int code, @Nullable Failure failure) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            try (JsonView json = JsonView.on(line, JsonView.Layout.COMPACT)) {
                json.object().field("target", target.toString()).field("exitCode", code);
                if (answer != null) {
                    global.envelope(target).write(json.under("answer"), answer);
                }
                if (failure != null) {
                    failure.writeError(json);
                }
                json.endObject();
            }
            line.writeTo(global.console().out());
            global.console().out().flush();
        }

        private void print(@Nullable Failure failure) throws IOException {
            if (answer == null && failure == null) {
                return;
            }
            Writer text = global.console().text();
            TableView view = new TableView(text, global.ink());
            view.heading(target + ":");
            if (answer != null) {
                answer.print(view);
            }
            if (failure != null) {
                view.line(failure.toText(), TableView.Mood.BAD);
            }
            view.gap();
            text.flush();
        }
    }
}
