package io.vmdisk.remote;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to S3: Amazon's <i>Signature Version 4</i>, with the digest of the whole body.
 *
 * @param login who signs
 * @param region for which the signature is good
 */
record AwsSignature(AwsSettings.Login login, String region) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DATE_LETTERS = 8;
    private static final String SERVICE = "s3";

    /**
     * The headers of a request, with those that sign it.
     *
     * @param uri encoded as it goes over the wire; the words of its query are encoded as {@link UriText} does
     * @param headers all are signed
     */
    Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body, Instant now) {
        String time = TIME.format(now);
        String digest = hex(sha256(body));
        Map<String, String> sent = new LinkedHashMap<>(headers);
        sent.put("x-amz-content-sha256", digest);
        sent.put("x-amz-date", time);
        if (!login.token().isEmpty()) {
            sent.put("x-amz-security-token", login.token());
        }
        SortedMap<String, String> signed = new TreeMap<>();
        sent.forEach((name, value) ->
                signed.put(name.toLowerCase(Locale.ROOT), value.strip().replaceAll(" +", " ")));
        signed.put("host", uri.getRawAuthority());
        String names = String.join(";", signed.keySet());
        StringBuilder request = new StringBuilder();
        request.append(method).append('\n');
        request.append(uri.getRawPath()).append('\n');
        request.append(query(uri)).append('\n');
        signed.forEach(
                (name, value) -> request.append(name).append(':').append(value).append('\n'));
        request.append('\n').append(names).append('\n').append(digest);
        String scope = time.substring(0, DATE_LETTERS) + '/' + region + '/' + SERVICE + "/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n' + hex(sha256(bytes(request.toString())));
        sent.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + login.id() + '/' + scope + ", SignedHeaders=" + names + ", Signature="
                        + hex(hmac(key(time.substring(0, DATE_LETTERS)), text)));
        return sent;
    }

    private byte[] key(String date) {
        byte[] key = bytes("AWS4" + login.secret());
        for (String step : List.of(date, region, SERVICE, "aws4_request")) {
            key = hmac(key, step);
        }
        return key;
    }

    /** The words by name, each with its sign of equality. */
    private static String query(URI uri) {
        String raw = uri.getRawQuery();
        if (raw == null) {
            return "";
        }
        List<String> words = new ArrayList<>();
        for (String word : raw.split("&", -1)) {
            words.add(word.indexOf('=') < 0 ? word + '=' : word);
        }
        words.sort(null);
        return String.join("&", words);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
