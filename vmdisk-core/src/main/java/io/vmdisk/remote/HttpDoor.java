package io.vmdisk.remote;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** What differs between places that speak HTTP. */
interface HttpDoor {
    /** Where an object is. */
    URI uri(StoreKey key);

    /**
     * The headers of a request with those that let it in.
     *
     * @param uri a place that {@link #uri} named, and never another that a server sent us to
     */
    Map<String, String> admitted(String method, URI uri, Map<String, String> headers, byte[] body) throws IOException;

    /** Whether other places are asked when a server says so. */
    boolean followsRedirects();

    /** Why an answer lets nobody in, or refuses otherwise, and what to do about it. */
    String explain(HttpCalls.Answer answer);
}
