package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.remote.RangeServer;
import io.vmdisk.remote.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Types what stands in docs/stores.md into a shell. */
@Tag("long")
@DisabledOnOs(OS.WINDOWS)
class StoresGuideTest {
    @TempDir
    Path temp;

    private final ShellPage page = new ShellPage("stores.md");

    StoresGuideTest() throws IOException {}

    @Test
    void hasNoBlockThatIsNotTypedHere() {
        assertThat(page.names()).containsExactly("web", "archive", "bucket");
    }

    @Test
    void readsADiskOfAWebServer() throws IOException {
        try (RangeServer server = new RangeServer(request -> {
            Path file = Sample.TESTDATA.resolve(request.target().substring(1));
            return Files.isRegularFile(file)
                    ? RangeServer.ranged(request, Files.readAllBytes(file), "\"one\"")
                    : RangeServer.Answer.of(404);
        })) {
            ShellPage.Typed typed = page.type("web", temp, "PLACE=" + server.origin() + "\n");

            assertThat(typed.out()).contains("no damage found", Sample.digest(), "the content is the same");
            assertThat(typed.folder().resolve("sector")).hasSize(512);
            assertThat(typed.folder().resolve("copy.vmdk")).isRegularFile();
        }
    }

    @Test
    void readsADiskInAnArchive() throws IOException {
        assertThat(page.type("archive", temp).out()).contains("streamOptimized", "the content is the same");
    }

    @Test
    void readsAndWritesABucket() throws IOException {
        try (S3Server server = new S3Server();
                Stream<Path> files = Files.list(Sample.TESTDATA.resolve("web01"))) {
            for (Path file : files.toList()) {
                server.objects().put("vms/web01/" + file.getFileName(), Files.readAllBytes(file));
            }
            String variables = "export AWS_ENDPOINT_URL_S3=" + server.endpoint() + " AWS_REGION=" + S3Server.REGION
                    + " AWS_ACCESS_KEY_ID=" + S3Server.ID + " AWS_SECRET_ACCESS_KEY=" + S3Server.SECRET + "\n";

            assertThat(page.type("bucket", temp, variables).out())
                    .contains("web01.vmx", Sample.digest(), "the content is the same");
            assertThat(server.objects()).containsKeys("export.raw", "export.vmdk");
        }
    }
}
