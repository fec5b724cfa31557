package io.vmdisk.remote;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Names and passwords for web servers, from the {@code .netrc} of curl, ftp and git: {@code machine HOST login NAME password
 * WORD}, or {@code default}. They are only sent over TLS, or to this machine itself.
 */
final class Logins {
    private static final int MOST_BYTES = 1 << 20;

    private final Surroundings surroundings;

    Logins(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The header that lets us in, if the user has a password there. */
    Optional<String> header(URI uri) throws IOException {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        boolean here = host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
        if (!here && !"https".equals(uri.getScheme())) {
            return Optional.empty();
        }
        Optional<Path> file = surroundings.file("NETRC", ".netrc");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        String text = new String(Volume.system().readAll(file.get(), MOST_BYTES), StandardCharsets.UTF_8);
        return find(text, host)
                .map(login -> "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    /** {@code NAME:WORD} of the first entry that fits. */
    static Optional<String> find(String text, String host) {
        Iterator<String> words = List.of(text.replaceAll("(?m)^\\s*#.*$|(?ms)^\\s*macdef\\b.*?(?:^\\s*$|\\z)", "")
                        .trim()
                        .split("\\s+"))
                .iterator();
        boolean fits = false;
        String login = "";
        while (words.hasNext()) {
            String word = words.next();
            if (word.equals("default")) {
                fits = true;
                login = "";
            } else if (words.hasNext()) {
                String value = words.next();
                switch (word) {
                    case "machine" -> {
                        fits = value.toLowerCase(Locale.ROOT).equals(host);
                        login = "";
                    }
                    case "login" -> login = value;
                    case "password" -> {
                        if (fits) {
                            return Optional.of(login + ':' + value);
                        }
                    }
                    default -> {}
                }
            }
        }
        return Optional.empty();
    }
}
