package io.vmdisk.hash;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.make.StagedFile;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one part of a disk as a file, so that many machines can make one tree digest.
 *
 * <p>Lines of text, each ended by a line feed:
 *
 * <pre>
 *   vmdisk-tree-1 part
 *   capacity BYTES
 *   range START END
 *   OFFSET SHA256          for each chunk that is not all zeros, ascending
 *   end CHUNKS SHA256      of all lines before: a part that was cut off or changed is refused
 * </pre>
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class TreePart {
    private static final String FIRST_LINE = TreeDigest.WORD + " part";
    private static final int LONGEST_LINE = 200;

    private TreePart() {}

    /** Writes a part as it is computed. The file is complete once {@link #finish} has returned. For one thread. */
    public static final class Writer implements Closeable, DiskHash.ChunkSink {
        private static final int BUFFER_BYTES = 64 << 10;

        private final StagedFile staged;
        private final MessageDigest digest = HashAlgorithm.SHA256.digest();
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private long written;
        private long chunks;

        /**
         * Begins a part. The file gets its name once it is complete: a run that was killed leaves no such name, and can
         * be repeated.
         *
         * @param path a name that is free
         * @param volume that has the folder
         * @param capacity of the disk in bytes
         * @param range the part of the disk
         * @throws UnsafeStateException if there is a file of that name, or another process makes one now
         * @throws IOException if the file can't be made
         */
        public Writer(Path path, Volume volume, long capacity, ByteRange range) throws IOException {
            this.staged = StagedFile.create(path, volume);
            line(FIRST_LINE);
            line("capacity " + capacity);
            line("range " + range.start() + " " + range.end());
        }

        @Override
        public void chunk(long offset, byte[] sha256) throws IOException {
            line(offset + " " + HexFormat.of().formatHex(sha256));
            chunks++;
        }

        /**
         * Ends the part, makes it durable and gives it its name.
         *
         * @throws IOException if that fails; the file has no name then
         */
        public void finish() throws IOException {
            String sum = HexFormat.of().formatHex(digest.digest());
            line("end " + chunks + " " + sum);
            flush();
            staged.publish();
        }

        private void line(String text) throws IOException {
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.US_ASCII);
            digest.update(bytes);
            if (bytes.length > buffer.remaining()) {
                flush();
            }
            buffer.put(bytes);
        }

        private void flush() throws IOException {
            staged.file().writeFully(written, buffer.flip());
            written += buffer.limit();
            buffer.clear();
        }

        @Override
        public void close() throws IOException {
            staged.close();
        }
    }

    /**
     * The result of joined parts.
     *
     * @param capacity of the disk in bytes
     * @param root its tree digest, 64 hex digits
     */
    public record Joined(long capacity, String root) {}

    /**
     * Joins the parts of one disk.
     *
     * @param files the parts, one or more, in any order
     * @param volume that has the files
     * @return the tree digest of the whole disk
     * @throws UnsafeStateException {@code parts-missing}, {@code parts-overlap}, or {@code parts-differ} if they are of
     *     disks of different sizes
     * @throws MalformedFileException {@code tree-part} if one is damaged or not finished
     * @throws IOException if one can't be read
     */
    public static Joined join(List<Path> files, Volume volume) throws IOException {
        List<Reader> parts = new ArrayList<>();
        try {
            for (Path file : files) {
                parts.add(new Reader(volume.open(file, OpenMode.READ)));
            }
            parts.sort(Comparator.comparingLong((Reader part) -> part.range.start())
                    .thenComparingLong(part -> part.range.end()));
            Reader first = parts.get(0);
            TreeDigest root = new TreeDigest(first.capacity);
            long next = 0;
            for (Reader part : parts) {
                requireNext(part, first, next);
                part.chunks(root::add);
                next = part.range.end();
            }
            if (next != first.capacity) {
                throw gap(parts.get(parts.size() - 1).file.path(), next, first.capacity);
            }
            return new Joined(first.capacity, root.root());
        } finally {
            for (Reader part : parts) {
                part.file.close();
            }
        }
    }

    private static void requireNext(Reader part, Reader first, long next) throws UnsafeStateException {
        if (part.capacity != first.capacity) {
            throw new UnsafeStateException(
                    "parts-differ",
                    part.file.path(),
                    "it is of a disk of " + part.capacity + " bytes, " + first.file.path() + " of one of "
                            + first.capacity,
                    "name the parts of one disk only");
        }
        if (part.range.start() > next) {
            throw gap(part.file.path(), next, part.range.start());
        }
        if (part.range.start() < next) {
            throw new UnsafeStateException(
                    "parts-overlap",
                    part.file.path(),
                    "another part has the bytes from " + part.range.start() + " too",
                    "name the parts of one cutting, each once");
        }
    }

    private static UnsafeStateException gap(Path file, long from, long to) {
        return new UnsafeStateException(
                "parts-missing",
                file,
                "no part has the bytes from " + from + " to " + to,
                Remedy.say("name all parts, and make the missing one with ").with(Kind.HASH_PART, from + ":" + to));
    }

    /** A part that is read line by line. */
    private static final class Reader {
        private final BlockFile file;
        private final MessageDigest digest = HashAlgorithm.SHA256.digest();
        private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10).limit(0);
        private final long capacity;
        private final ByteRange range;
        private long read;
        private long lineStart;

        Reader(BlockFile file) throws IOException {
            this.file = file;
            try {
                String first = summed();
                if (!FIRST_LINE.equals(first)) {
                    throw malformed("it is no part of a tree digest of this version");
                }
                capacity = number(field(summed(), "capacity ", 1)[0]);
                String[] ends = field(summed(), "range ", 2);
                long start = number(ends[0]);
                long end = number(ends[1]);
                boolean whole = (start % TreeDigest.CHUNK_BYTES == 0 || start == end)
                        && (end % TreeDigest.CHUNK_BYTES == 0 || end == capacity);
                if (start > end || end > capacity || !whole) {
                    throw malformed("its range makes no sense");
                }
                range = new ByteRange(start, end - start);
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        }

        /** Hands out the chunks, and checks that all are there and unchanged. */
        void chunks(DiskHash.ChunkSink sink) throws IOException {
            long count = 0;
            long next = range.start();
            while (true) {
                String text = line();
                if (text == null) {
                    throw malformed("it ends too early: the run that wrote it did not finish");
                }
                if (text.startsWith("end ")) {
                    String[] words = field(text, "end ", 2);
                    String sum = HexFormat.of().formatHex(digest.digest());
                    if (number(words[0]) != count || !words[1].equals(sum)) {
                        throw malformed("it was changed: its own sum does not fit");
                    }
                    if (line() != null) {
                        throw malformed("there is more behind its end");
                    }
                    return;
                }
                String[] words = field(text, "", 2);
                long offset = number(words[0]);
                boolean inOrder = offset >= next && offset < range.end() && offset % TreeDigest.CHUNK_BYTES == 0;
                if (!inOrder || words[1].length() != 2 * TreeDigest.DIGEST_BYTES) {
                    throw malformed("a chunk out of place");
                }
                digest.update((text + "\n").getBytes(StandardCharsets.US_ASCII));
                sink.chunk(offset, hex(words[1]));
                next = offset + TreeDigest.CHUNK_BYTES;
                count++;
            }
        }

        private byte[] hex(String text) throws MalformedFileException {
            try {
                return HexFormat.of().parseHex(text);
            } catch (IllegalArgumentException e) {
                throw malformed("a digest that is not hex");
            }
        }

        private String[] field(@Nullable String text, String key, int count) throws MalformedFileException {
            if (text == null || !text.startsWith(key)) {
                throw malformed("expected '" + key.strip() + "'");
            }
            String[] words = text.substring(key.length()).split(" ", -1);
            if (words.length != count) {
                throw malformed("expected " + count + " words");
            }
            return words;
        }

        private long number(String text) throws MalformedFileException {
            if (!text.matches("0|[1-9][0-9]{0,17}")) {
                throw malformed("expected a number");
            }
            return Long.parseLong(text);
        }

        private MalformedFileException malformed(String problem) {
            return new MalformedFileException("tree-part", file.path(), lineStart, problem, "make this part again");
        }

        /** The next line, which counts in the sum. */
        private @Nullable String summed() throws IOException {
            String text = line();
            if (text != null) {
                digest.update((text + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            return text;
        }

        private @Nullable String line() throws IOException {
            lineStart = read - buffer.remaining();
            StringBuilder text = new StringBuilder();
            while (true) {
                if (!buffer.hasRemaining()) {
                    buffer.clear();
                    int count = file.read(read, buffer);
                    buffer.flip();
                    read += Math.max(0, count);
                    if (!buffer.hasRemaining()) {
                        if (text.length() > 0) {
                            throw malformed("it ends in the middle of a line");
                        }
                        return null;
                    }
                }
                byte next = buffer.get();
                if (next == '\n') {
                    break;
                }
                if (next < ' ' || text.length() == LONGEST_LINE) {
                    throw malformed("a line that is none");
                }
                text.append((char) next);
            }
            return text.toString();
        }
    }
}
