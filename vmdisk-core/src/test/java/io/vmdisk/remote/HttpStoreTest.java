package io.vmdisk.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.hash.DiskHash;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpStoreTest {
    private static final Path TESTDATA = Path.of(System.getProperty("vmdisk.testdata", "../testdata"));
    private static final byte[] CONTENT = Patterns.random(5, (9 << 20) + 777);
    private static final Surroundings NOTHING = new Surroundings(name -> null, name -> null);

    @TempDir
    Path folder;

    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

    private Patience patience(Duration answer) {
        return new Patience(4, Duration.ofMillis(100), Duration.ofSeconds(30), answer, 1 << 30, pauses::add);
    }

    private Path path(String address) {
        return StoreAddress.parse(address, NOTHING, patience(Duration.ofSeconds(30)))
                .path();
    }

    /** The files of a folder. */
    private static RangeServer serving(Path root) throws IOException {
        return new RangeServer(request -> {
            Path file = root.resolve(request.target().substring(1));
            return Files.isRegularFile(file)
                    ? RangeServer.ranged(request, Files.readAllBytes(file), "\"one\"")
                    : RangeServer.Answer.of(404);
        });
    }

    /** One file, about which some answers come first. */
    private static RangeServer troubled(Deque<RangeServer.Site> troubles, byte[] content) throws IOException {
        return new RangeServer(request -> {
            RangeServer.Site trouble = troubles.poll();
            return trouble == null ? RangeServer.ranged(request, content, "\"one\"") : trouble.answer(request);
        });
    }

    private static byte[] all(Path path) throws IOException {
        try (BlockFile file = Volume.system().open(path, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    @Test
    void aChainIsReadAsFromAFolder() throws IOException {
        try (RangeServer server = serving(TESTDATA);
                VirtualDisk disk = VirtualDisk.open(path(server.origin() + "/web01/web01-000002.vmdk"));
                VirtualDisk local = VirtualDisk.open(TESTDATA.resolve("web01/web01-000002.vmdk"))) {
            DiskHash hash = new DiskHash(3, Progress.NONE);

            assertThat(disk.links()).hasSize(3);
            assertThat(hash.treeRoot(disk)).isEqualTo(hash.treeRoot(local));
        }
    }

    @Test
    void oneFileIsOpenWithinFourRequests() throws IOException {
        Path disk = folder.resolve("big.vmdk");
        StagedDisk.createEmpty(disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 64L << 30), Progress.NONE);
        try (VirtualDisk writing = VirtualDisk.open(disk, OpenOptions.writable())) {
            writing.write(40L << 30, ByteBuffer.wrap(CONTENT));
        }
        try (RangeServer server = serving(folder);
                VirtualDisk far = VirtualDisk.open(path(server.origin() + "/big.vmdk"))) {
            assertThat(server.requests()).hasSizeLessThanOrEqualTo(4);

            ByteBuffer some = ByteBuffer.allocate(1000);
            far.read((40L << 30) + 5, some);

            assertThat(some.array()).isEqualTo(Arrays.copyOfRange(CONTENT, 5, 1005));
            assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 65_536, 1 << 20, 5 << 20})
    void fromFrontToBackItAsksForFourMebibytesAtATime(int step) throws IOException {
        byte[] content = Patterns.random(1, 21 << 20);
        try (RangeServer server = troubled(new ArrayDeque<>(), content);
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            ByteBuffer read = ByteBuffer.allocate(content.length);
            while (read.hasRemaining()) {
                int count = Math.min(step, read.remaining());
                file.readFully(read.position(), read.slice(read.position(), count));
                read.position(read.position() + count);
            }

            assertThat(read.array()).isEqualTo(content);
            List<Long> asked =
                    server.requests().stream().map(RangeServer.Request::bytes).toList();
            assertThat(asked.stream().filter(bytes -> bytes == 4 << 20)).hasSizeGreaterThanOrEqualTo(4);
            assertThat(asked).hasSizeLessThanOrEqualTo(12);
            assertThat(asked.stream().mapToLong(Long::longValue).sum()).isLessThan(content.length + (64 << 10));
        }
    }

    @Test
    void manyThreadsAskForEachByteOnceAndGetTheirOwn() throws IOException {
        try (RangeServer server = troubled(new ArrayDeque<>(), CONTENT);
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            byte[] read = new byte[CONTENT.length];
            IntStream.range(0, CONTENT.length / 100_000 + 1).parallel().forEach(i -> {
                int at = i * 100_000;
                try {
                    file.readFully(at, ByteBuffer.wrap(read, at, Math.min(100_000, read.length - at)));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThat(read).isEqualTo(CONTENT);
            assertThat(server.requests().stream()
                            .mapToLong(RangeServer.Request::bytes)
                            .sum())
                    .isLessThan(CONTENT.length + (128 << 10));
        }
    }

    @Test
    void aGrainFarAwayCostsItsBlocksOnly() throws IOException {
        try (RangeServer server = troubled(new ArrayDeque<>(), CONTENT);
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            file.readFully(8 << 20, ByteBuffer.allocate(65_536));

            assertThat(server.requests().get(1).bytes()).isEqualTo(65_536);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RangeServer.End.class,
            names = {"CUT", "DROP"})
    void connectionsThatBreakAreMadeAnew(RangeServer.End end) throws IOException {
        Deque<RangeServer.Site> troubles = new ArrayDeque<>();
        for (int i = 0; i < 3; i++) {
            troubles.add(
                    request -> RangeServer.ranged(request, CONTENT, "\"one\"").ending(end));
        }
        try (RangeServer server = troubled(troubles, CONTENT)) {
            assertThat(all(path(server.origin() + "/x.raw"))).isEqualTo(CONTENT);
        }
    }

    @Test
    void aServerThatCutsEveryAnswerIsReadInPieces() throws IOException {
        try (RangeServer server = new RangeServer(request -> {
            RangeServer.Answer whole = RangeServer.ranged(request, CONTENT, "\"one\"");
            return whole.body().length > 600_000 ? whole.ending(RangeServer.End.CUT) : whole;
        })) {
            assertThat(all(path(server.origin() + "/x.raw"))).isEqualTo(CONTENT);
        }
    }

    @Test
    void aServerThatIsBusyIsAskedAgainWhenItWants() throws IOException {
        Deque<RangeServer.Site> troubles = new ArrayDeque<>(List.of(
                request -> RangeServer.Answer.of(503, "Retry-After", "7"),
                request -> RangeServer.Answer.of(429),
                request -> RangeServer.ranged(request, CONTENT, "\"one\""),
                request -> RangeServer.Answer.of(500)));
        try (RangeServer server = troubled(troubles, CONTENT)) {
            assertThat(all(path(server.origin() + "/x.raw"))).isEqualTo(CONTENT);
            assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofMillis(200), Duration.ofMillis(100));
        }
    }

    @Test
    void aServerThatStaysBusyIsGivenUp() throws IOException {
        try (RangeServer server = new RangeServer(request -> RangeServer.Answer.of(503, "Retry-After", "1"))) {
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("/x.raw")
                    .hasMessageContaining("answered 503, 4 times");
        }
        try (RangeServer server = new RangeServer(request -> RangeServer.Answer.of(503, "Retry-After", "3600"))) {
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw"))).hasMessageContaining("3600 seconds");
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** With a server that keeps its promise about If-Match, and with one that only says what it sends. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anObjectThatChangesIsNeverMixed(boolean honest) throws IOException {
        AtomicReference<String> tag = new AtomicReference<>("\"one\"");
        try (RangeServer server = new RangeServer(request -> {
                    RangeServer.Request asked = honest
                            ? request
                            : new RangeServer.Request(
                                    request.method(),
                                    request.target(),
                                    Map.of("range", request.headers().get("range")),
                                    request.body());
                    return RangeServer.ranged(asked, CONTENT, tag.get());
                });
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            file.readFully(0, ByteBuffer.allocate(1 << 20));
            tag.set("\"two\"");

            assertThatThrownBy(() -> file.readFully(6 << 20, ByteBuffer.allocate(1 << 20)))
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("changed while it was read")
                    .extracting(e -> ((VmdiskException) e).code())
                    .isEqualTo("unsafe.changed");
        }
    }

    @Test
    void anObjectThatGrowsOrGoesIsNeverMixed() throws IOException {
        AtomicReference<RangeServer.Site> site =
                new AtomicReference<>(request -> without("ETag", RangeServer.ranged(request, CONTENT, "\"one\"")));
        try (RangeServer server = new RangeServer(request -> site.get().answer(request));
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            site.set(request -> without(
                    "ETag", RangeServer.ranged(request, Arrays.copyOf(CONTENT, CONTENT.length + 1), "\"one\"")));
            assertThatThrownBy(() -> file.readFully(6 << 20, ByteBuffer.allocate(9)))
                    .hasMessageContaining("it had " + CONTENT.length + " bytes");
            site.set(request -> RangeServer.Answer.of(404));
            assertThatThrownBy(() -> file.readFully(6 << 20, ByteBuffer.allocate(9)))
                    .isInstanceOf(UnsafeStateException.class);
        }
    }

    private static RangeServer.Answer without(String header, RangeServer.Answer answer) {
        answer.headers().remove(header);
        return answer;
    }

    @Test
    void aServerWithoutRangesIsRefusedUnread() throws IOException {
        try (RangeServer server =
                new RangeServer(request -> RangeServer.Answer.of(200).ending(RangeServer.End.ENDLESS))) {
            // The text of an answer is bounded too, so this ends although the server does not.
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw"))).isInstanceOf(IOException.class);
        }
        try (RangeServer server = new RangeServer(
                request -> RangeServer.Answer.of(200, "ETag", "\"one\"").with(new byte[5]))) {
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw")))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("whole files only");
        }
    }

    @Test
    void hostileAnswersEndInBoundedTimeAndMemory() throws IOException {
        List<RangeServer.Site> sites = List.of(
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 0-65535/99999999")
                        .ending(RangeServer.End.ENDLESS),
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 0-65535/99999999")
                        .with(new byte[65_536])
                        .ending(RangeServer.End.STUCK),
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 5-65540/99999999")
                        .with(new byte[65_536]),
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 0-65535/9999999999999999999999")
                        .with(new byte[65_536]),
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 0-65535/*")
                        .with(new byte[65_536]),
                request -> RangeServer.Answer.of(206, "Content-Range", "bytes 0-9/99999999")
                        .with(new byte[10]),
                request -> RangeServer.Answer.of(
                                206, "Content-Range", "bytes 0-65535/99999999", "Content-Encoding", "gzip")
                        .with(new byte[65_536]),
                request -> RangeServer.Answer.of(206).with(new byte[65_536]),
                request -> RangeServer.Answer.of(302, "Location", request.target()),
                request -> RangeServer.Answer.of(
                        302, "Location", "/" + request.target().length() + request.target()),
                request -> RangeServer.Answer.of(302, "Location", "file:///etc/passwd"),
                request -> RangeServer.Answer.of(302),
                request -> RangeServer.Answer.of(418));
        for (RangeServer.Site site : sites) {
            try (RangeServer server = new RangeServer(site)) {
                Path path = StoreAddress.parse(server.origin() + "/x.raw", NOTHING, patience(Duration.ofMillis(300)))
                        .path();

                assertThatThrownBy(() -> all(path)).isInstanceOf(IOException.class);
                assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
            }
        }
    }

    @Test
    void whatIsNotThereIsMissingAndAnEmptyFileIsEmpty() throws IOException {
        try (RangeServer server = new RangeServer(request -> request.target().equals("/empty")
                ? RangeServer.Answer.of(416, "Content-Range", "bytes */0")
                : RangeServer.Answer.of(404))) {
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw"))).isInstanceOf(NoSuchFileException.class);
            assertThat(all(path(server.origin() + "/empty"))).isEmpty();
        }
        String gone = "http://127.0.0.1:" + freePort();
        assertThatThrownBy(() -> all(path(gone + "/x.raw")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("can't be reached");
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aLoginIsForItsServerAlone() throws IOException {
        Path netrc = Files.writeString(
                folder.resolve("netrc"), "machine 127.0.0.1 login me password s3cret\nmachine other password no\n");
        Surroundings own = new Surroundings(name -> name.equals("NETRC") ? netrc.toString() : null, name -> null);
        try (RangeServer other = troubled(new ArrayDeque<>(), CONTENT);
                RangeServer server =
                        new RangeServer(request -> request.headers().containsKey("authorization")
                                ? RangeServer.Answer.of(307, "Location", other.origin() + "/there?signed=1")
                                : RangeServer.Answer.of(401))) {
            Path path = StoreAddress.parse(server.origin() + "/x.raw", own, patience(Duration.ofSeconds(30)))
                    .path();

            assertThat(all(path)).isEqualTo(CONTENT);
            assertThat(server.requests()).hasSize(1);
            assertThat(other.requests())
                    .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("authorization"));
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw")))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining(".netrc");
        }
    }

    @Test
    void anAddressThatWasLentIsAskedForAgainWhenItRunsOut() throws IOException {
        Deque<RangeServer.Site> runsOut = new ArrayDeque<>();
        runsOut.add(request -> RangeServer.ranged(request, CONTENT, "\"one\""));
        runsOut.add(request -> RangeServer.Answer.of(403));
        try (RangeServer other = troubled(runsOut, CONTENT);
                RangeServer server =
                        new RangeServer(request -> RangeServer.Answer.of(302, "Location", other.origin() + "/there"))) {
            assertThat(all(path(server.origin() + "/x.raw"))).isEqualTo(CONTENT);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void whatLetsUsInIsInNoMessage() throws IOException {
        try (RangeServer server = new RangeServer(request -> RangeServer.Answer.of(500))) {
            Path path = path(server.origin() + "/a%20b.vmdk?X-Amz-Signature=s3cret");

            assertThat(path.toString()).isEqualTo(server.origin() + "/a b.vmdk");
            assertThatThrownBy(() -> VirtualDisk.open(path)).satisfies(e -> {
                for (Throwable at = e; at != null; at = at.getCause()) {
                    assertThat(String.valueOf(at)).doesNotContain("s3cret");
                }
            });
            assertThat(server.requests().get(0).target()).isEqualTo("/a%20b.vmdk?X-Amz-Signature=s3cret");
        }
        assertThatThrownBy(() -> StoreAddress.parse("https://me:s3cret@host/x.vmdk"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".netrc")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https:///x",
                "http://host/a//b",
                "http://host/a/../b",
                "http://host/a%2Fb",
                "http://host/%zz",
                "http://host/%ff",
                "http://host/a b",
                "http://host/a#b",
                "s3://",
                "s3://b/../x",
                "s3://../x",
                "s3://bucket//x",
                "x.ova!/../y",
                "web01.vmdk"
            })
    void wrongAddressesAreToldWithoutAsking(String text) {
        assertThatThrownBy(() -> StoreAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever a descriptor names, only its own server is asked, and no file of this machine is opened. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RW 2048 FLAT \"/etc/passwd\" 0",
                "RW 2048 FLAT \"../../etc/passwd\" 0",
                "RW 2048 FLAT \"http://127.0.0.1:1/x\" 0",
                "RW 2048 FLAT \"s3://bucket/x\" 0",
                "RW 2048 FLAT \"nbd://127.0.0.1/x\" 0",
                "RW 2048 FLAT \"file:/etc/passwd\" 0",
                "RW 2048 FLAT \"x.ova!/../../y\" 0"
            })
    void aDescriptorNamesNothingElsewhere(String extent) throws IOException {
        String text = "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"vmfs\"\n"
                + extent + "\n";
        try (RangeServer server = new RangeServer(request -> request.target().equals("/d/x.vmdk")
                ? RangeServer.ranged(request, text.getBytes(StandardCharsets.UTF_8), "\"one\"")
                : RangeServer.Answer.of(404))) {
            assertThatThrownBy(() -> VirtualDisk.open(path(server.origin() + "/d/x.vmdk")))
                    .isInstanceOf(IOException.class);
            assertThat(server.requests())
                    .allSatisfy(request -> assertThat(request.target()).startsWith("/d/"));
        }
    }

    /** A parent may lie elsewhere on the same server; it is never a file of this machine. */
    @Test
    void aParentIsLookedForOnTheSameServerOnly() throws IOException {
        Path local = folder.resolve("base.vmdk");
        StagedDisk.createEmpty(local, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20), Progress.NONE);
        String text = "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=12345678\n" + "parentFileNameHint=\""
                + local + "\"\ncreateType=\"vmfs\"\nRW 2048 FLAT \"x-flat.vmdk\" 0\n";
        try (RangeServer server = new RangeServer(request -> request.target().equals("/d/x.vmdk")
                ? RangeServer.ranged(request, text.getBytes(StandardCharsets.UTF_8), "\"one\"")
                : RangeServer.Answer.of(404))) {
            assertThatThrownBy(() -> VirtualDisk.open(path(server.origin() + "/d/x.vmdk")))
                    .isInstanceOf(VmdiskException.class)
                    .extracting(e -> ((VmdiskException) e).code())
                    .isEqualTo("chain.parent-missing");
            assertThat(server.requests().stream().map(RangeServer.Request::target))
                    .contains(local.toString());
        }
    }

    @Test
    void nothingIsWrittenThere() throws IOException {
        try (RangeServer server = serving(TESTDATA)) {
            Path disk = path(server.origin() + "/web01/web01.vmdk");
            Volume volume = Volume.system();
            List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> changes = List.of(
                    () -> volume.open(disk, OpenMode.WRITE),
                    () -> volume.open(disk.resolveSibling("new"), OpenMode.CREATE),
                    () -> volume.delete(disk),
                    () -> volume.rename(disk, disk.resolveSibling("new")),
                    () -> volume.createFolder(disk.resolveSibling("folder")),
                    () -> volume.makeFolder(disk.resolveSibling("folder")),
                    () -> volume.replace(disk, new byte[1]),
                    () -> volume.lock(disk.resolveSibling("lock")),
                    () -> volume.requireLocks(disk.getParent()),
                    () -> VirtualDisk.open(disk, OpenOptions.writable()),
                    () -> StagedDisk.createEmpty(
                            disk.resolveSibling("n.vmdk"),
                            CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20),
                            Progress.NONE));
            for (org.assertj.core.api.ThrowableAssert.ThrowingCallable change : changes) {
                assertThatThrownBy(change)
                        .isInstanceOf(UnsupportedFeatureException.class)
                        .extracting(e -> ((VmdiskException) e).code())
                        .isEqualTo("unsupported.read-only-store");
            }
            assertThat(server.requests())
                    .allSatisfy(request -> assertThat(request.method()).isEqualTo("GET"));
        }
    }

    @Test
    void aFolderIsNotListed() throws IOException {
        try (RangeServer server = serving(TESTDATA)) {
            Path disk = path(server.origin() + "/web01/web01.vmdk");
            all(disk);

            assertThatThrownBy(() -> Volume.system().list(disk.getParent()))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("name a disk");
        }
    }

    @Test
    void theCacheIsBoundedAndForgets() throws IOException {
        byte[] content = new byte[48 << 20];
        for (int i = 0; i < content.length; i += 4096) {
            content[i] = (byte) (i >> 12);
        }
        try (RangeServer server = troubled(new ArrayDeque<>(), content);
                BlockFile file = Volume.system().open(path(server.origin() + "/x.raw"), OpenMode.READ)) {
            ByteBuffer piece = ByteBuffer.allocate(1 << 20);
            for (int at = 0; at < content.length; at += piece.capacity()) {
                file.readFully(at, piece.clear());
                assertThat(HexFormat.of().formatHex(piece.array(), 0, 9))
                        .isEqualTo(HexFormat.of().formatHex(content, at, at + 9));
            }
            int before = server.requests().size();
            file.readFully(content.length - 5, ByteBuffer.allocate(5));
            assertThat(server.requests()).hasSize(before);
            file.readFully(1 << 20, ByteBuffer.allocate(5));
            assertThat(server.requests()).hasSize(before + 1);
        }
    }

    @Test
    void malformedAnswersAreOurs() throws IOException {
        try (RangeServer server =
                new RangeServer(request -> RangeServer.Answer.of(206).with(new byte[10]))) {
            assertThatThrownBy(() -> all(path(server.origin() + "/x.raw"))).isInstanceOf(MalformedFileException.class);
        }
    }
}
