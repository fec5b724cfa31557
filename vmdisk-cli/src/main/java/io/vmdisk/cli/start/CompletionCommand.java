package io.vmdisk.cli.start;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the completion script; a release has it as a file too. */
@Command(
        name = "completion",
        description = "Prints a completion script for bash and zsh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk completion > /etc/bash_completion.d/vmdisk",
            "  vmdisk completion > ~/.vmdisk-completion",
        })
final class CompletionCommand implements Callable<Integer> {
    /** Beside this class, once the build has written it: shells ask for the script whenever one starts. */
    static final String SCRIPT = "completion.sh";

    @Mixin
    private final GlobalOptions global;

    CompletionCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        Writer text = global.console().text();
        text.write(script());
        text.flush();
        return ExitCodes.DONE;
    }

    private String script() throws IOException {
        try (InputStream written = CompletionCommand.class.getResourceAsStream(SCRIPT)) {
            return written == null ? made() : new String(written.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The script, made anew; equal for equal command trees. */
    String made() {
        return new CompletionScript(CommandTree.all(new GlobalOptions(global.console()))).text();
    }
}
