package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.remote.RangeServer;
import io.vmdisk.remote.S3Server;
import io.vmdisk.testkit.NbdTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on disks of web servers, of S3 and in archives. */
class StoreCommandTest {
    private static final Path WEB01 = Sample.TESTDATA.resolve("web01");

    @TempDir
    Path folder;

    private RangeServer web;
    private S3Server s3;

    @BeforeEach
    void start() throws IOException {
        web = new RangeServer(request -> {
            Path file = Sample.TESTDATA.resolve(
                    request.target().replaceFirst("\\?.*", "").substring(1));
            return Files.isRegularFile(file)
                    ? RangeServer.ranged(request, Files.readAllBytes(file), "\"one\"")
                    : RangeServer.Answer.of(404);
        });
        s3 = new S3Server();
        try (Stream<Path> files = Files.list(WEB01)) {
            for (Path file : files.toList()) {
                s3.objects().put("vms/web01/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        settings().forEach(System::setProperty);
    }

    private Map<String, String> settings() {
        return Map.of(
                "aws.endpointUrlS3", s3.endpoint(),
                "aws.region", S3Server.REGION,
                "aws.accessKeyId", S3Server.ID,
                "aws.secretAccessKey", S3Server.SECRET);
    }

    @AfterEach
    void stop() throws IOException {
        settings().keySet().forEach(System::clearProperty);
        web.close();
        s3.close();
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertThat(run.exitCode()).as("%s%s", run.out(), run.err()).isZero();
        return run;
    }

    private List<String> places() {
        return List.of(web.origin() + "/web01/web01-000002.vmdk", "s3://bucket/vms/web01/web01-000002.vmdk");
    }

    @Test
    void whatReadsADiskReadsItThereAsFromAFolder() throws IOException {
        Path local = WEB01.resolve("web01-000002.vmdk");
        for (String place : places()) {
            String above = place.substring(0, place.lastIndexOf('/') + 1);
            assertThat(done("info", "--json", place).out())
                    .contains("\"path\": \"" + place + '"', "\"target\": \"" + place + '"', above + "web01.vmdk");
            assertThat(done("map", place).out().replace(above, ""))
                    .isEqualTo(done("map", local).out().replace(WEB01 + "/", ""));
            assertThat(done("check", "--chain", place).out()).contains("no damage found");
            assertThat(done("hash", place).out()).contains(Sample.digest());
            assertThat(done("splits", place, "--target", "1M", "--json").out()).contains("\"stored\"");
            assertThat(done("read", place, "--offset", "1M", "--length", "70000")
                            .outBytes())
                    .isEqualTo(done("read", local, "--offset", "1M", "--length", "70000")
                            .outBytes());
            done("compare", place, local);
            Path copy = folder.resolve(above.length() + ".vmdk");
            done("convert", place, copy, "-O", "monolithicSparse");
            done("compare", copy, place);
        }
    }

    @Test
    void everyProgramThatSpeaksNbdReadsADiskThatLiesThere() throws Exception {
        byte[] content = done("read", WEB01.resolve("web01-000002.vmdk")).outBytes();
        for (String place : places()) {
            Path socket = folder.resolve("s" + place.length());
            Path copy = folder.resolve(place.length() + ".raw");

            CommandLineRun run = ServingRun.of(
                    socket,
                    () -> NbdTools.run("nbdcopy", "--connections=4", NbdTools.uri(socket, ""), copy),
                    "serve",
                    place,
                    "--socket",
                    socket);

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(copy).hasBinaryContent(content);
        }
    }

    /** From JDK 25 on the common pool has to complete what is asynchronous, and on two cores it has one thread. */
    @Test
    void readsThereWhileOthersKeepTheCommonPoolBusy() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().execute(() -> Uninterruptibles.awaitUninterruptibly(end));
        }
        try {
            for (String place : places()) {
                assertThat(done("hash", place).out()).contains(Sample.digest());
            }
        } finally {
            end.countDown();
        }
    }

    @Test
    void aMachineInABucketIsShownWithItsSnapshots() {
        CommandLineRun run = done("info", "s3://bucket/vms/web01");

        assertThat(run.out()).contains("web01.vmx").contains("installed");
    }

    @Test
    void aMachineBehindAWebServerIsRefusedWithAWayOn() {
        CommandLineRun run = CommandLineRun.of("info", web.origin() + "/web01/web01.vmx");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.INPUT);
        assertThat(run.err()).contains("do not say what is in a folder");
    }

