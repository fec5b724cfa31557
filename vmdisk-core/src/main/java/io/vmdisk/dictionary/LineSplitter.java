package io.vmdisk.dictionary;

import io.vmdisk.LimitExceededException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts the bytes of a file into lines at LF, CRLF and CR, remembering which. */
final class LineSplitter {
    /** A large machine has a few thousand lines, a tree of 500 snapshots some 20000; each line costs about 150 bytes. */
    static final int MAX_LINES = 1 << 18;

    private LineSplitter() {}

    static List<Slot> split(byte[] bytes, int start, @Nullable Path source) throws LimitExceededException {
        List<Slot> slots = new ArrayList<>();
        int at = start;
        while (at < bytes.length) {
            if (slots.size() == MAX_LINES) {
                throw new LimitExceededException(
                        "dictionary-lines",
                        source,
                        "the file has more than " + MAX_LINES + " lines",
                        "a virtual machine's file has a few hundred; this is something else");
            }
            int end = at;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            LineEnd lineEnd = lineEnd(bytes, end);
            slots.add(new Slot(DictionaryLine.parse(bytes, at, end), lineEnd));
            at = end + lineEnd.length();
        }
        return slots;
    }

    private static LineEnd lineEnd(byte[] bytes, int at) {
        if (at == bytes.length) {
            return LineEnd.NONE;
        }
        if (bytes[at] == '\n') {
            return LineEnd.LF;
        }
        return at + 1 < bytes.length && bytes[at + 1] == '\n' ? LineEnd.CRLF : LineEnd.CR;
    }
}
