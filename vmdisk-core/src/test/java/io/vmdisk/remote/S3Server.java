package io.vmdisk.remote;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/** As much of S3 as vmdisk speaks, over objects in memory; every signature must be right. */
public final class S3Server implements Closeable {
    /** Who may come in. */
    public static final String ID = "AKIDEXAMPLE";

    /** With this. */
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public static final String REGION = "eu-test-1";
    private static final String BUCKET = "/bucket";
    private static final int PAGE = 3;

    private final SortedMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<String, SortedMap<Integer, byte[]>> uploads = new HashMap<>();
    private final RangeServer server = new RangeServer(this::answer);

    public S3Server() throws IOException {}

    /** By key. */
    public SortedMap<String, byte[]> objects() {
        return objects;
    }

    /** Those that were neither finished nor taken back. */
    public int uploads() {
        synchronized (uploads) {
            return uploads.size();
        }
    }

    public String endpoint() {
        return server.origin();
    }

    public List<RangeServer.Request> requests() {
        return server.requests();
    }

    private RangeServer.Answer answer(RangeServer.Request request) throws IOException {
        if (!isSigned(request)) {
            return RangeServer.Answer.of(403).with(xml("<Error><Code>SignatureDoesNotMatch</Code></Error>"));
        }
        URI uri = URI.create(request.target());
        Map<String, String> query = new LinkedHashMap<>();
        if (uri.getRawQuery() != null) {
            for (String word : uri.getRawQuery().split("&")) {
                int equals = word.indexOf('=');
                query.put(
                        equals < 0 ? word : word.substring(0, equals),
                        equals < 0 ? "" : URLDecoder.decode(word.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        if (uri.getPath().equals(BUCKET)) {
            return list(query);
        }
        String key = uri.getPath().substring(BUCKET.length() + 1);
        return switch (request.method()) {
            case "GET" ->
                objects.containsKey(key)
                        ? RangeServer.ranged(request, objects.get(key), "\"" + objects.get(key).length + "\"")
                        : RangeServer.Answer.of(404).with(xml("<Error><Code>NoSuchKey</Code></Error>"));
            case "PUT", "POST", "DELETE" -> write(request, key, query);
            default -> RangeServer.Answer.of(405);
        };
    }

    private boolean isSigned(RangeServer.Request request) {
        String authorization = request.headers().getOrDefault("authorization", "");
        int from = authorization.indexOf("SignedHeaders=");
        if (from < 0) {
            return false;
        }
        String names = authorization.substring(from + 14, authorization.indexOf(',', from));
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : names.split(";")) {
            if (!name.equals("host") && !name.matches("x-amz-(date|content-sha256|security-token)")) {
                headers.put(name, request.headers().get(name));
            }
        }
        Instant time = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .parse(request.headers().get("x-amz-date"), Instant::from);
        URI uri = URI.create("http://" + request.headers().get("host") + request.target());
        String expected = new AwsSignature(new AwsSettings.Login(ID, SECRET, ""), REGION)
                .sign(request.method(), uri, headers, request.body(), time)
                .get("Authorization");
        return authorization.equals(expected) && names.contains("host");
    }

    private RangeServer.Answer list(Map<String, String> query) {
        String prefix = query.get("prefix");
        TreeSet<String> names = new TreeSet<>();
        for (String key : objects.keySet()) {
            if (key.startsWith(prefix)) {
                int slash = key.indexOf('/', prefix.length());
                names.add(slash < 0 ? key : key.substring(0, slash + 1));
            }
        }
        List<String> page = new ArrayList<>(names.tailSet(query.getOrDefault("continuation-token", "")));
        StringBuilder text = new StringBuilder("<ListBucketResult>");
        for (String name : page.subList(0, Math.min(PAGE, page.size()))) {
            String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
            text.append(
                    name.endsWith("/")
                            ? "<CommonPrefixes><Prefix>" + encoded + "</Prefix></CommonPrefixes>"
                            : "<Contents><Key>" + encoded + "</Key><Size>1</Size></Contents>");
        }
        if (page.size() > PAGE) {
            text.append("<NextContinuationToken>").append(page.get(PAGE)).append("</NextContinuationToken>");
        }
        return RangeServer.Answer.of(200).with(xml(text + "</ListBucketResult>"));
    }

    private RangeServer.Answer write(RangeServer.Request request, String key, Map<String, String> query)
            throws IOException {
        synchronized (uploads) {
            String id = query.get("uploadId");
            boolean only = "*".equals(request.headers().get("if-none-match"));
            if (only && objects.containsKey(key)) {
                return RangeServer.Answer.of(412);
            }
            if (query.containsKey("uploads")) {
                String fresh = "up+load/" + (uploads.size() + 1) + "==";
                uploads.put(fresh, new TreeMap<>());
                return RangeServer.Answer.of(200).with(xml("<R><UploadId>" + fresh + "</UploadId></R>"));
            }
            if (id == null) {
                objects.put(key, request.body());
                return RangeServer.Answer.of(200);
            }
            if (!uploads.containsKey(id)) {
                return RangeServer.Answer.of(404);
            }
            if (request.method().equals("PUT")) {
                uploads.get(id).put(Integer.parseInt(query.get("partNumber")), request.body());
                return RangeServer.Answer.of(200, "ETag", "\"part\"");
            }
            SortedMap<Integer, byte[]> parts = uploads.remove(id);
            if (request.method().equals("POST")) {
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                for (byte[] part : parts.values()) {
                    whole.write(part);
                }
                objects.put(key, whole.toByteArray());
            }
            return RangeServer.Answer.of(200);
        }
    }

    private static byte[] xml(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
