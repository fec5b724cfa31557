package io.vmdisk.remote;

import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A web server that gives ranges of its files. It lists none. */
final class HttpStore implements RangeStore, HttpDoor {
    private final String origin;
    /** What follows the question mark in the one address that the user gave; often a signature. */
    private final Map<String, String> queries;

    private final Logins logins;
    private final HttpRanges ranges;

    /**
     * A server.
     *
     * @param origin scheme, host and port, without a slash at the end
     * @param queries by the names of objects
     */
    HttpStore(String origin, Map<String, String> queries, Logins logins, Patience patience) {
        this.origin = origin;
        this.queries = queries;
        this.logins = logins;
        this.ranges = new HttpRanges(new HttpCalls(), this, patience);
    }

    @Override
    public String name() {
        return origin;
    }

    @Override
    public URI uri(StoreKey key) {
        String query = queries.get(key.name());
        return URI.create(origin + '/' + UriText.encoded(key.name()) + (query == null ? "" : "?" + query));
    }

    @Override
    public Map<String, String> admitted(String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException {
        Optional<String> login = logins.header(uri);
        if (login.isEmpty()) {
            return headers;
        }
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Authorization", login.get());
        return all;
    }

    @Override
    public boolean followsRedirects() {
        return true;
    }

    @Override
    public String explain(HttpCalls.Answer answer) {
        return switch (answer.status()) {
            case 401, 403 ->
                "the server lets nobody in without a name and password, or not this one: a line 'machine HOST login NAME"
                        + " password WORD' in ~/.netrc gives one";
            default -> "the server answered " + answer.status();
        };
    }

    @Override
    public Optional<Look> look(StoreKey key) throws IOException {
        return key.name().isEmpty() ? Optional.empty() : ranges.look(key);
    }

    @Override
    public void read(StoreKey key, StoredObject seen, long at, ByteBuffer into) throws IOException {
        ranges.read(key, seen, at, into);
    }

    @Override
    public List<Entry> list(StoreKey folder) throws IOException {
        throw new UnsupportedFeatureException(
                "no-listing",
                folder.path(),
                "web servers do not say what is in a folder",
                "name a disk or a .vmx in it; what those name is found");
    }

    @Override
    public void close() {}
}
