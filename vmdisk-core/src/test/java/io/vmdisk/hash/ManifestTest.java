package io.vmdisk.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final Path FILE = MemoryVolume.folder().resolve("m");
    private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";
    private static final Manifest MANIFEST =
            new Manifest(4096, Map.of(HashAlgorithm.MD5, MD5), Optional.of("ab".repeat(32)));

    private static Manifest read(String text) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        volume.put(FILE, text.getBytes(StandardCharsets.UTF_8));
        return Manifest.read(FILE, volume);
    }

    @Test
    void readsWhatItWrites() throws IOException {
        assertThat(read(MANIFEST.text())).isEqualTo(MANIFEST);
        assertThat(MANIFEST.text())
                .isEqualTo(
                        "vmdisk-manifest 1\ncapacity 4096\nmd5 " + MD5 + "\nvmdisk-tree-1 " + "ab".repeat(32) + "\n");
    }

    @Test
    void passesOverTheSignatureAroundIt() throws IOException {
        String signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + MANIFEST.text()
                + "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE\n-----END PGP SIGNATURE-----\n";

        assertThat(read(signed)).isEqualTo(MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vmdisk-manifest 2\ncapacity 1\n",
                "vmdisk-manifest 1\n",
                "vmdisk-manifest 1\ncapacity 4096\n",
                "vmdisk-manifest 1\ncapacity -1\nmd5 " + MD5 + "\n",
                "vmdisk-manifest 1\ncapacity 4096\nmd5 " + MD5 + "0\n",
                "vmdisk-manifest 1\ncapacity 4096\nmd9 " + MD5 + "\n",
                "vmdisk-manifest 1\ncapacity 4096\nmd5 " + MD5 + "\nmd5 " + MD5 + "\n",
                "vmdisk-manifest 1\ncapacity 4096\nmd5 " + MD5 + "\nvmdisk-manifest 1\n",
                "vmdisk-manifest 1\ncapacity 4096\nmd5\n",
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedFileException.class);
    }
}