    @Test
    void whatWouldWriteThereIsRefusedWithAWayOn() {
        for (String place : places()) {
            for (List<Object> line : List.<List<Object>>of(
                    List.of("write", place, "--offset", "0", "-i", WEB01.resolve("web01.vmx")),
                    List.of("resize", place, "+1M"),
                    List.of("convert", "-n", WEB01.resolve("web01.vmdk"), "raw:" + place),
                    List.of("snapshot", "create", place.replace("-000002.vmdk", ".vmx"), "x"))) {
                CommandLineRun run = CommandLineRun.of(line.toArray());

                assertThat(run.exitCode()).as("%s: %s", line, run.err()).isBetween(1, 5);
                assertThat(run.err()).as("%s", line).containsAnyOf("only read", "do not say what is in a folder");
            }
        }
        assertThat(CommandLineRun.of("convert", WEB01.resolve("web01.vmdk"), web.origin() + "/new.raw", "-O", "raw")
                        .err())
                .contains("only read");
        assertThat(web.requests())
                .allSatisfy(request -> assertThat(request.method()).isEqualTo("GET"));
        assertThat(s3.objects()).hasSize(9);
    }

    @Test
    void aConvertToABucketSendsOneStream() throws IOException {
        Path top = WEB01.resolve("web01-000002.vmdk");
        assertThat(done("convert", top, "s3://bucket/new.raw", "-O", "raw", "--dry-run", "--json")
                        .out())
                .contains("\"makes\"", "s3://bucket/new.raw", "\"changed\": false");
        assertThat(s3.objects()).hasSize(9);

        done("convert", top, "s3://bucket/new.raw", "-O", "raw");
        done("convert", top, "s3://bucket/new.vmdk", "-O", "streamOptimized");

        done("compare", top, "raw:s3://bucket/new.raw");
        done("compare", top, "s3://bucket/new.vmdk");
        CommandLineRun again = CommandLineRun.of("convert", top, "s3://bucket/new.raw", "-O", "raw");
        assertThat(again.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(again.err()).contains("exists already");
        assertThat(CommandLineRun.of("convert", top, "s3://bucket/x.vmdk", "-O", "thin")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void theSignatureOfALentAddressIsShownNowhere() {
        String address = web.origin() + "/web01/web01.vmdk?X-Amz-Signature=s3cret";
        for (List<String> line : List.of(
                List.of("info", "--json", address),
                List.of("map", address),
                List.of("hash", "--json", address),
                List.of("info", address.replace("web01.vmdk", "none.vmdk")),
                List.of("info", "--json", address.replace("http://", "http://me:s3cret@")),
                List.of("compare", "--json", address, address))) {
            CommandLineRun run = CommandLineRun.of(line.toArray());

            assertThat(run.out() + run.err()).as("%s", line).isNotEmpty().doesNotContain("s3cret");
        }
        assertThat(web.requests().get(0).target()).contains("s3cret");
    }

    @Test
    void anAddressWithAPasswordIsRefusedWithAWayOn() {
        for (String command : List.of("info", "map", "check")) {
            CommandLineRun run = CommandLineRun.of(command, "https://me:s3cret@files.example/x.vmdk");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("~/.netrc").doesNotContain("s3cret");
        }
    }

    @Test
    void aMissingFileIsToldByItsAddress() {
        CommandLineRun run = CommandLineRun.of("info", web.origin() + "/none.vmdk");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(run.err()).isEqualTo("vmdisk: " + web.origin() + "/none.vmdk: no such file or folder\n");
    }
}
