package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Remedy;
import io.vmdisk.cli.line.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One failing line, and what it offers.
 *
 * @param code of the error or finding that the line has to end with
 * @param failing the line
 * @param said words for places that a remedy leaves open, and {@code refuses} if all that is offered refuses
 * @param looks commands that change nothing about the refusal
 */
record RemedyTrial(String code, TrialFolder folder, String failing, Map<String, String> said, Set<String> looks) {
    void run(RemedyTableTest.Copier copier) throws IOException {
        List<?> actions = actions(offered(folder));
        assertThat(actions).as(failing).isNotEmpty();
        List<String> failed = new ArrayList<>();
        boolean helped = false;
        for (Object each : actions) {
            Map<?, ?> action = (Map<?, ?>) each;
            if (Remedy.Kind.ofKey(String.valueOf(action.get("kind"))).isDeed()) {
                continue;
            }
            TrialFolder copy = copier.copy(folder);
            String trouble = attempt(copy, action);
            helped |= trouble.isEmpty();
            failed.add(trouble);
        }
        String all = failing + "\n" + String.join("\n", failed);
        String refuses = said.get("refuses");
        if (refuses == null) {
            assertThat(helped || failed.isEmpty()).as(all).isTrue();
        } else {
            assertThat(helped).as(all).isFalse();
            assertThat(all).containsPattern(refuses);
        }
    }

    private static List<?> actions(Map<?, ?> offer) {
        return (List<?>) offer.get("actions");
    }

    /** What the failing line offers: of its error, or of the finding that it prints. */
    private Map<?, ?> offered(TrialFolder place) throws IOException {
        List<String> words = new ArrayList<>(place.words(failing));
        words.add(1 + (words.get(0).matches("snapshot|vmx") ? 1 : 0), "--json");
        CommandLineRun run = place.type(words);
        String all = words + "\n" + run.exitCode() + run.out() + run.err();
        Object remedy = null;
        Object answer = run.err().contains("\"error\"")
                ? JsonValue.parse(run.err().substring(run.err().indexOf('{')))
                : null;
        if (answer instanceof Map<?, ?> whole && whole.get("error") instanceof Map<?, ?> error) {
            assertThat(error.get("code")).as(all).isEqualTo(code);
            remedy = error.get("remedy");
        } else {
            Object findings = ((Map<?, ?>) Objects.requireNonNull(JsonValue.parse(run.out()), all)).get("findings");
            for (Object each : (List<?>) Objects.requireNonNull(findings, all)) {
                if (((Map<?, ?>) each).get("id").equals(code) && remedy == null) {
                    remedy = ((Map<?, ?>) each).get("remedy");
                }
            }
        }
        assertThat(remedy).as(all).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(remedy);
    }

    /** Nothing if it helped, else what it answered. */
    private String attempt(TrialFolder copy, Map<?, ?> action) throws IOException {
        Remedy.Kind kind = Remedy.Kind.ofKey(String.valueOf(action.get("kind")));
        if (kind == Remedy.Kind.NATIVE_ACCESS || kind == Remedy.Kind.RAW) {
            return "not of this command line: " + kind;
        }
        List<String> words = new ArrayList<>(kind.isChoice() ? chosen(copy, kind, action) : command(copy, action));
        words.replaceAll(
                word -> word.replace(folder.path().toString(), copy.path().toString()));
        CommandLineRun run = copy.type(words);
        String all = words + " ends with " + run.exitCode() + "\n" + run.out() + run.err();
        assertThat(run.exitCode()).as(all).isNotIn(ExitCodes.USAGE, ExitCodes.BUG);
        String verb = words.get(0) + (words.get(0).matches("snapshot|vmx") ? " " + words.get(1) : "");
        if (verb.equals("check")) {
            assertThat(run.out() + run.err()).as(all).isNotBlank();
            return "";
        }
        if (run.exitCode() != ExitCodes.DONE && !(words.contains("--salvage") && run.exitCode() == ExitCodes.NO)) {
            assertThat(run.out() + run.err()).as(all).isNotBlank();
            return all;
        }
        if (!kind.isChoice() && !looks.contains(verb) && !words.contains("--salvage") && isSaidAgain(copy)) {
            return all + "\nand afterwards the same is said again";
        }
        return "";
    }

    private boolean isSaidAgain(TrialFolder copy) {
        List<String> words = new ArrayList<>(copy.words(failing));
        words.add(1 + (words.get(0).matches("snapshot|vmx") ? 1 : 0), "--json");
        CommandLineRun again = copy.type(words);
        return (again.out() + again.err()).contains('"' + code + '"');
    }

    /** The failing line with the choice, as it is offered or as the trial fills it in. */
    private List<String> chosen(TrialFolder copy, Remedy.Kind kind, Map<?, ?> action) {
        String instead = said.get("instead");
        if (instead != null) {
            return copy.words(instead);
        }
        List<String> words = new ArrayList<>(copy.words(failing));
        String given = said.get(kind.key());
        String value = ((List<?>) action.get("values"))
                .stream().map(String::valueOf).findFirst().orElse("");
        String option = given != null
                ? given
                : switch (kind) {
                    case ALLOW -> "--force=" + value;
                    case SEARCH -> "--search " + Objects.requireNonNullElse(action.get("subject"), "@");
                    case INTO -> "--into @into.vmdk";
                    case DISK -> "--disk " + value;
                    default -> "--" + kind.key();
                };
        words.addAll(copy.words(option));
        return words;
    }

    private List<String> command(TrialFolder copy, Map<?, ?> action) {
        List<String> words = new ArrayList<>(((List<?>) action.get("command"))
                .stream().skip(1).map(String::valueOf).toList());
        String whole = said.get(String.valueOf(action.get("kind")));
        if (whole != null) {
            return copy.words(whole);
        }
        if (action.get("subject") == null) {
            complete(words, copy);
        }
        return words.stream()
                .map(word -> said.containsKey(word) ? copy.words(said.get(word)).get(0) : filled(word, copy))
                .toList();
    }

    /** A remedy that names no file is about the one that the failing line names. */
    private void complete(List<String> words, TrialFolder copy) {
        String subject = copy.words(said.getOrDefault("about", subject())).get(0);
        if (words.get(0).equals("convert") && !Files.isDirectory(copy.file("new.vmdk"))) {
            words.add(subject);
            words.add("NEW");
            if (!words.contains("-O") && !words.contains("--for")) {
                words.addAll(List.of("-O", "FORMAT"));
            }
        } else if (words.contains("--salvage") || words.get(0).equals("clone")) {
            words.addAll(words.contains("--salvage") ? List.of("NEW", subject) : List.of(subject, "NEW"));
        } else if (words.get(0).equals("resize")) {
            words.addAll(List.of(subject, "SIZE"));
        } else {
            words.add(words.size() > 2 && words.get(0).equals("snapshot") ? 2 : words.size(), subject);
        }
    }

    private String subject() {
        for (String word : failing.split(" ")) {
            if (word.startsWith("@")) {
                return word;
            }
        }
        return "@";
    }

    private static String filled(String word, TrialFolder copy) {
        return switch (word) {
            case "NEW" -> copy.file("new.vmdk").toString();
            case "FORMAT" -> "monolithicSparse";
            case "SIZE" -> "4M";
            case "PATH" -> copy.file("d.vmdk").toString();
            default -> word;
        };
    }
}
