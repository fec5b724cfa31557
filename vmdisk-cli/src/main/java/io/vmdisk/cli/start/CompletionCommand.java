package io.vmdisk.cli.start;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import java.io.IOException;
import java.io.Writer;
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

    /** The script; equal for equal command trees. */
    String script() {
        return new CompletionScript(CommandTree.all(new GlobalOptions(global.console()))).text();
    }
}
