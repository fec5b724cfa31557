package io.vmdisk.cli.start;

import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.Terminal;
import io.vmdisk.cli.view.Ink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Writes the man pages and the completion script of a release, the table of quick lines and what is printed as it is; the build runs it.
 *
 * <p>Everything comes from the commands themselves and holds no date, so equal commands give equal bytes.
 */
public final class Documents {
    private final Path folder;

    private Documents(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes the folder in which {@code man/} and {@code completion/} shall be, or {@code --table} and that of the classes,
     * beside which {@link LineWords} looks for its table.
     */
    public static void main(String[] arguments) throws IOException {
        GlobalOptions options = new GlobalOptions(Console.silent());
        if (arguments[0].equals("--table")) {
            String place = Documents.class.getPackageName().replace('.', '/');
            Documents beside = new Documents(Path.of(arguments[1], place));
            for (String path : Commands.PATHS) {
                beside.put(LineTable.fileOf(path), LineTable.of(path, options));
            }
            for (String path : HelpPage.PATHS) {
                for (int width : HelpPage.WIDTHS) {
                    beside.put(HelpPage.fileOf(path, width), help(path, width));
                }
            }
            beside.put(CompletionCommand.SCRIPT, new CompletionCommand(options).made());
        } else {
            new Documents(Path.of(arguments[0])).write(options);
        }
    }

    private void write(GlobalOptions options) throws IOException {
        put("completion/vmdisk", new CompletionCommand(options).made());
        page(CommandTree.all(options).getCommandSpec());
    }

    /** A page as picocli makes it, with plain line ends. */
    static String help(String path, int width) {
        Console console = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                new Terminal(false, false, false, true, width, StandardCharsets.UTF_8),
                System::nanoTime,
                new CancelSwitch());
        CommandLine line = CommandTree.all(new GlobalOptions(console));
        for (String word : path.isEmpty() ? List.<String>of() : List.of(path.split(" "))) {
            line = Objects.requireNonNull(line.getSubcommands().get(word));
        }
        return FullLine.help(line, Ink.COLOURED).replace(System.lineSeparator(), "\n");
    }

    private void page(CommandSpec spec) throws IOException {
        ManPage page = new ManPage(spec);
        put("man/man1/" + page.name() + ".1", page.text());
        for (Map.Entry<String, CommandLine> child : spec.subcommands().entrySet()) {
            page(child.getValue().getCommandSpec());
        }
    }

    private void put(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
