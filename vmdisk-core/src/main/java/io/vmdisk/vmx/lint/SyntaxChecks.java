package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import io.vmdisk.dictionary.DictionaryEntry;
import io.vmdisk.dictionary.DictionaryProblem;
import io.vmdisk.dictionary.DictionaryProblem.Kind;
import io.vmdisk.dictionary.LineEnd;
import io.vmdisk.vmx.Bus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of the text itself. */
final class SyntaxChecks {
    /** Last components of keys that are switches. */
    private static final Set<String> SWITCHES = Set.of(
            "present",
            "startconnected",
            "hotadd",
            "hotremove",
            "ctkenabled",
            "cleanshutdown",
            "clientdevice",
            "writethrough",
            "enableuuid",
            "hotplug",
            "autoanswer",
            "synctime",
            "allowguestconnectioncontrol",
            "uptcompatibility",
            "checkmacaddress",
            "bidirectional",
            "disable");

    private static final Set<String> NUMBERS = Set.of(
            "memsize",
            "numvcpus",
            "virtualhw.version",
            "config.version",
            "cpuid.corespersocket",
            "sched.mem.min",
            "sched.cpu.min",
            "svga.vramsize",
            "sharedfolder.maxnum",
            "vmci0.id");

    private static final List<String> NAMES = List.of("displayname", ".filename", ".networkname");

    /** Often mistyped by hand; device keys are compared behind their number. */
    private static final List<String> KNOWN = List.of(
            "memSize",
            "numvcpus",
            "guestOS",
            "displayName",
            "firmware",
            "annotation",
            "cleanShutdown",
            "ctkEnabled",
            "virtualHW.version",
            "config.version",
            "uuid.bios",
            "uuid.location",
            "vcpu.hotadd",
            "mem.hotadd",
            "disk.EnableUUID",
            "cpuid.coresPerSocket",
            "#.present",
            "#.fileName",
            "#.deviceType",
            "#.virtualDev",
            "#.startConnected",
            "#.networkName",
            "#.addressType",
            "#.connectionType",
            "#.pciSlotNumber",
            "#.generatedAddress",
            "#.sharedBus",
            "#.mode",
            "#.sharing",
            "#.ctkEnabled",
            "#.address",
            "#.sasWWID");

    private static final Pattern DEVICE =
            Pattern.compile("(?i)(scsi|sata|ide|nvme|ethernet|serial|parallel|floppy)(\\d+)(:(\\d+))?\\.(.+)");

    private static final Pattern TYPOGRAPHY = Pattern.compile(".*[\u201C\u201D\u201E\u2018\u2019\u00A0\u2003\u200B].*");

    private SyntaxChecks() {}

    /** The hits of the rule with this ID; null if there is no such check here. */
    static @Nullable List<Hit> hits(String id, LintSubject subject) {
        return switch (id) {
            case "SYN-01" -> problems(subject, EnumSet.of(Kind.NO_NAME, Kind.NO_EQUALS));
            case "SYN-02" -> problems(subject, EnumSet.of(Kind.UNCLOSED_QUOTE, Kind.TEXT_BEHIND_QUOTE));
            case "SYN-03" -> problems(subject, EnumSet.of(Kind.BLANK_IN_VALUE));
            case "SYN-04" ->
                duplicates(subject, values -> values.stream().distinct().count() > 1);
            case "SYN-05" -> problems(subject, EnumSet.of(Kind.AMBIGUOUS_ESCAPE));
            case "SYN-06" -> blanksAround(subject);
            case "SYN-07" -> unquoted(subject);
            case "SYN-08" ->
                problems(subject, EnumSet.of(Kind.UNDECODABLE, Kind.UNDECLARED_CHARSET, Kind.UNKNOWN_CHARSET));
            case "SYN-09" -> unreadable(subject);
            case "SYN-10" -> controlCharacters(subject);
            case "SYN-12" -> oddSwitches(subject);
            case "SYN-13" -> misspelt(subject);
            case "SYN-14" -> lineEnds(subject);
            case "SYN-15" -> deadKeys(subject);
            case "SYN-16" -> typography(subject);
            case "SYN-22" -> problems(subject, EnumSet.of(Kind.BYTE_ORDER_MARK));
            case "SYN-17" -> deviceNumbers(subject);
            case "SYN-18" ->
                duplicates(subject, values -> values.stream().distinct().count() == 1);
            default -> null;
        };
    }

