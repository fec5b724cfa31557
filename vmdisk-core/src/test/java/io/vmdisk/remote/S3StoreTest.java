package io.vmdisk.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskHash;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3StoreTest {
    private static final Path TESTDATA = Path.of(System.getProperty("vmdisk.testdata", "../testdata"));
    private static final Patience PATIENCE =
            new Patience(3, Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofSeconds(30), 1 << 30, time -> {});

    private static Map<String, String> login(S3Server server) {
        return new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL_S3", server.endpoint() + "/",
                "AWS_REGION", S3Server.REGION,
                "AWS_ACCESS_KEY_ID", S3Server.ID,
                "AWS_SECRET_ACCESS_KEY", S3Server.SECRET));
    }

    private static Path path(Map<String, String> variables, String address) {
        return StoreAddress.parse(address, new Surroundings(variables::get, name -> null), PATIENCE)
                .path();
    }

    private static void addSample(S3Server server, String folder) throws IOException {
        try (Stream<Path> files = Files.list(TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                server.objects().put(folder + file.getFileName(), Files.readAllBytes(file));
            }
        }
    }

    @Test
    void aChainIsReadAsFromAFolderAndTheFolderListed() throws IOException {
        try (S3Server server = new S3Server()) {
            addSample(server, "vms/web 01+ü/");
            server.objects().put("vms/other.txt", new byte[1]);
            Path top = path(login(server), "s3://bucket/vms/web 01+ü/web01-000002.vmdk");
            DiskHash hash = new DiskHash(3, Progress.NONE);
            try (VirtualDisk disk = VirtualDisk.open(top);
                    VirtualDisk local = VirtualDisk.open(TESTDATA.resolve("web01/web01-000002.vmdk"))) {
                assertThat(hash.treeRoot(disk)).isEqualTo(hash.treeRoot(local));
            }

            assertThat(Volume.system().list(top.getParent())).hasSize(9).contains(top);
            assertThat(Volume.system().list(top.getRoot().resolve("vms")).stream()
                            .map(Path::toString))
                    .containsExactly("s3://bucket/vms/other.txt", "s3://bucket/vms/web 01+ü");
            assertThat(Volume.system().exists(top.resolveSibling("none.vmdk"))).isFalse();
        }
    }

    @Test
    void aWrongKeyIsRefusedAndNotShown() throws IOException {
        try (S3Server server = new S3Server()) {
            Map<String, String> wrong = login(server);
            wrong.put("AWS_SECRET_ACCESS_KEY", "an0ther");

            assertThatThrownBy(() -> VirtualDisk.open(path(wrong, "s3://bucket/x.vmdk")))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("SignatureDoesNotMatch")
                    .hasMessageNotContaining("an0ther");
            wrong.remove("AWS_SECRET_ACCESS_KEY");
            assertThatThrownBy(() -> VirtualDisk.open(path(wrong, "s3://bucket/x.vmdk")))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("no key is set");
        }
    }

    @Test
    void aProfileIsReadFromItsFiles(@TempDir Path home) throws IOException {
        Files.createDirectory(home.resolve(".aws"));
        try (S3Server server = new S3Server()) {
            server.objects().put("x", new byte[7]);
            Files.writeString(
                    home.resolve(".aws/config"),
                    "[default]\nregion = nowhere\n[profile lab]\n# ours\nregion=" + S3Server.REGION
                            + "\nendpoint_url = " + server.endpoint() + "\n");
            Files.writeString(
                    home.resolve(".aws/credentials"),
                    "[default]\naws_access_key_id = no\n[lab]\naws_access_key_id = " + S3Server.ID
                            + "\naws_secret_access_key = " + S3Server.SECRET + "\n");
            Map<String, String> variables = Map.of("HOME", home.toString(), "AWS_PROFILE", "lab");

            assertThat(Volume.system().facts(path(variables, "s3://bucket/x")).size())
                    .isEqualTo(7);
        }
    }

    private static void write(NewObject object, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        for (int step = 1; bytes.hasRemaining(); step = Math.min(1 << 20, 3 * step)) {
            int count = Math.min(step, bytes.remaining());
            object.content().write(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
    }

    @Test
    void aNewObjectIsThereOnceItIsPublished() throws IOException {
        byte[] large = Patterns.random(3, (17 << 20) + 5);
        byte[] small = Patterns.random(4, 999);
        for (byte[] content : List.of(large, small, new byte[0])) {
            try (S3Server server = new S3Server()) {
                Path path = path(login(server), "s3://bucket/a/b c.raw");
                try (NewObject object = StoreFileSystem.create(path)) {
                    write(object, content);
                    assertThat(server.objects()).isEmpty();
                    object.publish();
                }

                assertThat(server.objects().get("a/b c.raw")).isEqualTo(content);
                assertThat(server.uploads()).isZero();
                Path again = path(login(server), "s3://bucket/a/b c.raw");
                assertThatThrownBy(() -> StoreFileSystem.create(again)).isInstanceOf(FileAlreadyExistsException.class);
                try (BlockFile file = Volume.system().open(again, OpenMode.READ)) {
                    ByteBuffer read = ByteBuffer.allocate(content.length);
                    file.readFully(0, read);
                    assertThat(read.array()).isEqualTo(content);
                }
            }
        }
    }

    @Test
    void whatIsNotPublishedLeavesNothing() throws IOException {
        try (S3Server server = new S3Server()) {
            try (NewObject object = StoreFileSystem.create(path(login(server), "s3://bucket/x"))) {
                write(object, new byte[9 << 20]);
                assertThat(server.uploads()).isEqualTo(1);
            }

            assertThat(server.objects()).isEmpty();
            assertThat(server.uploads()).isZero();
        }
    }

    @Test
    void whoComesSecondDoesNotReplaceTheFirst() throws IOException {
        try (S3Server server = new S3Server()) {
            try (NewObject object = StoreFileSystem.create(path(login(server), "s3://bucket/x"))) {
                write(object, new byte[5]);
                server.objects().put("x", new byte[1]);

                assertThatThrownBy(object::publish).isInstanceOf(FileAlreadyExistsException.class);
            }
            assertThat(server.objects().get("x")).hasSize(1);
        }
    }

    @Test
    void partsGrowSoThatTenThousandAreEnough() {
        long all = 0;
        for (int number = 1; number <= 10_000; number++) {
            assertThat(S3Upload.partBytes(number)).isBetween(8 << 20, 512 << 20);
            all += S3Upload.partBytes(number);
        }
        assertThat(all).isGreaterThan(1L << 40);
    }

    @Test
    void anEndpointOrRegionThatIsNoneIsTold() {
        for (Map<String, String> wrong : List.of(
                Map.of("AWS_ENDPOINT_URL", "https://me:s3cret@host"),
                Map.of("AWS_ENDPOINT_URL", "ftp://host"),
                Map.of("AWS_REGION", "a.b/c"))) {
            assertThatThrownBy(() -> VirtualDisk.open(path(wrong, "s3://bucket/x")))
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("s3cret");
        }
    }
}
