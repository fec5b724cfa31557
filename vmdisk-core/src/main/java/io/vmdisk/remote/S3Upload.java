package io.vmdisk.remote;

import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A new object, sent in parts while it is made. It is one with its name when S3 has put the parts together; until then there
 * is nothing, and a failure takes back what was sent.
 *
 * <p>S3 takes 10,000 parts. They begin with 8 MiB and are twice as large after each 1,500, which is enough for more than a
 * TiB; one part is in memory.
 */
final class S3Upload implements NewObject, WritableByteChannel {
    private static final int FIRST_PART = 8 << 20;
    private static final int MOST_PARTS = 10_000;
    private static final int PARTS_OF_A_SIZE = 1_500;
    private static final Map<String, String> ONLY_NEW = Map.of("If-None-Match", "*");
    private static final Pattern UPLOAD = Pattern.compile("<UploadId>([^<]+)</UploadId>");

    private final S3Store store;
    private final StoreKey key;
    private final List<String> tags = new ArrayList<>();
    private byte[] part = new byte[64 << 10];
    private int filled;
    private long sent;
    private Optional<String> upload = Optional.empty();
    private boolean open = true;

    S3Upload(S3Store store, StoreKey key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public WritableByteChannel content() {
        return this;
    }

    /** Bytes of a part, the first of which is number 1. */
    static int partBytes(int number) {
        return FIRST_PART << ((number - 1) / PARTS_OF_A_SIZE);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        int count = from.remaining();
        while (from.hasRemaining()) {
            int limit = partBytes(tags.size() + 1);
            if (filled == part.length) {
                part = Arrays.copyOf(part, Math.min(limit, 2 * part.length));
            }
            int some = Math.min(from.remaining(), part.length - filled);
            from.get(part, filled, some);
            filled += some;
            if (filled == limit) {
                sendPart();
            }
        }
        return count;
    }

    private void sendPart() throws IOException {
        if (upload.isEmpty()) {
            HttpCalls.Answer answer = ok(send("POST", "uploads", Map.of(), new byte[0]));
            Matcher id = UPLOAD.matcher(new String(answer.text(), StandardCharsets.UTF_8));
            if (!id.find()) {
                throw wrong("it gave no number to an upload");
            }
            upload = Optional.of(id.group(1).replace("&amp;", "&"));
        }
        int number = tags.size() + 1;
        if (number > MOST_PARTS) {
            throw new LimitExceededException("s3-parts", key.path(), "S3 takes " + MOST_PARTS + " parts at most");
        }
        String query = "partNumber=" + number + '&' + id();
        HttpCalls.Answer answer = ok(send("PUT", query, Map.of(), Arrays.copyOf(part, filled)));
        tags.add(answer.header("ETag").orElseThrow(() -> wrong("it gave no tag to a part")));
        sent += filled;
        filled = 0;
    }

    private String id() {
        return "uploadId=" + UriText.word(upload.orElseThrow());
    }

    private IOException wrong(String what) {
        return new MalformedFileException("s3-answer", key.path(), -1, "S3 answered what it should not: " + what);
    }

    private S3Store.Sent send(String method, String query, Map<String, String> headers, byte[] body)
            throws IOException {
        URI uri = URI.create(store.uri(key) + (query.isEmpty() ? "" : "?" + query));
        return store.send(key, new HttpCalls.Call(method, uri, headers, body));
    }

    private HttpCalls.Answer ok(S3Store.Sent sending) throws IOException {
        if (sending.answer().status() != 200) {
            throw store.refusal(key, sending.answer());
        }
        return sending.answer();
    }

    @Override
    public void publish() throws IOException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (upload.isEmpty()) {
            long size = filled;
            finish(send("PUT", "", ONLY_NEW, Arrays.copyOf(part, filled)), size);
        } else {
            if (filled > 0) {
                sendPart();
            }
            StringBuilder list = new StringBuilder("<CompleteMultipartUpload>");
            for (int i = 0; i < tags.size(); i++) {
                list.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
                list.append(tags.get(i).replace("&", "&amp;").replace("<", "&lt;"))
                        .append("</ETag></Part>");
            }
            list.append("</CompleteMultipartUpload>");
            finish(send("POST", id(), ONLY_NEW, list.toString().getBytes(StandardCharsets.UTF_8)), sent);
            upload = Optional.empty();
        }
        open = false;
    }

    private void finish(S3Store.Sent last, long size) throws IOException {
        HttpCalls.Answer answer = last.answer();
        boolean isError = new String(answer.text(), StandardCharsets.UTF_8).contains("<Error>");
        if (answer.status() == 200 && !isError) {
            return;
        }
        // The answer to an earlier try may have been lost on its way.
        boolean there = last.tries() > 1
                && store.look(key)
                        .filter(found -> found.object().size() == size)
                        .isPresent();
        if (!there) {
            throw isError && answer.status() == 200
                    ? new java.nio.file.FileSystemException(key.path().toString(), null, store.explain(answer))
                    : store.refusal(key, answer);
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Takes back what was not published: parts that lie about cost money. */
    @Override
    public void close() throws IOException {
        if (open) {
            open = false;
            if (upload.isPresent()) {
                send("DELETE", id(), Map.of(), new byte[0]);
            }
        }
    }
}