    private static List<Hit> problems(LintSubject subject, Set<Kind> kinds) {
        return subject.problems().stream()
                .filter(problem -> kinds.contains(problem.kind()))
                .map(SyntaxChecks::hit)
                .toList();
    }

    private static Hit hit(DictionaryProblem problem) {
        String detail = problem.detail().isEmpty() ? problem.kind().description() : problem.detail();
        return new Hit("", problem.line(), problem.line() == 0 ? detail : "line " + problem.line() + ": " + detail);
    }

    private static List<Hit> duplicates(LintSubject subject, Predicate<List<String>> wanted) {
        Map<String, List<DictionaryEntry>> byName = new LinkedHashMap<>();
        subject.entries()
                .forEach(e -> byName.computeIfAbsent(Ascii.toLowerCase(e.name()), name -> new ArrayList<>(1))
                        .add(e));
        return byName.values().stream()
                .filter(entries -> entries.size() > 1)
                .filter(entries ->
                        wanted.test(entries.stream().map(DictionaryEntry::value).toList()))
                .map(entries -> Hit.at(
                        entries.get(0).name(),
                        "lines "
                                + String.join(
                                        ", ",
                                        entries.stream()
                                                .limit(10)
                                                .map(e -> String.valueOf(e.line()))
                                                .toList())))
                .toList();
    }

    private static List<Hit> matching(LintSubject subject, Predicate<DictionaryEntry> wanted) {
        return subject.entries().stream()
                .filter(wanted)
                .map(e -> new Hit(e.name(), e.line(), ""))
                .toList();
    }

    private static String lastPart(String name) {
        return Ascii.toLowerCase(name.substring(name.lastIndexOf('.') + 1));
    }

    private static boolean isTyped(String name) {
        return SWITCHES.contains(lastPart(name))
                || NUMBERS.contains(Ascii.toLowerCase(name))
                || lastPart(name).equals("filename")
                || lastPart(name).equals("pcislotnumber");
    }

    private static List<Hit> blanksAround(LintSubject subject) {
        return matching(
                subject, e -> isTyped(e.name()) && !e.value().equals(e.value().strip()));
    }

    private static List<Hit> unquoted(LintSubject subject) {
        List<DictionaryEntry> bare =
                subject.entries().stream().filter(e -> !e.quoted()).toList();
        // One finding for the file: some generators never quote.
        return bare.isEmpty()
                ? List.of()
                : List.of(new Hit(bare.get(0).name(), bare.get(0).line(), bare.size() + " of them"));
    }

    private static List<Hit> unreadable(LintSubject subject) {
        List<Hit> hits = new ArrayList<>(problems(subject, EnumSet.of(Kind.UTF_16, Kind.NUL)));
        if (subject.keys().lineCount() == 0) {
            hits.add(Hit.at("", "the file is empty"));
        }
        return hits;
    }

    private static List<Hit> controlCharacters(LintSubject subject) {
        return matching(
                subject,
                e -> NAMES.stream().anyMatch(Ascii.toLowerCase(e.name())::endsWith)
                        && e.value().chars().anyMatch(Character::isISOControl));
    }

    private static List<Hit> oddSwitches(LintSubject subject) {
        return matching(
                subject,
                e -> SWITCHES.contains(lastPart(e.name()))
                        && !e.value().isEmpty()
                        && !Ascii.equalsIgnoreCase(e.value().strip(), "true")
                        && !Ascii.equalsIgnoreCase(e.value().strip(), "false"));
    }

    private static List<Hit> misspelt(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        Map<String, Optional<String>> meant = new HashMap<>();
        for (String name : subject.names()) {
            String shape = DEVICE.matcher(name).replaceFirst("#.$5");
            // Many devices, few shapes.
            meant.computeIfAbsent(shape, SyntaxChecks::meantBy)
                    .ifPresent(known -> hits.add(Hit.at(name, "perhaps " + known.replace("#", "the device"))));
        }
        return hits;
    }

