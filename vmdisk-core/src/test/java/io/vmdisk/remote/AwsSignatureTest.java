package io.vmdisk.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of "Signature Calculations for the Authorization Header" in the API reference of Amazon S3. */
class AwsSignatureTest {
    private static final Instant TIME = Instant.parse("2013-05-24T00:00:00Z");
    private static final AwsSignature SIGNATURE = new AwsSignature(
            new AwsSettings.Login("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""), "us-east-1");

    private static String signature(String method, String target, Map<String, String> headers, String body) {
        URI uri = URI.create("https://examplebucket.s3.amazonaws.com" + target);
        String all = SIGNATURE
                .sign(method, uri, headers, body.getBytes(StandardCharsets.UTF_8), TIME)
                .get("Authorization");
        return all.substring(all.indexOf("Signature=") + "Signature=".length());
    }

    @Test
    void getOfARange() {
        assertThat(signature("GET", "/test.txt", Map.of("Range", "bytes=0-9"), ""))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void putOfAnObject() {
        Map<String, String> headers =
                Map.of("Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY");

        assertThat(signature("PUT", "/test%24file.text", headers, "Welcome to Amazon S3."))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void aWordOfAQueryWithoutAValue() {
        assertThat(signature("GET", "/?lifecycle", Map.of(), ""))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    @Test
    void aListing() {
        assertThat(signature("GET", "/?max-keys=2&prefix=J", Map.of(), ""))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void aSecretIsNotShown() {
        assertThat(SIGNATURE.toString()).contains("AKIAIOSFODNN7EXAMPLE").doesNotContain("wJalr");
    }
}
