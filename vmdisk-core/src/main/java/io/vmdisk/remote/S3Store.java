package io.vmdisk.remote;

import com.google.common.base.Suppliers;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bucket of S3, of Amazon's or of any server that speaks it; buckets are named in the path. */
final class S3Store implements RangeStore, HttpDoor {
    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_PAGES = 1_000;
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final Pattern PREFIX = Pattern.compile("<CommonPrefixes>\\s*<Prefix>([^<]*)</Prefix>");
    private static final Pattern NEXT = Pattern.compile("<NextContinuationToken>([^<]+)</NextContinuationToken>");
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,64})</Code>");

    private final String bucket;
    /** Read by the first request, since files may have to be. */
    private final Supplier<AwsSettings> settings;

    private final Patience patience;
    private final HttpCalls calls = new HttpCalls();
    private final HttpRanges ranges;

    S3Store(String bucket, Surroundings surroundings, Patience patience) {
        this.bucket = bucket;
        this.settings = Suppliers.memoize(() -> {
            try {
                return AwsSettings.of(surroundings);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        this.patience = patience;
        this.ranges = new HttpRanges(calls, this, patience);
    }

    private AwsSettings settings() throws IOException {
        try {
            return settings.get();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public String name() {
        return "s3://" + bucket;
    }

    @Override
    public URI uri(StoreKey key) {
        return URI.create(settings.get().endpoint() + "/" + bucket + '/' + UriText.encoded(key.name()));
    }

    @Override
    public Map<String, String> admitted(String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException {
        AwsSettings own = settings();
        return own.login()
                .map(login -> new AwsSignature(login, own.region()).sign(method, uri, headers, body, Instant.now()))
                .orElse(headers);
    }

    @Override
    public boolean followsRedirects() {
        return false;
    }

    @Override
    public String explain(HttpCalls.Answer answer) {
        Matcher code = CODE.matcher(new String(answer.text(), StandardCharsets.UTF_8));
        String word = code.find() ? " " + code.group(1) : "";
        return "S3 answered " + answer.status() + word
                + switch (answer.status()) {
                    case 301, 307, 400 ->
                        answer.header("x-amz-bucket-region")
                                .filter(region -> region.matches("[a-z0-9-]{1,64}"))
                                .map(region -> ": the bucket lies in another region, set AWS_REGION=" + region)
                                .orElse("");
                    case 401, 403 ->
                        settings.get().login().isPresent()
                                ? ": the key that is set may not do this, or there is no such object"
                                : ": no key is set, in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or by a profile";
                    default -> "";
                };
    }

    @Override
    public Optional<Look> look(StoreKey key) throws IOException {
        settings();
        return key.name().isEmpty() ? Optional.empty() : ranges.look(key);
    }

    @Override
    public void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        ranges.read(key, seen, at, into);
    }

    @Override
    public List<Entry> list(StoreKey folder) throws IOException {
        String prefix = folder.name().isEmpty() ? "" : folder.name() + '/';
        List<Entry> entries = new ArrayList<>();
        String token = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            URI uri = URI.create(settings().endpoint() + "/" + bucket + "?"
                    + (token.isEmpty() ? "" : "continuation-token=" + UriText.word(token) + '&')
                    + "delimiter=%2F&encoding-type=url&list-type=2&prefix=" + UriText.word(prefix));
            HttpCalls.Answer answer =
                    send(folder, HttpCalls.Call.get(uri, Map.of())).answer();
            if (answer.status() != 200) {
                throw refusal(folder, answer);
            }
            String text = new String(answer.text(), StandardCharsets.UTF_8);
            add(entries, folder, prefix, KEY.matcher(text), false);
            add(entries, folder, prefix, PREFIX.matcher(text), true);
            Matcher next = NEXT.matcher(text);
            if (!next.find()) {
                return entries;
            }
            token = next.group(1).replace("&amp;", "&");
        }
        throw tooMany(folder);
    }

    private static LimitExceededException tooMany(StoreKey folder) {
        return new LimitExceededException(
                "folder-entries", folder.path(), "the folder has more than " + MOST_ENTRIES + " entries");
    }

    private static void add(List<Entry> entries, StoreKey folder, String prefix, Matcher names, boolean areFolders)
            throws IOException {
        while (names.find()) {
            String key;
            try {
                key = URLDecoder.decode(names.group(1), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new MalformedFileException(
                        "s3-listing", folder.path(), -1, "the listing has a name that can't be read");
            }
            String name = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            name = areFolders && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
            boolean sayable =
                    name.indexOf('/') < 0 && name.indexOf('\0') < 0 && !name.equals(".") && !name.equals("..");
            if (!name.isEmpty() && sayable) {
                entries.add(new Entry(name, areFolders));
            }
            if (entries.size() > MOST_ENTRIES) {
                throw tooMany(folder);
            }
        }
    }

    @Override
    public NewObject create(StoreKey key) throws IOException {
        if (look(key).isPresent()) {
            throw new FileAlreadyExistsException(key.path().toString());
        }
        return new S3Upload(this, key);
    }

    /**
     * The answer to a request that may have been made several times.
     *
     * @param answer the last one
     * @param tries at least 1
     */
    record Sent(HttpCalls.Answer answer, int tries) {}

    /** Makes a signed request, again and again as long as that has a chance. */
    Sent send(StoreKey key, HttpCalls.Call call) throws IOException {
        Tries tries = new Tries(key, patience);
        for (int number = 1; ; number++) {
            try {
                Map<String, String> headers = admitted(call.method(), call.uri(), call.headers(), call.body());
                HttpCalls.Answer answer = calls.call(
                        new HttpCalls.Call(call.method(), call.uri(), headers, call.body()),
                        null,
                        patience.within(call.body().length));
                if (!answer.isTemporary()) {
                    return new Sent(answer, number);
                }
                tries.failed(answer);
            } catch (HttpCalls.Interruption e) {
                tries.failed(e);
            }
        }
    }

    IOException refusal(StoreKey key, HttpCalls.Answer answer) {
        if (answer.status() == 501) {
            return new UnsupportedFeatureException(
                    "s3-feature", key.path(), "this server does not know what it was asked for");
        }
        return answer.status() == 412
                ? new FileAlreadyExistsException(key.path().toString())
                : new java.nio.file.FileSystemException(key.path().toString(), null, explain(answer));
    }

    @Override
    public void close() {}
}