    private static Optional<String> meantBy(String shape) {
        if (shape.length() > 40 || KNOWN.stream().anyMatch(known -> Ascii.equalsIgnoreCase(known, shape))) {
            return Optional.empty();
        }
        return KNOWN.stream()
                .filter(known ->
                        known.length() > 6 && isOneEditAway(Ascii.toLowerCase(known), Ascii.toLowerCase(shape)))
                .findFirst();
    }

    /** Whether one letter is wrong, missing, too many, or swapped with its neighbour. */
    private static boolean isOneEditAway(String a, String b) {
        if (a.equals(b) || Math.abs(a.length() - b.length()) > 1) {
            return false;
        }
        int start = 0;
        while (start < Math.min(a.length(), b.length()) && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        String restA = a.substring(start);
        String restB = b.substring(start);
        if (restA.length() != restB.length()) {
            return restA.length() > restB.length()
                    ? restA.substring(1).equals(restB)
                    : restB.substring(1).equals(restA);
        }
        boolean replaced = restA.substring(1).equals(restB.substring(1));
        boolean swapped = restA.length() > 1
                && restA.charAt(0) == restB.charAt(1)
                && restA.charAt(1) == restB.charAt(0)
                && restA.substring(2).equals(restB.substring(2));
        return replaced || swapped;
    }

    private static List<Hit> lineEnds(LintSubject subject) {
        Set<LineEnd> ends = subject.keys().lineEnds();
        return ends.size() > 1 || ends.contains(LineEnd.CR)
                ? List.of(Hit.at(
                        "", String.join(", ", ends.stream().map(Enum::name).toList())))
                : List.of();
    }

    private static List<Hit> deadKeys(LintSubject subject) {
        Map<String, Integer> dead = new LinkedHashMap<>();
        Map<String, String> firstKeys = new HashMap<>();
        for (String name : subject.names()) {
            var device = DEVICE.matcher(name);
            boolean counted = device.matches()
                    && (device.group(3) != null || Ascii.equalsIgnoreCase(device.group(1), "ethernet"))
                    && !device.group(5).equalsIgnoreCase("present");
            if (counted) {
                String prefix = name.substring(0, name.indexOf('.'));
                if (!subject.isOn(prefix + ".present")) {
                    dead.merge(prefix, 1, Integer::sum);
                    firstKeys.putIfAbsent(prefix, name);
                }
            }
        }
        return dead.entrySet().stream()
                .map(e -> Hit.at(firstKeys.getOrDefault(e.getKey(), ""), e.getValue() + " keys of " + e.getKey()))
                .toList();
    }

    private static List<Hit> typography(LintSubject subject) {
        List<Hit> hits = new ArrayList<>();
        for (DictionaryProblem problem : subject.problems()) {
            if (problem.kind().isMalformedLine()
                    && TYPOGRAPHY.matcher(problem.detail()).matches()) {
                hits.add(hit(problem));
            }
        }
        hits.addAll(matching(
                subject,
                e -> TYPOGRAPHY.matcher(e.name()).matches()
                        || isTyped(e.name()) && TYPOGRAPHY.matcher(e.value()).matches()));
        return hits;
    }

    private static List<Hit> deviceNumbers(LintSubject subject) {
        Set<String> seen = new java.util.LinkedHashSet<>();
        for (String name : subject.names()) {
            var device = DEVICE.matcher(name);
            if (device.matches() && !isPossible(device.group(1), device.group(2), device.group(4))) {
                seen.add(name);
            }
        }
        return seen.stream().map(Hit::at).toList();
    }

    private static boolean isPossible(String family, String number, @org.jspecify.annotations.Nullable String unit) {
        if (number.length() > 1 && number.startsWith("0")
                || unit != null && unit.length() > 1 && unit.startsWith("0")) {
            return false;
        }
        if (number.length() > 3) {
            return false;
        }
        return Bus.of(family)
                .map(bus -> Integer.parseInt(number) < bus.controllers()
                        && (unit == null || unit.length() <= 3 && Integer.parseInt(unit) < bus.units()))
                .orElse(true);
    }
}
