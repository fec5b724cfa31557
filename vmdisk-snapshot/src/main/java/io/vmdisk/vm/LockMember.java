package io.vmdisk.vm;

import com.google.common.primitives.Longs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The content of a member file of a lock folder: who holds the lock.
 *
 * @param machineId the host, by an id of VMware's making
 * @param executionId {@code pid-creationTime(process)}
 * @param lamport the number drawn when queueing: lower ones go first
 * @param mode {@code X} exclusive, {@code S} shared
 * @param placeHash hash of the folder's path as the holder saw it, if given
 * @since 0.1
 */
public record LockMember(String machineId, String executionId, long lamport, String mode, OptionalLong placeHash) {
    /** Every member file has this length; a file of another is none. */
    static final int BYTES = 512;

    private static final int MAX_TOKENS = 16;
    private static final int HASH_START = 5381;
    private static final int HASH_FACTOR = 33;
    private static final String EMPTY_PAYLOAD = "[";
    private static final String PLACE = "lc=";

    /** Reads a member; empty if the bytes are none. */
    static Optional<LockMember> parse(byte[] bytes) {
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        int end = 0;
        while (end < BYTES && bytes[end] != 0) {
            end++;
        }
        String[] tokens =
                new String(bytes, 0, end, StandardCharsets.UTF_8).strip().split(" +", MAX_TOKENS);
        Long lamport = tokens.length < 4 ? null : Longs.tryParse(tokens[2]);
        if (lamport == null || lamport < 0 || !(tokens[3].equals("X") || tokens[3].equals("S"))) {
            return Optional.empty();
        }
        OptionalLong place = OptionalLong.empty();
        for (String token : tokens) {
            Long hash = token.startsWith(PLACE) ? Longs.tryParse(token.substring(PLACE.length())) : null;
            if (hash != null) {
                place = OptionalLong.of(hash);
            }
        }
        return Optional.of(new LockMember(tokens[0], tokens[1], lamport, tokens[3], place));
    }

    /** The member file's bytes. */
    byte[] encode() {
        String text = String.join(" ", machineId, executionId, Long.toString(lamport), mode, EMPTY_PAYLOAD)
                + (placeHash.isPresent() ? " " + PLACE + placeHash.getAsLong() : "");
        return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), BYTES);
    }

    /** The hash that names a lock folder's place: DJB2 over the bytes of its path. */
    static long hashOf(Path lockFolder) {
        String seen = lockFolder.toAbsolutePath().normalize().toString();
        String path = lockFolder.getFileSystem().getSeparator().equals("\\") ? seen.toLowerCase(Locale.ROOT) : seen;
        int hash = HASH_START;
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            hash = hash * HASH_FACTOR + (b & 0xff);
        }
        return Integer.toUnsignedLong(hash);
    }

    /** The process's number, if the execution id begins with one. */
    OptionalLong pid() {
        int dash = executionId.indexOf('-');
        Long pid = Longs.tryParse(dash < 0 ? executionId : executionId.substring(0, dash));
        return pid == null || pid < 1 ? OptionalLong.empty() : OptionalLong.of(pid);
    }
}
