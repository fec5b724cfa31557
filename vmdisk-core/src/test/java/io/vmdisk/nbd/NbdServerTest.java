package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions.Access;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that no tool would be: slow, dying, lying and many. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NbdServerTest {
    private static final DiskFormat FORMAT = DiskFormat.MONOLITHIC_SPARSE;
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int FLUSH = 3;
    private static final int TRIM = 4;
    private static final int WRITE_ZEROES = 6;
    private static final int BLOCK_STATUS = 7;

    @TempDir
    Path folder;

    private final ServedDisks disks = new ServedDisks();
    private final List<String> notes = new ArrayList<>();
    private Path socket;
    private Path disk;
    private NbdServer server;

    @BeforeEach
    void makeDisk() throws IOException {
        socket = folder.resolve("s");
        disk = disks.filled("disk.vmdk", CreateSpec.of(FORMAT, ServedDisks.CAPACITY), 1);
    }

    private void serve(Access access) throws IOException {
        serve(access, 20_000);
    }

    private void serve(Access access, long handshakeMillis) throws IOException {
        server = NbdServer.of(NbdExports.of(List.of(disks.served("", disk, FORMAT, access))))
                .withNotes(notes::add)
                .withHandshakeMillis(handshakeMillis);
        server.listen(socket);
    }

    @AfterEach
    void nothingStaysOpen() throws IOException {
        if (server != null) {
            server.close();
        }
        assertThat(disks.openFiles()).isZero();
        assertThat(socket).doesNotExist();
    }

    @Test
    void servesAnOldClientWithoutAnyOptions() throws IOException {
        serve(Access.READ);
        byte[] content = disks.content(disk, FORMAT);

        try (RawClient client = new RawClient(socket)) {
            ByteBuffer hello = client.read(18);
            assertThat(hello.getLong()).isEqualTo(Protocol.NBDMAGIC);
            client.send(ByteBuffer.allocate(4).putInt(1).flip());
            client.option(1, new byte[0]);
            ByteBuffer export = client.read(10 + 124);
            assertThat(export.getLong()).isEqualTo(content.length);
            client.request(0, READ, 7, 100, 3_000_000);
            assertThat(client.errno(7)).isZero();
            assertThat(client.read(3_000_000).array()).isEqualTo(Arrays.copyOfRange(content, 100, 3_000_100));
        }
    }

    @Test
    void aSocketIsForItsOwnerAlone() throws IOException {
        serve(Access.READ);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void aDeadSocketIsReplacedAndALivingOneIsNot() throws IOException {
        Path dead = folder.resolve("dead");
        try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(java.net.UnixDomainSocketAddress.of(dead));
        }
        assertThat(dead).exists();
        serve(Access.READ);
        server.listen(dead);

        assertThatThrownBy(() -> server.listen(dead))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("listens there");
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatThrownBy(() -> server.listen(file)).hasMessageContaining("is no socket");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 6291000, 1000, 22",
        "0, 0, -1, 512, 22",
        "0, 0, 0, 33554433, 22",
        "0, 0, 0, -1, 22",
        "4, 0, 0, 512, 22",
        "64, 0, 0, 512, 22",
        "0, 4, 0, 512, 1",
        "0, 6, 0, 512, 1",
        "0, 7, 0, 512, 22",
        "0, 99, 0, 512, 22",
        "0, 3, 0, 0, 0",
        "0, 0, 6291456, 0, 0",
    })
    void answersEveryRequestWithItsError(int flags, int command, long offset, int length, int errno)
            throws IOException {
        serve(Access.READ);

        try (RawClient client = RawClient.reading(socket)) {
            client.request(flags, command, 5, offset, length);
            assertThat(client.errno(5)).isEqualTo(errno);
            client.request(0, READ, 6, 0, 512);
            assertThat(client.errno(6)).isZero();
        }
    }

    @Test
    void aRefusedWriteLeavesTheConnectionInStep() throws IOException {
        serve(Access.READ);

        try (RawClient client = RawClient.reading(socket)) {
            client.request(0, WRITE, 1, 0, 1000);
            client.send(ByteBuffer.allocate(1000));
            assertThat(client.errno(1)).isEqualTo(1);
            client.request(0, READ, 2, 0, 512);
            assertThat(client.errno(2)).isZero();
        }
    }

    @Test
    void writesZeroesAndTrimsReadBack() throws IOException {
        serve(Access.WRITE);
        byte[] model = disks.content(disk, FORMAT);
        byte[] data = Patterns.random(77, 700_001);

        try (RawClient client = RawClient.reading(socket)) {
            client.request(Protocol.FUA, WRITE, 1, 12_345, data.length);
            client.send(ByteBuffer.wrap(data));
            assertThat(client.errno(1)).isZero();
            client.request(0, WRITE_ZEROES, 2, 100_000, 300_000);
            client.request(Protocol.NO_HOLE, WRITE_ZEROES, 3, 4_000_000, 1_000_000);
            client.request(0, TRIM, 4, 0, 65_536);
            client.request(0, FLUSH, 5, 0, 0);
            for (int cookie = 2; cookie <= 5; cookie++) {
                assertThat(client.errno(cookie)).isZero();
            }
            client.request(0, WRITE, 6, ServedDisks.CAPACITY - 10, 20);
            client.send(ByteBuffer.allocate(20));
            assertThat(client.errno(6)).isEqualTo(28);
        }
        System.arraycopy(data, 0, model, 12_345, data.length);
        Arrays.fill(model, 100_000, 400_000, (byte) 0);
        Arrays.fill(model, 4_000_000, 5_000_000, (byte) 0);
        Arrays.fill(model, 0, 65_536, (byte) 0);
        server.close();

        assertThat(disks.content(disk, FORMAT)).isEqualTo(model);
    }

    @Test
    void whatOneConnectionFlushedAnotherSees() throws IOException {
        serve(Access.WRITE);

        try (RawClient writer = RawClient.reading(socket);
                RawClient reader = RawClient.reading(socket)) {
            writer.request(0, WRITE, 1, 512, 512);
            writer.send(ByteBuffer.wrap(Patterns.filled(9, 512)));
            assertThat(writer.errno(1)).isZero();
            writer.request(0, FLUSH, 2, 0, 0);
            assertThat(writer.errno(2)).isZero();
            reader.request(0, READ, 3, 512, 512);
            assertThat(reader.errno(3)).isZero();
            assertThat(reader.read(512).array()).isEqualTo(Patterns.filled(9, 512));
        }
    }

    @Test
    void aClientThatTakesNoAnswersHoldsUpNobody() throws IOException {
        serve(Access.READ);
        byte[] content = disks.content(disk, FORMAT);

        try (RawClient slow = RawClient.reading(socket);
                RawClient other = RawClient.reading(socket)) {
            for (int i = 0; i < 40; i++) {
                slow.request(0, READ, i, 0, 4 << 20);
            }
            for (int i = 0; i < 20; i++) {
                other.request(0, READ, i, i, 1 << 20);
                assertThat(other.errno(i)).isZero();
                assertThat(other.read(1 << 20).array()).isEqualTo(Arrays.copyOfRange(content, i, i + (1 << 20)));
            }
        }
    }

    @Test
    void endsAlthoughAClientTakesNoAnswers() throws IOException {
        serve(Access.READ);
        try (RawClient slow = RawClient.reading(socket)) {
            for (int i = 0; i < 10; i++) {
                slow.request(0, READ, i, 0, 4 << 20);
            }
            server.close();

            assertThat(slow.isLeft()).isTrue();
        }
    }

    @Test
    void answersWhatWasBegunBeforeItEnds() throws IOException {
        serve(Access.WRITE);
        try (RawClient client = RawClient.reading(socket)) {
            client.request(0, WRITE, 1, 0, 512);
            client.send(ByteBuffer.wrap(Patterns.filled(3, 512)));
            assertThat(client.errno(1)).isZero();
            server.close();

            assertThat(client.isLeft()).isTrue();
        }
        assertThat(Arrays.copyOf(disks.content(disk, FORMAT), 512)).isEqualTo(Patterns.filled(3, 512));
    }

    @Test
    void aClientThatDiesInTheMiddleOfAWriteHarmsNobody() throws IOException {
        serve(Access.WRITE);
        byte[] before = disks.content(disk, FORMAT);
        try (RawClient client = RawClient.reading(socket)) {
            client.request(0, WRITE, 1, 1 << 20, 100_000);
            client.send(ByteBuffer.allocate(50_000));
        }
        try (RawClient client = RawClient.reading(socket)) {
            client.request(0, READ, 1, 0, 70_000);
            assertThat(client.errno(1)).isZero();
            assertThat(client.read(70_000).array()).isEqualTo(Arrays.copyOf(before, 70_000));
        }
    }

    @Test
    void sendsAwayWhoDoesNotSayWhatItWants() throws IOException {
        serve(Access.READ, 300);

        try (RawClient silent = new RawClient(socket);
                RawClient dawdling = RawClient.greeted(socket)) {
            assertThat(silent.isLeft()).isTrue();
            assertThat(dawdling.isLeft()).isTrue();
        }
    }

    @Test
    void sendsAwayOneClientTooManyAndWelcomesItLater() throws Exception {
        serve(Access.READ);
        List<RawClient> many = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                many.add(RawClient.reading(socket));
            }
            try (RawClient late = new RawClient(socket)) {
                assertThat(late.isLeft()).isTrue();
            }
            assertThat(notes).anyMatch(note -> note.contains("32 connections"));
        } finally {
            for (RawClient client : many) {
                client.close();
            }
        }
        for (int i = 0; ; i++) {
            try (RawClient again = RawClient.reading(socket)) {
                again.request(0, FLUSH, 1, 0, 0);
                assertThat(again.errno(1)).isZero();
                break;
            } catch (IOException e) {
                assertThat(i).isLessThan(500);
                Thread.sleep(10);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"70000", "2147483647", "-1"})
    void anOptionThatIsTooLongEndsTheTalk(int length) throws IOException {
        serve(Access.READ);

        try (RawClient client = RawClient.greeted(socket)) {
            client.send(RawClient.option(7, length, new byte[0]));
            assertThat(client.replyType()).isEqualTo(OptionError.TOO_BIG.code());
            assertThat(client.isLeft()).isTrue();
        }
    }

    @Test
    void aWriteThatIsTooLongEndsTheTalk() throws IOException {
        serve(Access.WRITE);

        try (RawClient client = RawClient.reading(socket)) {
            client.request(0, WRITE, 1, 0, -1);
            assertThat(client.errno(1)).isEqualTo(75);
            assertThat(client.isLeft()).isTrue();
        }
    }

    @Test
    void refusesOptionsByTheirRightNames() throws IOException {
        serve(Access.READ);

        try (RawClient client = RawClient.greeted(socket)) {
            client.option(77, new byte[10]);
            assertThat(client.replyType()).isEqualTo(OptionError.UNSUPPORTED.code());
            client.option(5, new byte[0]);
            assertThat(client.replyType()).isEqualTo(OptionError.POLICY.code());
            client.option(10, ByteBuffer.allocate(8).array());
            assertThat(client.replyType()).isEqualTo(OptionError.INVALID.code());
            client.option(8, new byte[] {1});
            assertThat(client.replyType()).isEqualTo(OptionError.INVALID.code());
            client.option(8, new byte[0]);
            assertThat(client.replyType()).isEqualTo(Protocol.REPLY_ACK);
            client.option(7, RawClient.go("nobody"));
            assertThat(client.replyType()).isEqualTo(OptionError.UNKNOWN_EXPORT.code());
            client.option(7, new byte[] {0, 0, 0, 99});
            assertThat(client.replyType()).isEqualTo(OptionError.INVALID.code());
            client.option(2, new byte[0]);
            assertThat(client.replyType()).isEqualTo(Protocol.REPLY_ACK);
            assertThat(client.isLeft()).isTrue();
        }
    }

    @Test
    void forgetsContextsThatWereAskedForAnotherExport() throws IOException {
        Path second = disks.create("second.vmdk", CreateSpec.of(FORMAT, 1 << 20));
        server = NbdServer.of(NbdExports.of(
                List.of(disks.served("a", disk, FORMAT, Access.READ), disks.served("b", second, FORMAT, Access.READ))));
        server.listen(socket);

        try (RawClient client = RawClient.greeted(socket)) {
            client.option(8, new byte[0]);
            assertThat(client.replyType()).isEqualTo(Protocol.REPLY_ACK);
            byte[] query = "base:allocation".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            client.option(
                    10,
                    ByteBuffer.allocate(13 + query.length)
                            .putInt(1)
                            .put((byte) 'a')
                            .putInt(1)
                            .putInt(query.length)
                            .put(query)
                            .array());
            assertThat(client.replyType()).isEqualTo(Protocol.REPLY_META_CONTEXT);
            assertThat(client.replyType()).isEqualTo(Protocol.REPLY_ACK);
            client.option(7, RawClient.go("b"));
            while (client.replyType() != Protocol.REPLY_ACK) {
                // Infos come first.
            }
            client.request(0, BLOCK_STATUS, 4, 0, 512);
            ByteBuffer chunk = client.read(20);
            assertThat(Short.toUnsignedInt(chunk.getShort(6))).isEqualTo(Protocol.CHUNK_ERROR);
        }
    }

    @Test
    void servesOneClientOverStreams() throws Exception {
        serve(Access.READ);
        PipedInputStream in = new PipedInputStream(1 << 16);
        PipedOutputStream toServer = new PipedOutputStream(in);
        PipedInputStream fromServer = new PipedInputStream(1 << 20);
        PipedOutputStream out = new PipedOutputStream(fromServer);
        Thread serving = new Thread(() -> server.serve(in, out));
        serving.start();

        fromServer.readNBytes(18);
        toServer.write(ByteBuffer.allocate(4).putInt(3).array());
        toServer.write(RawClient.option(1, 0, new byte[0]).array());
        assertThat(ByteBuffer.wrap(fromServer.readNBytes(10)).getLong()).isEqualTo(ServedDisks.CAPACITY);
        toServer.close();
        serving.join();

        assertThat(fromServer.read()).isEqualTo(-1);
    }
}
