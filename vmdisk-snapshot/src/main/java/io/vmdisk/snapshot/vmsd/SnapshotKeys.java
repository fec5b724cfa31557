package io.vmdisk.snapshot.vmsd;

import com.google.common.base.Ascii;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The names of the keys, and the numbers in them. */
final class SnapshotKeys {
    static final String ENCODING = ".encoding";
    static final String LAST_UID = "snapshot.lastUID";
    static final String CURRENT = "snapshot.current";
    static final String COUNT = "snapshot.numSnapshots";
    static final String NEED_CONSOLIDATE = "snapshot.needConsolidate";
    static final String RECENT = "snapshot.mru";
    static final String RECENT_UID = ".uid";
    static final String CLONE_OF = "cloneOf";
    static final String CLONE_OF_COUNT = "numCloneOf";
    static final String SENTINEL = "sentinel";
    static final String SENTINEL_COUNT = "numSentinels";

    static final String BLOCK = "snapshot";
    static final String UID = "uid";
    static final String FILE_NAME = "filename";
    static final String PARENT = "parent";
    static final String NAME = "displayName";
    static final String DESCRIPTION = "description";
    static final String TYPE = "type";
    static final String TIME_HIGH = "createTimeHigh";
    static final String TIME_LOW = "createTimeLow";
    static final String DISK_COUNT = "numDisks";
    static final String DISK = "disk";
    static final String DISK_FILE = ".fileName";
    static final String DISK_NODE = ".node";
    static final String CLONE = "clone";
    static final String CLONE_COUNT = "numClones";

    private static final int MAX_DIGITS = 9;

    private SnapshotKeys() {}

    static String block(int index) {
        return BLOCK + index + ".";
    }

    /** Splits {@code snapshot12.uid}; the text before the dot may be no canonical number. */
    record BlockKey(String number, String rest) {}

    /** The number of a block and the key in it, or null for a key outside blocks; {@code key} is folded. */
    static @Nullable BlockKey blockKey(String key) {
        int dot = key.indexOf('.', BLOCK.length());
        boolean inBlock = key.startsWith(BLOCK)
                && dot > BLOCK.length()
                && key.chars().limit(dot).skip(BLOCK.length()).allMatch(c -> c >= '0' && c <= '9');
        return inBlock ? new BlockKey(key.substring(BLOCK.length(), dot), key.substring(dot + 1)) : null;
    }

    /** A number as it stands in a key: canonical decimal, below a billion. */
    static OptionalInt number(String digits) {
        boolean canonical = !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && (digits.length() == 1 || digits.charAt(0) != '0');
        return canonical ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    /** The values of {@code <prefix><number><suffix>} in a map of folded keys, by number. */
    static Map<Integer, String> numbered(Map<String, String> folded, String prefix, String suffix) {
        String start = fold(prefix);
        String end = fold(suffix);
        Map<Integer, String> found = new TreeMap<>();
        folded.forEach((key, value) -> {
            if (key.length() > start.length() + end.length() && key.startsWith(start) && key.endsWith(end)) {
                number(key.substring(start.length(), key.length() - end.length()))
                        .ifPresent(number -> found.put(number, value));
            }
        });
        return found;
    }

    static String fold(String key) {
        return Ascii.toLowerCase(key);
    }
}
