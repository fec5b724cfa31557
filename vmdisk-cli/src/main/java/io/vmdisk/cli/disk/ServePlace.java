package io.vmdisk.cli.disk;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a server listens, as clients name it: a URI of the NBD specification. */
sealed interface ServePlace {
    /** The address of an export. */
    String uri(String export);

    /** Whether what is sent there is encrypted. */
    default boolean encrypted() {
        return false;
    }

    private static String uri(String scheme, String authority, String export, @Nullable String query) {
        try {
            return new URI(scheme, authority, "/" + export, query, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A Unix socket.
     *
     * @param socket its name
     */
    record Local(Path socket) implements ServePlace {
        @Override
        public String uri(String export) {
            return ServePlace.uri("nbd+unix", "", export, "socket=" + socket);
        }
    }

    /**
     * TCP.
     *
     * @param address where it listens
     * @param encrypted whether with TLS only
     */
    record Network(InetSocketAddress address, boolean encrypted) implements ServePlace {
        @Override
        public String uri(String export) {
            String host = address.getHostString();
            String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
            return ServePlace.uri(encrypted ? "nbds" : "nbd", authority, export, null);
        }
    }
}
