package io.vmdisk.hash;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a disk's content was, written down so that it can be checked later. Any program that signs text files can sign
 * it.
 *
 * <pre>
 *   vmdisk-manifest 1
 *   capacity 16777216
 *   sha256 b81f…
 *   vmdisk-tree-1 4c0a…
 * </pre>
 *
 * <p>It names no file: copies and other formats of the disk have the same manifest.
 *
 * @param capacity of the disk in bytes
 * @param digests of all its bytes, in lower-case hex
 * @param treeRoot its tree digest in lower-case hex, if that was computed
 * @since 0.1
 */
public record Manifest(long capacity, Map<HashAlgorithm, String> digests, Optional<String> treeRoot) {
    private static final String FIRST_LINE = "vmdisk-manifest 1";
    private static final int MAX_BYTES = 64 << 10;

    /**
     * Copies the map, in the order of the algorithms.
     *
     * @param capacity in bytes
     * @param digests is copied
     * @param treeRoot empty if it was not computed
     */
    public Manifest {
        EnumMap<HashAlgorithm, String> sorted = new EnumMap<>(HashAlgorithm.class);
        sorted.putAll(digests);
        digests = java.util.Collections.unmodifiableMap(sorted);
    }

    /** {@return the lines of the file, each ended by a line feed} */
    public String text() {
        StringBuilder text = new StringBuilder(FIRST_LINE)
                .append("\ncapacity ")
                .append(capacity)
                .append('\n');
        digests.forEach((algorithm, digest) ->
                text.append(algorithm.word()).append(' ').append(digest).append('\n'));
        treeRoot.ifPresent(
                root -> text.append(TreeDigest.WORD).append(' ').append(root).append('\n'));
        return text.toString();
    }

    /**
     * Reads a file. Lines around the manifest's own, as {@code gpg --clearsign} adds them, are passed over: no
     * signature is checked here.
     *
     * @param file at most 64 KiB
     * @param volume that has the file
     * @return its manifest, with at least one digest
     * @throws MalformedFileException {@code manifest} if this is no manifest of version 1
     * @throws io.vmdisk.LimitExceededException {@code file-size} if the file is larger
     * @throws IOException if the file can't be read
     */
    public static Manifest read(Path file, Volume volume) throws IOException {
        String text = new String(volume.readAll(file, MAX_BYTES), StandardCharsets.UTF_8);
        Map<String, String> lines = new LinkedHashMap<>();
        boolean begun = false;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.equals(FIRST_LINE)) {
                if (begun) {
                    throw malformed(file, "two manifests in one file");
                }
                begun = true;
            } else if (line.startsWith("-----BEGIN PGP SIGNATURE")) {
                break;
            } else if (begun && !line.isEmpty()) {
                int blank = line.indexOf(' ');
                if (blank < 0 || lines.put(line.substring(0, blank), line.substring(blank + 1)) != null) {
                    throw malformed(file, "a line that is none, or stands there twice: " + line);
                }
            }
        }
        if (!begun) {
            throw malformed(file, "expected a line '" + FIRST_LINE + "'");
        }
        return of(lines, file);
    }

    private static Manifest of(Map<String, String> lines, Path file) throws MalformedFileException {
        String capacity = lines.remove("capacity");
        if (capacity == null || !capacity.matches("0|[1-9][0-9]{0,17}")) {
            throw malformed(file, "the capacity is missing or no number");
        }
        Map<HashAlgorithm, String> digests = new EnumMap<>(HashAlgorithm.class);
        Optional<String> root = Optional.empty();
        for (Map.Entry<String, String> line : lines.entrySet()) {
            Optional<HashAlgorithm> algorithm = HashAlgorithm.of(line.getKey());
            boolean tree = line.getKey().equals(TreeDigest.WORD);
            int length = tree
                    ? 2 * TreeDigest.DIGEST_BYTES
                    : algorithm.map(HashAlgorithm::hexLength).orElse(-1);
            if (length < 0 || !line.getValue().matches("[0-9a-f]{" + length + "}")) {
                throw malformed(file, "no digest of a kind that is known here: " + line.getKey());
            }
            if (tree) {
                root = Optional.of(line.getValue());
            } else {
                digests.put(algorithm.orElseThrow(), line.getValue());
            }
        }
        if (digests.isEmpty() && root.isEmpty()) {
            throw malformed(file, "it holds no digest");
        }
        return new Manifest(Long.parseLong(capacity), digests, root);
    }

    private static MalformedFileException malformed(Path file, String problem) {
        return new MalformedFileException(
                "manifest", file, -1, problem, Remedy.of(Kind.HASH).and(" writes one"));
    }
}
