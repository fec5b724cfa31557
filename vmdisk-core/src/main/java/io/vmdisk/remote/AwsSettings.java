package io.vmdisk.remote;

import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where S3 is and who we are there: from the variables and files that Amazon's tools use.
 *
 * <p>In order: {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and {@code AWS_SESSION_TOKEN}; their properties of
 * the JVM; the profile {@code AWS_PROFILE} of {@code ~/.aws/credentials} and {@code ~/.aws/config}. Nobody else is asked:
 * no program is started, and no server of a cloud. Without a login requests are not signed.
 *
 * @param endpoint scheme, host and port
 * @param region for signatures
 * @param login who we are, if anybody
 */
record AwsSettings(URI endpoint, String region, Optional<Login> login) {
    private static final int MOST_BYTES = 1 << 20;

    /**
     * A key.
     *
     * @param id of the key
     * @param secret never shown
     * @param token of a session; empty for none
     */
    record Login(String id, String secret, String token) {
        /** Without what is secret. */
        @Override
        public String toString() {
            return "Login " + id;
        }
    }

    /** What the surroundings say. */
    static AwsSettings of(Surroundings from) throws IOException {
        String profile = from.variable("AWS_PROFILE", "aws.profile").orElse("default");
        Map<String, String> file = new HashMap<>();
        addProfile(file, from.file("AWS_CONFIG_FILE", ".aws/config"), profile);
        addProfile(file, from.file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"), profile);
        String region = from.variable("AWS_REGION", "aws.region")
                .or(() -> from.variable("AWS_DEFAULT_REGION"))
                .or(() -> Optional.ofNullable(file.get("region")))
                .orElse("us-east-1");
        if (!region.matches("[a-zA-Z0-9-]{1,64}")) {
            throw new IOException("the region of S3 that is set is none");
        }
        String endpoint = from.variable("AWS_ENDPOINT_URL_S3", "aws.endpointUrlS3")
                .or(() -> from.variable("AWS_ENDPOINT_URL", "aws.endpointUrl"))
                .or(() -> Optional.ofNullable(file.get("endpoint_url")))
                .orElse("https://s3." + region + ".amazonaws.com");
        return new AwsSettings(endpoint(endpoint), region, login(from, file));
    }

    private static Optional<Login> login(Surroundings from, Map<String, String> file) {
        Optional<String> id = from.variable("AWS_ACCESS_KEY_ID", "aws.accessKeyId");
        Optional<String> secret = from.variable("AWS_SECRET_ACCESS_KEY", "aws.secretAccessKey");
        if (id.isPresent() && secret.isPresent()) {
            String token =
                    from.variable("AWS_SESSION_TOKEN", "aws.sessionToken").orElse("");
            return Optional.of(new Login(id.get(), secret.get(), token));
        }
        String fileId = file.get("aws_access_key_id");
        String fileSecret = file.get("aws_secret_access_key");
        return fileId == null || fileSecret == null
                ? Optional.empty()
                : Optional.of(new Login(fileId, fileSecret, file.getOrDefault("aws_session_token", "")));
    }

    private static URI endpoint(String text) throws IOException {
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getUserInfo() == null && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the text, which may hold a password.
        }
        throw new IOException("the endpoint of S3 that is set is no address such as https://host:9000");
    }

    /** Adds what a file says of a profile, in Windows' old form of settings. */
    private static void addProfile(Map<String, String> to, Optional<Path> file, String profile) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        String text = new String(Volume.system().readAll(file.get(), MOST_BYTES), StandardCharsets.UTF_8);
        boolean ours = false;
        for (String line : text.split("\\R", -1)) {
            String words = line.strip();
            int equals = words.indexOf('=');
            if (words.startsWith("[") && words.endsWith("]")) {
                String name = words.substring(1, words.length() - 1).strip();
                ours = name.equals(profile) || name.equals("profile " + profile);
            } else if (ours && equals > 0 && !words.startsWith("#") && !words.startsWith(";")) {
                to.put(
                        words.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        words.substring(equals + 1).strip());
            }
        }
    }
}
