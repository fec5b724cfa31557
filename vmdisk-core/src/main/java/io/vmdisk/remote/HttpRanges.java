package io.vmdisk.remote;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of objects behind HTTP.
 *
 * <p>An object is described by the answer to its first range, which is one request in place of two. Every later answer must
 * be of the same version, by what the server promises ({@code If-Match}) and by what it then says (tag, time and size), and
 * must be exactly the range that was asked for; an answer with all of the object in place of a range is refused unread.
 * Thread-safe.
 */
final class HttpRanges {
    private static final int MOST_HOPS = 5;
    private static final int MOST_MOVES = 10_000;
    /** What a try must bring to be no failed one. */
    private static final int PROGRESS = 256 << 10;

    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/([0-9]{1,18})", Pattern.CASE_INSENSITIVE);

    private final HttpCalls calls;
    private final HttpDoor door;
    private final Patience patience;
    /** Where a server sent us for an object. */
    private final Map<String, URI> moved = new ConcurrentHashMap<>();

    HttpRanges(HttpCalls calls, HttpDoor door, Patience patience) {
        this.calls = calls;
        this.door = door;
        this.patience = patience;
    }

    /** As {@link RangeStore#look}. */
    Optional<RangeStore.Look> look(StoreKey key) throws IOException {
        Tries tries = new Tries(key, patience);
        ByteBuffer head = ByteBuffer.allocate(RangeCache.BLOCK);
        while (true) {
            head.clear();
            try {
                HttpCalls.Answer answer = get(key, Map.of("Range", "bytes=0-" + (RangeCache.BLOCK - 1)), head);
                if (answer.isTemporary()) {
                    tries.failed(answer);
                } else if (answer.cut() != null) {
                    tries.failed(answer.cut());
                } else {
                    return described(key, answer, head.flip());
                }
            } catch (HttpCalls.Interruption e) {
                tries.failed(e);
            }
        }
    }

    private Optional<RangeStore.Look> described(StoreKey key, HttpCalls.Answer answer, ByteBuffer head)
            throws IOException {
        switch (answer.status()) {
            case 404, 410 -> {
                return Optional.empty();
            }
            case 416 -> {
                return Optional.of(
                        empty(key, answer, answer.header("Content-Range").orElse("")));
            }
            case 206 -> {
                Matcher range = rangeOf(key, answer);
                long size = Long.parseLong(range.group(3));
                long length = Math.min(size, RangeCache.BLOCK);
                if (Long.parseLong(range.group(1)) != 0 || head.remaining() != length) {
                    throw wrong(key, "sent other bytes than it was asked for");
                }
                return Optional.of(new RangeStore.Look(object(size, answer), head));
            }
            default -> throw refusal(key, answer);
        }
    }

    private static RangeStore.Look empty(StoreKey key, HttpCalls.Answer answer, String range) throws IOException {
        Matcher none = NO_RANGE.matcher(range);
        if (none.matches() && Long.parseLong(none.group(1)) > 0) {
            throw wrong(key, "has no first byte of a file of " + none.group(1) + " bytes");
        }
        return new RangeStore.Look(object(0, answer), ByteBuffer.allocate(0));
    }

    private static StoredObject object(long size, HttpCalls.Answer answer) {
        String modified = answer.header("Last-Modified").orElse("");
        Instant time = Instant.EPOCH;
        try {
            time = modified.isEmpty()
                    ? time
                    : ZonedDateTime.parse(modified, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException e) {
            // A time that nobody can read is one that nobody told.
        }
        return new StoredObject(size, time, answer.header("ETag").orElse(modified));
    }

    /** As {@link RangeStore#read}. */
    void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        Tries tries = new Tries(key, patience);
        int start = into.position();
        while (into.hasRemaining()) {
            int before = into.position();
            long from = at + before - start;
            try {
                HttpCalls.Answer answer = get(key, rangeHeaders(seen, from, from + into.remaining() - 1), into);
                if (answer.isTemporary()) {
                    tries.failed(answer);
                    continue;
                }
                requireSame(key, seen, answer, from, at + into.limit() - start - 1);
                if (into.position() - before >= PROGRESS) {
                    tries.progressed();
                }
                if (into.hasRemaining()) {
                    tries.failed(
                            answer.cut() != null
                                    ? answer.cut()
                                    : new HttpCalls.Interruption("the server sent only part of a range", null));
                }
            } catch (HttpCalls.Interruption e) {
                tries.failed(e);
            }
        }
    }

