package io.vmdisk.cli.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command's manual page in roff, from picocli's model of the command. */
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder roff = new StringBuilder();

    ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /** {@code vmdisk-snapshot-list}. */
    String name() {
        return spec.qualifiedName("-");
    }

    /** The page. */
    String text() {
        roff.setLength(0);
        macro("TH " + name().toUpperCase(Locale.ROOT) + " 1 \"\" \"" + Version.text() + "\" \"vmdisk\"");
        section("NAME");
        line(name() + " - " + withoutDot(join(spec.usageMessage().description())));
        section("SYNOPSIS");
        synopsis();
        positionals();
        options();
        commands();
        footer();
        surroundings();
        seeAlso();
        return roff.toString();
    }

    private void synopsis() {
        if (spec.usageMessage().customSynopsis().length > 0) {
            for (String form : spec.usageMessage().customSynopsis()) {
                line(form.strip());
                macro("br");
            }
            return;
        }
        StringBuilder text = new StringBuilder(spec.qualifiedName(" "));
        if (!spec.subcommands().isEmpty()) {
            text.append(" COMMAND");
        } else {
            text.append(" [OPTIONS]");
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            text.append(' ').append(parameter.required() ? parameter.paramLabel() : "[" + parameter.paramLabel() + "]");
        }
        line(text.toString());
    }

    private void positionals() {
        if (spec.positionalParameters().isEmpty()) {
            return;
        }
        section("ARGUMENTS");
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            entry(parameter.paramLabel(), parameter);
        }
    }

    private void options() {
        boolean titled = false;
        for (OptionSpec option : spec.options()) {
            if (!isUnderHeading(option.group()) && !option.hidden()) {
                if (!titled) {
                    section("OPTIONS");
                    titled = true;
                }
                entry(label(option), option);
            }
        }
        for (ArgGroupSpec group : spec.argGroups()) {
            if (group.heading() == null) {
                continue;
            }
            section(groupTitle(group));
            for (ArgSpec argument : group.allOptionsNested()) {
                entry(label((OptionSpec) argument), argument);
            }
        }
    }

    private static boolean isUnderHeading(@Nullable ArgGroupSpec group) {
        return group != null && (group.heading() != null || isUnderHeading(group.parentGroup()));
    }

    private static String groupTitle(ArgGroupSpec group) {
        return String.valueOf(group.heading())
                .replace("%n", "")
                .replace(":", "")
                .toUpperCase(Locale.ROOT);
    }

    private static String label(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
    }

    private void commands() {
        if (spec.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        for (var child : spec.subcommands().entrySet()) {
            macro("TP");
            line(child.getKey());
            line(join(child.getValue().getCommandSpec().usageMessage().description()));
        }
    }

    private void footer() {
        String[] lines = spec.usageMessage().footer();
        if (lines.length == 0) {
            return;
        }
        String heading = spec.usageMessage().footerHeading().replace("%n", "").replace(":", "");
        section(heading.isBlank() ? "EXIT STATUS" : heading.toUpperCase(Locale.ROOT));
        macro("nf");
        for (String text : lines) {
            line(text.replace("%%", "%"));
        }
        macro("fi");
    }

    /** What the launcher and the commands take from the environment, and what they leave behind. */
    private void surroundings() {
        if (spec.parent() != null) {
            return;
        }
        section("ENVIRONMENT");
        entry("VMDISK_JAVA_HOME", "The JDK to use, from 17 on; the newest that is found if not set.");
        entry("VMDISK_HEAP", "The most memory for Java objects, as in 512m; 256m if not set.");
        entry("VMDISK_JAVA_OPTS", "More options for the JVM.");
        entry("VMDISK_CACHE", "The folder for small archives of classes, which make starts quick; none keeps none.");
        entry("NO_COLOR", "No colours, if it is set to anything.");
        entry("COLUMNS", "The width of the terminal, for progress bars and help.");
        section("FILES");
        entry(
                "~/.cache/vmdisk",
                "Archives of classes where vmdisk --archive made none; they can be deleted at any time.");
        entry("FILE.orig", "What repair keeps of a file before it changes it.");
        entry("*.vmdisk-journal", "What an interrupted operation was about; vmdisk recover finishes or undoes it.");
    }

    private void entry(String label, String meaning) {
        macro("TP");
        macro("B " + escape(label));
        line(meaning);
    }

    private void seeAlso() {
        List<String> pages = new ArrayList<>();
        if (spec.parent() != null) {
            pages.add(spec.parent().qualifiedName("-"));
            spec.parent().subcommands().values().stream()
                    .map(sibling -> sibling.getCommandSpec().qualifiedName("-"))
                    .filter(sibling -> spec.parent().parent() != null && !sibling.equals(name()))
                    .forEach(pages::add);
        }
        spec.subcommands().values().stream()
                .map(child -> child.getCommandSpec().qualifiedName("-"))
                .forEach(pages::add);
        if (!pages.isEmpty()) {
            section("SEE ALSO");
            line(pages.stream().map(page -> page + "(1)").collect(Collectors.joining(", ")));
        }
    }

    private void entry(String label, ArgSpec argument) {
        macro("TP");
        macro("B " + escape(label));
        line(join(argument.description()));
    }

    private void section(String title) {
        macro("SH " + escape(title));
    }

    private void macro(String text) {
        roff.append('.').append(text).append('\n');
    }

    private void line(String text) {
        String escaped = escape(text);
        boolean looksLikeMacro = escaped.startsWith(".") || escaped.startsWith("'");
        roff.append(looksLikeMacro ? "\\&" : "").append(escaped).append('\n');
    }

    private static String escape(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-");
    }

    private static String join(String[] lines) {
        return String.join(" ", List.of(lines)).replace("%n", " ").replace("%%", "%");
    }

    private static String withoutDot(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
