package io.vmdisk.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The address of a file in a store, as users write it. Reading an address connects to nothing and starts nothing.
 *
 * <ul>
 *   <li>{@code http://HOST[:PORT]/PATH} and {@code https://…}: a URI, in which a blank is {@code %20}; a query, such as the
 *       signature of a presigned address, is sent for this file alone
 *   <li>{@code s3://BUCKET/KEY}: the key as it is, without escapes
 *   <li>{@code FILE.ova!/MEMBER}, {@code FILE.tar!/MEMBER}: FILE is a local file or one of the above
 * </ul>
 *
 * <p>Immutable; threads may share it as they may share its store.
 *
 * @since 0.1
 */
public final class StoreAddress {
    private static final String MEMBER = "!/";
    /** Made when it is needed, which most programs never do. */
    private static final class Secrets {
        /** An address with its user, its path and its query. */
        static final Pattern ADDRESS =
                Pattern.compile("(https?://)([^/\\s'\"]*@)?([^?\\s'\"]*)(\\?[^\\s'\"!]*)?", Pattern.CASE_INSENSITIVE);
    }

    private final RangeStore store;
    private final String key;

    private StoreAddress(RangeStore store, String key) {
        this.store = store;
        this.key = key;
    }

    /**
     * {@return whether a text is meant as such an address, valid or not}
     *
     * @param text as a user gives it
     */
    public static boolean isOne(String text) {
        return isWeb(text) || isS3(text) || memberOf(text) >= 0;
    }

    private static boolean isWeb(String text) {
        return begins(text, "http://") || begins(text, "https://");
    }

    private static boolean isS3(String text) {
        return begins(text, "s3://");
    }

    private static boolean begins(String text, String scheme) {
        return text.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    /** Where the name of an archive ends in a text that names a member; -1 if it names none. */
    private static int memberOf(String text) {
        for (int at = text.lastIndexOf(MEMBER); at > 0; at = text.lastIndexOf(MEMBER, at - 1)) {
            String archive = text.substring(0, at).toLowerCase(Locale.ROOT);
            if (archive.endsWith(".ova") || archive.endsWith(".tar")) {
                return at;
            }
        }
        return -1;
    }

    /**
     * Reads an address.
     *
     * @param text in one of the forms above
     * @return the address; nothing is asked of the store yet
     * @throws IllegalArgumentException if it is not valid; the message is for the user and holds no secret
     */
    public static StoreAddress parse(String text) {
        return parse(text, Surroundings.OWN, Patience.USUAL);
    }

    static StoreAddress parse(String text, Surroundings surroundings, Patience patience) {
        int member = memberOf(text);
        if (member >= 0) {
            String archive = text.substring(0, member);
            Path file = isOne(archive) ? parse(archive, surroundings, patience).path() : local(archive);
            return new StoreAddress(new TarStore(file), checked(text.substring(member + MEMBER.length())));
        }
        if (isS3(text)) {
            return s3(text, surroundings, patience);
        }
        if (isWeb(text)) {
            return web(text, surroundings, patience);
        }
        throw new IllegalArgumentException("'" + text + "' is no address of a file in a store");
    }

    private static Path local(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file can have the name '" + text + "'", e);
        }
    }

    private static StoreAddress s3(String text, Surroundings surroundings, Patience patience) {
        String rest = text.substring("s3://".length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,254}")) {
            throw new IllegalArgumentException("'" + text + "' names no bucket: expected s3://BUCKET/KEY");
        }
        String key = slash < 0 ? "" : rest.substring(slash + 1);
        return new StoreAddress(new S3Store(bucket, surroundings, patience), checked(key));
    }

    private static StoreAddress web(String text, Surroundings surroundings, Patience patience) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the address is no URI: " + e.getReason() + " (a blank is written %20)");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "a name and password in the address would be seen by everybody: write them into ~/.netrc");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("the address names no host");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("the address has a part behind #, which means nothing here");
        }
        List<String> parts = new ArrayList<>();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty()
                ? ""
                : uri.getRawPath().substring(1);
        for (String part : path.split("/", -1)) {
            String name = UriText.decoded(part);
            if (name.indexOf('/') >= 0) {
                throw new IllegalArgumentException("a name in the address has a slash in it");
            }
            parts.add(name);
        }
        String key = checked(String.join("/", parts));
        String origin = uri.getScheme().toLowerCase(Locale.ROOT) + "://"
                + uri.getRawAuthority().toLowerCase(Locale.ROOT);
        Map<String, String> queries = uri.getRawQuery() == null ? Map.of() : Map.of(key, uri.getRawQuery());
        return new StoreAddress(new HttpStore(origin, queries, new Logins(surroundings), patience), key);
    }

    /** A key without the slash behind a folder. */
    private static String checked(String text) {
        String key = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        for (String part : key.split("/", -1)) {
            boolean empty = part.isEmpty() && !key.isEmpty();
            if (empty || part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "a part of the address between slashes is no name: '" + part.replace('\0', ' ') + "'");
            }
        }
        return key;
    }

    /**
     * Removes user names, passwords and queries, which may be signatures, from the addresses of web servers in a text.
     *
     * @param text any, such as a message
     * @return the text without them
     */
    public static String withoutSecrets(String text) {
        return Secrets.ADDRESS.matcher(text).replaceAll("$1$3");
    }

    /**
     * {@return the file, in a new file system that asks for nothing until it is used; closing that file system closes
     * the store}
     */
    public Path path() {
        return StoreFileSystem.of(store).getPath("/" + key);
    }
}
