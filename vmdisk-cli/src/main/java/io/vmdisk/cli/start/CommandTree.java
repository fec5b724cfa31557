package io.vmdisk.cli.start;

import io.vmdisk.cli.line.GlobalOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * picocli's model of as many commands as a run needs.
 *
 * <p>Building a model costs more than most commands themselves, so a run builds the one that was asked for; help, errors
 * and completion build all. Which commands there are say {@link Commands}; a group has its description in {@link #GROUPS}.
 */
public final class CommandTree {
    private static final Map<String, String> GROUPS = Map.of(
            "snapshot", "Lists, takes, reverts to and deletes the snapshots of a machine.",
            "vmx", "Reads, edits and judges the configuration of a machine.");

    private CommandTree() {}

    /** The model of everything. */
    public static CommandLine all(GlobalOptions options) {
        CommandLine root = of(Commands.PATHS, options);
        root.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help; 'vmdisk COMMAND --help' shows that of a command.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        return root;
    }

    /** The model of some commands, under the root they share. */
    static CommandLine of(List<String> paths, GlobalOptions options) {
        CommandSpec root = CommandSpec.create().name("vmdisk");
        root.version(Version.lines());
        root.usageMessage()
                .description(
                        "Reads, writes, checks and repairs VMware disks, snapshots and VM files.",
                        "Sizes are 512, 64k, 20G or 1.5T, in powers of 1024, or 4096s, in sectors of 512 bytes; 20GB,"
                                + " which has two meanings, is refused.")
                .synopsisSubcommandLabel("COMMAND")
                .commandListHeading("%nCommands:%n")
                .footer(ExitHelp.lines());
        List<String> groups = new ArrayList<>();
        for (String path : paths) {
            int blank = path.indexOf(' ');
            if (blank < 0) {
                root.addSubcommand(path, leaf(path, options));
            } else {
                String group = path.substring(0, blank);
                if (!groups.contains(group)) {
                    groups.add(group);
                    root.addSubcommand(group, group(group));
                }
                CommandLine parent = Objects.requireNonNull(root.subcommands().get(group));
                parent.addSubcommand(path.substring(blank + 1), leaf(path, options));
            }
        }
        CommandLine line = new CommandLine(root);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(HelpPage.width(options));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        return line;
    }

    private static CommandLine leaf(String path, GlobalOptions options) {
        return new CommandLine(Commands.create(path, options));
    }

    private static CommandSpec group(String name) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .description(GROUPS.get(name))
                .synopsisSubcommandLabel("COMMAND")
                .commandListHeading("%nCommands:%n");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        return spec;
    }
}
