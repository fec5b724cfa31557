package io.vmdisk.cli.start;

import io.vmdisk.cli.line.FormatConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The completion script, for bash and zsh.
 *
 * <p>It offers commands, options, and the values of an option of that very command. Names of snapshots and keys of a
 * {@code .vmx} are read from the machine's text files, without starting Java. Wherever it has nothing to offer the
 * shell's own completion of files goes on: it takes nothing away.
 */
final class CompletionScript {
    private static final String SNAPSHOT = "@snapshot";
    private static final String KEY = "@key";

    /** The same in every script. */
    private static final String MECHANICS = """
            # Says where the snapshots of the machine in $1 are listed: beside its .vmx, or in its folder.
            _vmdisk_list() {
                local file
                case $1 in
                *.vmx | *.vmtx)
                    file=${1%.*}.vmsd
                    [ -r "$file" ] && printf '%s\\n' "$file"
                    ;;
                *)
                    for file in "$1"/*.vmsd; do
                        [ -r "$file" ] && printf '%s\\n' "$file"
                    done
                    ;;
                esac
            }

            # Prints one word a line: what stands in the files of the machine in $2 for the kind in $1.
            _vmdisk_named() {
                local file
                case $1 in
                @snapshot)
                    _vmdisk_list "$2" | while read -r file; do
                        sed -n 's/^snapshot[0-9]*\\.displayName *= *"\\(.*\\)" *$/\\1/p' "$file" 2>/dev/null
                    done
                    ;;
                @key)
                    file=$2
                    if [ -d "$file" ]; then
                        for file in "$2"/*.vmx; do break; done
                    fi
                    [ -r "$file" ] && sed -n 's/^ *\\([A-Za-z][A-Za-z0-9_.:-]*\\) *=.*/\\1/p' "$file" 2>/dev/null
                    ;;
                esac
            }

            _vmdisk() {
                local current chosen word words offer option before kind position first index joined
                COMPREPLY=()
                # The shell parts words at : and = too; here a word ends at a blank.
                words=()
                joined=
                index=0
                while [ "$index" -le "$COMP_CWORD" ]; do
                    word=${COMP_WORDS[$index]}
                    case $word in
                    : | =)
                        if [ ${#words[@]} -gt 0 ]; then
                            words[${#words[@]}-1]=${words[${#words[@]}-1]}$word
                            joined=1
                        else
                            words[0]=$word
                        fi
                        ;;
                    *)
                        if [ -n "$joined" ]; then
                            words[${#words[@]}-1]=${words[${#words[@]}-1]}$word
                        else
                            words[${#words[@]}]=$word
                        fi
                        joined=
                        ;;
                    esac
                    index=$((index + 1))
                done
                current=${words[${#words[@]}-1]}
                # Not called path: that is PATH itself in zsh.
                chosen=
                first=
                position=0
                before=
                index=1
                while [ "$index" -lt $((${#words[@]} - 1)) ]; do
                    word=${words[$index]}
                    case $word in
                    -*=*) before= ;;
                    -*)
                        before=
                        case " $(_vmdisk_valued "$chosen") " in
                        *" $word "*) before=$word ;;
                        esac
                        ;;
                    *)
                        if [ -n "$before" ]; then
                            before=
                        elif [ -n "$(_vmdisk_commands "$chosen$word")" ] || _vmdisk_is "$chosen$word"; then
                            chosen="$chosen$word "
                        else
                            [ "$position" -gt 0 ] || first=$word
                            position=$((position + 1))
                        fi
                        ;;
                    esac
                    index=$((index + 1))
                done
                case $current in
                -*=*)
                    before=${current%%=*}
                    current=${current#*=}
                    ;;
                esac
                kind=
                if [ -n "$before" ]; then
                    offer=$(_vmdisk_values "$chosen$before")
                else
                    case $current in
                    -*) offer=$(_vmdisk_options "$chosen") ;;
                    *)
                        offer=$(_vmdisk_commands "${chosen% }")
                        [ -n "$offer" ] || offer=$(_vmdisk_operand "$chosen$position")
                        ;;
                    esac
                fi
                # Shells replace no more than what stands behind the last : or =.
                joined=
                case $current in
                *:*) joined=${current%:*}: ;;
                esac
                case $offer in
                @*)
                    while IFS= read -r word; do
                        case $word in
                        "$current"*) COMPREPLY[${#COMPREPLY[@]}]=$(printf %q "${word#"$joined"}") ;;
                        esac
                    done <<EOF
            $(_vmdisk_named "$offer" "$first")
            EOF
                    ;;
                *)
                    for word in $offer; do
                        case $word in
                        "$current"*) COMPREPLY[${#COMPREPLY[@]}]=${word#"$joined"} ;;
                        esac
                    done
                    ;;
                esac
                return 0
            }

            complete -o bashdefault -o default -F _vmdisk vmdisk vmdisk.sh
            """;