    private static Map<String, String> rangeHeaders(StoredObject seen, long first, long last) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Range", "bytes=" + first + '-' + last);
        if (seen.version().startsWith("\"")) {
            headers.put("If-Match", seen.version());
        } else if (!seen.version().isEmpty() && !seen.version().startsWith("W/")) {
            headers.put("If-Unmodified-Since", seen.version());
        }
        return headers;
    }

    private void requireSame(StoreKey key, StoredObject seen, HttpCalls.Answer answer, long first, long last)
            throws IOException {
        switch (answer.status()) {
            case 404, 410 -> throw changed(key, "it is not there any more");
            case 412 -> throw changed(key, "the server says so");
            case 416 -> throw changed(key, "it is shorter now");
            case 206 -> {
                Matcher range = rangeOf(key, answer);
                if (Long.parseLong(range.group(3)) != seen.size()) {
                    throw changed(key, "it had " + seen.size() + " bytes and has " + range.group(3));
                }
                String version = answer.header("ETag")
                        .or(() -> answer.header("Last-Modified"))
                        .orElse("");
                if (!version.isEmpty() && !seen.version().isEmpty() && !version.equals(seen.version())) {
                    throw changed(key, "its version was " + seen.version() + " and is " + version);
                }
                if (Long.parseLong(range.group(1)) != first || Long.parseLong(range.group(2)) > last) {
                    throw wrong(key, "sent other bytes than it was asked for");
                }
            }
            default -> throw refusal(key, answer);
        }
    }

    private static Matcher rangeOf(StoreKey key, HttpCalls.Answer answer) throws IOException {
        String encoding = answer.header("Content-Encoding").orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw wrong(key, "packed the bytes (" + encoding + ") although it was asked not to");
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (!range.matches()) {
            throw wrong(key, "does not say which bytes it sent, and of how many");
        }
        return range;
    }

    private IOException refusal(StoreKey key, HttpCalls.Answer answer) {
        if (answer.status() == 200) {
            return new UnsupportedFeatureException(
                    "no-ranges",
                    key.path(),
                    "the server sends whole files only, no ranges of them",
                    "download the disk's files, and name them here");
        }
        String reason = door.explain(answer);
        return answer.status() == 401 || answer.status() == 403
                ? new AccessDeniedException(key.path().toString(), null, reason)
                : new FileSystemException(key.path().toString(), null, reason);
    }

    private static UnsafeStateException changed(StoreKey key, String how) {
        return new UnsafeStateException(
                "changed", key.path(), "it changed while it was read: " + how, "try again once nobody writes it");
    }

    private static MalformedFileException wrong(StoreKey key, String what) {
        return new MalformedFileException(
                "http-answer", key.path(), -1, "the server " + what, "download the disk's files, and name them here");
    }

    /** One request, to wherever the object is. */
    private HttpCalls.Answer get(StoreKey key, Map<String, String> headers, @Nullable ByteBuffer into)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Accept-Encoding", "identity");
        long bytes = into == null ? 0 : into.remaining();
        URI home = door.uri(key);
        URI last = moved.get(key.name());
        if (last != null) {
            HttpCalls.Answer answer = ask(key, HttpCalls.Call.get(last, admitted(home, last, all)), into, bytes);
            // An address that was lent runs out.
            if (answer.status() != 401 && answer.status() != 403 && !isRedirect(answer)) {
                return answer;
            }
            moved.remove(key.name());
        }
        URI at = home;
        for (int hops = 0; hops <= MOST_HOPS; hops++) {
            HttpCalls.Answer answer = ask(key, HttpCalls.Call.get(at, admitted(home, at, all)), into, bytes);
            if (!isRedirect(answer) || !door.followsRedirects()) {
                if (!at.equals(home) && answer.status() == 206 && moved.size() < MOST_MOVES) {
                    moved.put(key.name(), at);
                }
                return answer;
            }
            at = next(key, at, answer);
        }
        throw wrong(key, "sends us from one address to the next without end");
    }

    private HttpCalls.Answer ask(StoreKey key, HttpCalls.Call call, @Nullable ByteBuffer into, long bytes)
            throws IOException {
        try {
            return calls.call(call, into, patience.within(bytes));
        } catch (HttpCalls.Interruption e) {
            throw e;
        } catch (IOException e) {
            FileSystemException failure = new FileSystemException(key.path().toString(), null, e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /** What lets us in is for the server that the user named, and no other learns of it. */
    private Map<String, String> admitted(URI home, URI at, Map<String, String> headers) throws IOException {
        return isSameServer(home, at) ? door.admitted("GET", at, headers, new byte[0]) : headers;
    }

    private static boolean isSameServer(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getRawAuthority()).equalsIgnoreCase(String.valueOf(other.getRawAuthority()));
    }

    private static boolean isRedirect(HttpCalls.Answer answer) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private static URI next(StoreKey key, URI from, HttpCalls.Answer answer) throws IOException {
        URI to;
        try {
            to = from.resolve(answer.header("Location").orElse(""));
        } catch (IllegalArgumentException e) {
            throw wrong(key, "sends us to an address that is none");
        }
        String scheme = String.valueOf(to.getScheme());
        boolean safe = scheme.equals("https")
                || (scheme.equals("http") && from.getScheme().equals("http"));
        if (!safe || to.getHost() == null || to.getUserInfo() != null || to.equals(from)) {
            throw wrong(key, "sends us to another address that is not followed");
        }
        return to;
    }
}
