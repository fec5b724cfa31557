package io.vmdisk.cli.start;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
     * beside which {@link QuickLine} looks for its table.
     */
    public static void main(String[] arguments) throws IOException {
        GlobalOptions options = new GlobalOptions(Console.silent());
        if (arguments[0].equals("--table")) {
            String place = Documents.class.getPackageName().replace('.', '/');
            Documents beside = new Documents(Path.of(arguments[1], place));
            for (String path : Commands.PATHS) {
                beside.put(QuickLine.tableOf(path), LineTable.of(path, options));
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