    private final Map<String, String> commands = new TreeMap<>();
    private final Map<String, String> options = new TreeMap<>();
    private final Map<String, String> valued = new TreeMap<>();
    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> operands = new TreeMap<>();

    CompletionScript(CommandLine root) {
        read("", root.getCommandSpec());
    }

    /** The script; equal for equal commands. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("# Completion of vmdisk, for bash and zsh: 'vmdisk completion' prints it. For the session:\n");
        text.append("#   . <(vmdisk completion)\n");
        text.append("# For good, in bash: vmdisk completion > /etc/bash_completion.d/vmdisk\n");
        text.append("# For good, in zsh: . <(vmdisk completion) in ~/.zshrc\n\n");
        text.append("if [ -n \"$ZSH_VERSION\" ]; then\n");
        text.append("    autoload -U +X compinit && compinit\n");
        text.append("    autoload -U +X bashcompinit && bashcompinit\n");
        text.append("fi\n\n");
        table(text, "_vmdisk_commands", "Prints the commands behind the words in $1.", commands);
        table(text, "_vmdisk_options", "Prints the options of the command in $1.", options);
        table(text, "_vmdisk_valued", "Prints those of them that a value follows.", valued);
        table(text, "_vmdisk_values", "Prints the values of the command and option in $1.", values);
        table(text, "_vmdisk_operand", "Prints what the operand can be whose command and place are in $1.", operands);
        text.append("# Whether $1 is a command.\n_vmdisk_is() {\n    [ -n \"$(_vmdisk_options \"$1 \")\" ]\n}\n\n");
        return text.append(MECHANICS).toString();
    }

    private void read(String path, CommandSpec spec) {
        commands.put(path.strip(), String.join(" ", spec.subcommands().keySet()));
        spec.subcommands().forEach((name, child) -> read(path + name + " ", child.getCommandSpec()));
        List<String> all = new ArrayList<>();
        List<String> taking = new ArrayList<>();
        for (OptionSpec option : spec.options()) {
            if (option.hidden()) {
                continue;
            }
            all.addAll(List.of(option.names()));
            if (option.arity().max() > 0) {
                taking.addAll(List.of(option.names()));
                for (String name : option.names()) {
                    values.put(path + name, offer(option));
                }
            }
        }
        options.put(path, String.join(" ", all));
        valued.put(path, String.join(" ", taking));
        for (PositionalParamSpec operand : spec.positionalParameters()) {
            if (!operand.index().isVariable()) {
                operands.put(path + operand.index().min(), offer(operand));
            }
        }
    }

    /** The words, or what kind of thing is looked for in the machine's files; nothing for files and free text. */
    private static String offer(ArgSpec argument) {
        String label = argument.paramLabel();
        if (label.equals("SNAP")) {
            return SNAPSHOT;
        }
        if (label.equals("KEY")) {
            return KEY;
        }
        Set<String> words = PicocliUsage.wordsOf(argument);
        String all = String.join(" ", words);
        return words.contains("vmfsThin") ? all + " " + FormatConverter.ALIASES.replace(",", "") : all;
    }

    private static void table(StringBuilder text, String name, String meaning, Map<String, String> lines) {
        text.append("# ").append(meaning).append('\n').append(name).append("() {\n    case $1 in\n");
        lines.forEach((key, words) -> {
            if (!words.isEmpty()) {
                text.append("    \"")
                        .append(key)
                        .append("\") echo '")
                        .append(words)
                        .append("' ;;\n");
            }
        });
        text.append("    esac\n}\n\n");
    }
}
