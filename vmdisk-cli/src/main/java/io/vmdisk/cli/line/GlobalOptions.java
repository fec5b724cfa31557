package io.vmdisk.cli.line;

import io.vmdisk.cli.view.Envelope;
import io.vmdisk.cli.view.Ink;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Printable;
import io.vmdisk.cli.view.ProgressBar;
import io.vmdisk.cli.view.ProgressMode;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that every command has, and what follows from them: how to answer, to note, to show progress. */
public final class GlobalOptions {
    private final Console console;
    private String command = "";
    private @Nullable String stateIfCancelled;
    private List<GivenOption> given = List.of();
    private List<String> typed = List.of();
    private @Nullable Consumer<Result> keeper;

    @ArgGroup(validate = false, heading = "%nCommon options:%n", order = 100)
    Switches switches = new Switches();

    /** As typed. */
    static final class Switches {
        @Option(
                names = "--json",
                description = "Answer with one JSON document; errors are JSON too. The file that was named is called"
                        + " there as it was typed, all others by their whole path.")
        boolean json;

        @Option(
                names = {"-q", "--quiet"},
                description = "Print errors and what was asked for, no notes, no progress.")
        boolean quiet;

        @Option(
                names = {"-v", "--verbose"},
                description = "Say more on standard error.")
        boolean verbose;

        @Option(
                names = "--progress",
                paramLabel = "HOW",
                description = "Show progress: auto (a bar on a terminal), bar, plain, json or none.")
        ProgressMode progress = ProgressMode.AUTO;

        @Option(names = "-p", description = "Force a progress bar, also where standard error is no terminal.")
        boolean bar;

        @Option(
                names = "--color",
                paramLabel = "WHEN",
                description = "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
        ColorMode color = ColorMode.AUTO;

        @Option(names = "--debug", description = "Add a stack trace to an error.")
        boolean debug;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        boolean help;
    }

    /** As {@code --color} takes it. */
    enum ColorMode {
        AUTO,
        ALWAYS,
        NEVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public GlobalOptions(Console console) {
        this.console = console;
    }

    /** Keeps the words of a line that picocli reads, as they were typed. */
    public void typed(List<String> words) {
        typed = List.copyOf(words);
    }

    /** Those words; empty for a line that was understood without picocli. */
    public List<String> typed() {
        return typed;
    }

    /** Says which options the line has; whoever understands a line calls it. */
    public void given(List<GivenOption> options) {
        given = List.copyOf(options);
    }

    /** The options that the line has. */
    List<GivenOption> given() {
        return given;
    }

    /** The streams. */
    public Console console() {
        return console;
    }

    /** Whether answers and errors are JSON. */
    public boolean json() {
        return switches.json;
    }

    /** Whether only errors and answers are wanted. */
    public boolean quiet() {
        return switches.quiet;
    }

    /** Whether errors come with a stack trace. */
    boolean debug() {
        return switches.debug;
    }

    /** Whether standard output may be coloured. */
    public Ink ink() {
        return switch (switches.color) {
            case ALWAYS -> Ink.COLOURED;
            case NEVER -> Ink.PLAIN;
            case AUTO ->
                console.terminal().outIsTerminal() && console.terminal().coloursWelcome() ? Ink.COLOURED : Ink.PLAIN;
        };
    }

    /** Says which command this is, by its words. */
    void begin(String words) {
        command = words;
    }

    /** What is around the JSON of this command's answer about a target. */
    Envelope envelope(@Nullable Object target) {
        return new Envelope(command, target == null ? null : target.toString());
    }

    /**
     * Prints an answer in the form asked for.
     *
     * @param target what the command line names; null if it names nothing
     */
    public void show(@Nullable Object target, Result result) throws IOException {
        if (keeper != null) {
            keeper.accept(result);
        } else if (json()) {
            try (JsonView json = JsonView.on(console.out(), result.layout())) {
                envelope(target).write(json, result);
            }
        } else {
            Writer text = console.text();
            result.print(new TableView(text, ink()));
            text.flush();
        }
    }

    /** From here on hands answers to somebody in place of printing them; null to print again. */
    void keepAnswers(@Nullable Consumer<Result> taker) {
        keeper = taker;
    }

    /** Tells people something that is not the answer, unless they want quiet. */
    public void note(String text) {
        if (!quiet() && !json()) {
            tell(text);
        }
    }

    /** Tells people who asked for more. */
    void detail(String text) {
        if (switches.verbose && !quiet()) {
            tell(text);
        }
    }

    private void tell(String text) {
        console.err().print(Printable.text(text) + "\n");
        console.err().flush();
    }

    /** Progress in the form asked for; it also passes on ^C. Close it before the answer is shown. */
    public ProgressBar progress() {
        console.cancel().follow();
        return ProgressBar.of(
                progressMode(), console.err(), console.columns(), console.nanoClock(), console.cancel()::cancelled);
    }

    private ProgressMode progressMode() {
        if (quiet()) {
            return ProgressMode.NONE;
        }
        if (switches.bar) {
            return ProgressMode.BAR;
        }
        boolean nobodyLooks =
                switches.progress == ProgressMode.AUTO && (!console.terminal().errIsTerminal() || json());
        return nobodyLooks ? ProgressMode.NONE : switches.progress;
    }

    /**
     * Says ahead what the user's files look like if the command is cancelled from here on, for the message then.
     *
     * @param state a sentence such as "out.raw was not made"
     */
    public void ifCancelled(String state) {
        stateIfCancelled = state;
    }

    /** What {@link #ifCancelled} was told last. */
    Optional<String> stateIfCancelled() {
        return Optional.ofNullable(stateIfCancelled);
    }
}
