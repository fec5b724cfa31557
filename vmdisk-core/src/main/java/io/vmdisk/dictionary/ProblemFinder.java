package io.vmdisk.dictionary;

import com.google.common.base.Ascii;
import io.vmdisk.dictionary.DictionaryProblem.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks at every line for what a reader may trip over. */
final class ProblemFinder {
    private static final int SHOWN = 80;
    /** A byte order mark in UTF-8. */
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final List<Slot> slots;
    private final DictionaryCharset charset;
    private final List<DictionaryProblem> problems = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();

    ProblemFinder(List<Slot> slots, DictionaryCharset charset) {
        this.slots = slots;
        this.charset = charset;
    }

    List<DictionaryProblem> find() {
        if (isUtf16()) {
            report(0, Kind.UTF_16, "");
        }
        if (isMarked()) {
            report(1, Kind.BYTE_ORDER_MARK, "");
        }
        if (charset.problem() != null) {
            report(0, charset.problem(), "");
        }
        for (int i = 0; i < slots.size(); i++) {
            inspect(i + 1, slots.get(i).line);
        }
        return problems;
    }

    private boolean isUtf16() {
        if (slots.isEmpty()) {
            return false;
        }
        DictionaryLine first = slots.get(0).line;
        if (first.end() - first.start() < 2) {
            return false;
        }
        int mark = (first.bytes()[first.start()] & 0xFF) << 8 | first.bytes()[first.start() + 1] & 0xFF;
        return mark == 0xFFFE || mark == 0xFEFF;
    }

    private boolean isMarked() {
        if (slots.isEmpty()) {
            return false;
        }
        // The first line begins behind it.
        byte[] bytes = slots.get(0).line.bytes();
        return slots.get(0).line.start() >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length);
    }

    private void inspect(int number, DictionaryLine line) {
        if (line.hasNul()) {
            report(number, Kind.NUL, "");
        }
        if (charset.problem() == null
                && !DictionaryCharset.isText(line.bytes(), line.start(), line.end(), charset.charset())) {
            report(number, Kind.UNDECODABLE, charset.charset().name());
        }
        if (line.shape().problem != null) {
            report(number, line.shape().problem, shown(line));
        }
        if (line.isAssignment()) {
            inspectAssignment(number, line);
        }
    }

    private void inspectAssignment(int number, DictionaryLine line) {
        String name =
                charset.decode(line.bytes(), line.name().start(), line.name().end());
        if (PipeEscape.isAmbiguous(
                line.bytes(), line.value().start(), line.value().end())) {
            report(number, Kind.AMBIGUOUS_ESCAPE, name);
        }
        Integer before = seen.put(Ascii.toLowerCase(name), number);
        if (before != null) {
            report(number, Kind.DUPLICATE, name + ", also on line " + before);
        }
    }

    private String shown(DictionaryLine line) {
        int end = Math.min(line.end(), line.start() + SHOWN);
        return charset.decode(line.bytes(), line.start(), end)
                .codePoints()
                .map(c -> Character.isISOControl(c) ? '.' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void report(int line, Kind kind, String detail) {
        problems.add(new DictionaryProblem(line, kind, detail));
    }
}
