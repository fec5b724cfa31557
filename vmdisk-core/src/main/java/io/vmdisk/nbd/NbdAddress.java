package io.vmdisk.nbd;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where an NBD server is, and which of its exports is meant: a URI of the NBD specification, or a program to start.
 *
 * <ul>
 *   <li>{@code nbd://HOST[:PORT]/EXPORT}
 *   <li>{@code nbds://HOST[:PORT]/EXPORT[?tls-certificates=DIR]}, over TLS
 *   <li>{@code nbd+unix:///EXPORT?socket=PATH}
 *   <li>{@code nbd+exec:COMMAND}, a line for the shell: its standard input and output are the connection
 * </ul>
 *
 * @param place where the server is
 * @param export the name of the export; empty for the server's default
 * @since 0.1
 */
public record NbdAddress(Place place, String export) {
    private static final String EXEC = "nbd+exec:";
    private static final int PORT = 10809;

    /** How the server is reached. */
    public sealed interface Place {
        /**
         * TCP.
         *
         * @param host a name or an address; of IPv6 without brackets
         * @param port 10809 if the address names none
         */
        record Network(String host, int port) implements Place {}

        /**
         * TCP with TLS; the server's certificate must be for that host.
         *
         * @param host a name or an address; of IPv6 without brackets
         * @param port 10809 if the address names none
         * @param certificates a folder with {@code ca-cert.pem}, and with {@code client-cert.pem} and {@code
         *     client-key.pem} if the server asks clients for a certificate; empty for the authorities that Java trusts
         */
        record Secure(String host, int port, Optional<Path> certificates) implements Place {}

        /**
         * A Unix socket.
         *
         * @param socket its path
         */
        record Local(Path socket) implements Place {}

        /**
         * A program that is started for this connection.
         *
         * @param command a line for the shell
         */
        record Program(String command) implements Place {}
    }

    /**
     * {@return whether a text is meant as such an address, valid or not}
     *
     * @param text as a user gives it
     */
    public static boolean isOne(String text) {
        return text.startsWith("nbd://")
                || text.startsWith("nbds://")
                || text.startsWith("nbd+unix:")
                || text.startsWith(EXEC);
    }

    /**
     * Reads an address.
     *
     * @param text in one of the forms above; in a URI a blank is {@code %20}
     * @return the address; nothing is connected or started yet
     * @throws IllegalArgumentException if it is not valid; the message is for the user
     */
    public static NbdAddress parse(String text) {
        if (text.startsWith(EXEC)) {
            String command = text.substring(EXEC.length()).strip();
            if (command.isEmpty()) {
                throw new IllegalArgumentException("'" + text + "': the command is missing");
            }
            return new NbdAddress(new Place.Program(command), "");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no URI: " + e.getReason() + " (a blank is written %20)", e);
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        String export = path.startsWith("/") ? path.substring(1) : path;
        if (export.getBytes(StandardCharsets.UTF_8).length > Protocol.MAX_STRING_BYTES) {
            throw new IllegalArgumentException("the name of the export is too long");
        }
        Map<String, String> query = query(uri);
        if ("nbd+unix".equals(uri.getScheme())) {
            String socket = query.get("socket");
            if (socket == null || socket.isEmpty()) {
                throw new IllegalArgumentException("'" + text + "': ?socket=PATH is missing");
            }
            return new NbdAddress(new Place.Local(path(socket)), export);
        }
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("'" + text + "': the host is missing");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() < 0 ? PORT : uri.getPort();
        Place place = "nbds".equals(uri.getScheme())
                ? new Place.Secure(
                        bare,
                        port,
                        Optional.ofNullable(query.get("tls-certificates")).map(NbdAddress::path))
                : new Place.Network(bare, port);
        return new NbdAddress(place, export);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file can have the name '" + text + "'", e);
        }
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> found = new LinkedHashMap<>();
        String raw = uri.getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    // A plus is itself here, unlike in forms.
                    String value = pair.substring(equals + 1).replace("+", "%2B");
                    found.put(pair.substring(0, equals), URLDecoder.decode(value, StandardCharsets.UTF_8));
                }
            }
        }
        return found;
    }
}
