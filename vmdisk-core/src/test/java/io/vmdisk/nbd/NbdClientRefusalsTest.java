package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each rule of the protocol that a server may break, and each limit: the client says which it was. */
class NbdClientRefusalsTest {
    private static final int SIZE = 8192;
    private static final int HALF = SIZE / 2;

    /** What a server says, in order; a test changes one thing of it. */
    private static final class Server {
        private final ByteBuffer said = ByteBuffer.allocate(1 << 22);

        Server greets(long first, long second, int flags) {
            said.putLong(first).putLong(second).putShort((short) flags);
            return this;
        }

        Server greets() {
            return greets(Protocol.NBDMAGIC, Protocol.IHAVEOPT, 3);
        }

        Server replies(NbdOption option, int type, ByteBuffer data) {
            said.putLong(Protocol.OPTION_REPLY_MAGIC).putInt(option.code()).putInt(type);
            said.putInt(data.capacity()).put(data.array());
            return this;
        }

        Server acknowledges(NbdOption option) {
            return replies(option, Protocol.REPLY_ACK, ByteBuffer.allocate(0));
        }

        Server hasStructuredReplies() {
            return greets().acknowledges(NbdOption.STRUCTURED_REPLY);
        }

        Server knowsAllocation() {
            byte[] id = "base:allocation".getBytes(StandardCharsets.US_ASCII);
            ByteBuffer context = ByteBuffer.allocate(4 + id.length).putInt(1).put(id);
            return hasStructuredReplies()
                    .replies(NbdOption.SET_META_CONTEXT, Protocol.REPLY_META_CONTEXT, context)
                    .acknowledges(NbdOption.SET_META_CONTEXT);
        }

        Server exports(long size) {
            return replies(
                    NbdOption.GO,
                    Protocol.REPLY_INFO,
                    ByteBuffer.allocate(12).putShort((short) 0).putLong(size).putShort((short) 3));
        }

        Server blocks(int minimum) {
            return replies(
                    NbdOption.GO,
                    Protocol.REPLY_INFO,
                    ByteBuffer.allocate(14)
                            .putShort((short) 3)
                            .putInt(minimum)
                            .putInt(512)
                            .putInt(1 << 20));
        }

        Server isOpen() {
            return knowsAllocation().exports(SIZE).acknowledges(NbdOption.GO);
        }

        Server chunk(long cookie, int flags, int type, int length, ByteBuffer payload) {
            said.putInt(Protocol.CHUNK_MAGIC).putShort((short) flags).putShort((short) type);
            said.putLong(cookie).putInt(length).put(payload.array());
            return this;
        }

        Server chunk(int flags, int type, ByteBuffer payload) {
            return chunk(1, flags, type, payload.capacity(), payload);
        }

        Server data(int flags, long at, int count) {
            return chunk(
                    flags,
                    Protocol.CHUNK_OFFSET_DATA,
                    ByteBuffer.allocate(8 + count).putLong(at));
        }

        Server hole(int flags, long at, int count) {
            return chunk(
                    flags,
                    Protocol.CHUNK_OFFSET_HOLE,
                    ByteBuffer.allocate(12).putLong(at).putInt(count));
        }

        Server stretches(int flags, int context, int... pairs) {
            ByteBuffer payload = ByteBuffer.allocate(4 + 4 * pairs.length).putInt(context);
            Arrays.stream(pairs).forEach(payload::putInt);
            return chunk(flags, Protocol.CHUNK_BLOCK_STATUS, payload);
        }

        Server error(int flags, int textBytes, int told) {
            ByteBuffer payload = ByteBuffer.allocate(6 + textBytes).putInt(5).putShort((short) told);
            return chunk(flags, Protocol.CHUNK_ERROR, payload);
        }

        InputStream bytes() {
            return new ByteArrayInputStream(said.array(), 0, said.position());
        }
    }

    private static NbdClient connect(InputStream server) throws IOException {
        return NbdClient.over(
                new StreamWire(server, OutputStream.nullOutputStream(), () -> true, () -> {}), "", Path.of("server"));
    }

    private static NbdClient connect(Server server) throws IOException {
        return connect(server.bytes());
    }

    private static DynamicTest refused(String problem, UnaryOperator<Server> talk) {
        return DynamicTest.dynamicTest(
                problem,
                () -> assertThatThrownBy(() -> connect(talk.apply(new Server())))
                        .isInstanceOf(MalformedFileException.class)
                        .hasMessageContaining("server")
                        .hasMessageContaining(problem));
    }

    @TestFactory
    Stream<DynamicTest> aHandshakeThatBreaksARuleIsRefused() {
        ByteBuffer empty = ByteBuffer.allocate(0);
        return Stream.of(
                refused("not that of an NBD server", s -> s.greets(1, Protocol.IHAVEOPT, 3)),
                refused("a question that was not asked", s -> s.greets().acknowledges(NbdOption.GO)),
                refused(
                        "a context without a number",
                        s -> s.hasStructuredReplies()
                                .replies(NbdOption.SET_META_CONTEXT, Protocol.REPLY_META_CONTEXT, empty)),
                refused("too many contexts", s -> {
                    s.hasStructuredReplies();
                    for (int i = 0; i < 1024; i++) {
                        s.replies(NbdOption.SET_META_CONTEXT, Protocol.REPLY_META_CONTEXT, ByteBuffer.allocate(8));
                    }
                    return s;
                }),
                refused("too many infos", s -> {
                    s.knowsAllocation();
                    for (int i = 0; i < 1024; i++) {
                        s.exports(SIZE);
                    }
                    return s;
                }),
                refused("an export without a size", s -> s.knowsAllocation().acknowledges(NbdOption.GO)),
                refused(
                        "the size of the export is missing",
                        s -> s.knowsAllocation().replies(NbdOption.GO, Protocol.REPLY_INFO, ByteBuffer.allocate(4))),
                refused(
                        "an export of 18446744073709551615 bytes",
                        s -> s.knowsAllocation().exports(-1)),
                refused(
                        "an export of 9223372036854775807 bytes",
                        s -> s.knowsAllocation().exports(Long.MAX_VALUE)),
                refused("blocks of at least 0 bytes", s -> s.knowsAllocation().blocks(0)),
                refused("blocks of at least 513 bytes", s -> s.knowsAllocation().blocks(513)),
                refused(
                        "blocks of at least 131072 bytes",
                        s -> s.knowsAllocation().blocks(128 << 10)),
                refused("an answer of 4294967295 bytes", s -> {
                    s.greets().said.putLong(Protocol.OPTION_REPLY_MAGIC).putInt(NbdOption.STRUCTURED_REPLY.code());
                    s.said.putInt(Protocol.REPLY_ACK).putInt(-1);
                    return s;
                }),
                refused(
                        "an answer of 65537 bytes",
                        s -> s.greets()
                                .replies(NbdOption.STRUCTURED_REPLY, Protocol.REPLY_ACK, ByteBuffer.allocate(65537))));
    }

    @Test
    void serversOfTheOldKindAndWithoutTheExportAreToldApart() {
        for (Server old : List.of(
                new Server().greets(Protocol.NBDMAGIC, 1, 3),
                new Server().greets(Protocol.NBDMAGIC, Protocol.IHAVEOPT, 0))) {
            assertThatThrownBy(() -> connect(old)).isInstanceOf(UnsupportedFeatureException.class);
        }
        int unknown = 0x80000006;
        int tlsRequired = 0x80000005;
        assertThatThrownBy(() ->
                        connect(new Server().knowsAllocation().replies(NbdOption.GO, unknown, ByteBuffer.allocate(0))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("no export ''");
        assertThatThrownBy(() -> connect(
                        new Server().knowsAllocation().replies(NbdOption.GO, tlsRequired, ByteBuffer.allocate(0))))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("TLS only");
    }

    private static void read(NbdClient client) throws IOException {
        client.read(0, ByteBuffer.allocate(SIZE));
    }

    private static DynamicTest refusedRead(String problem, UnaryOperator<Server> reply) {
        return DynamicTest.dynamicTest("read: " + problem, () -> {
            try (NbdClient client = connect(reply.apply(new Server().isOpen()))) {
                assertThatThrownBy(() -> read(client))
                        .isInstanceOf(MalformedFileException.class)
                        .hasMessageContaining(problem);
                assertThat(client.isBroken()).isTrue();
                assertThatThrownBy(() -> read(client)).hasMessageContaining("connection to the server broke");
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aReplyToAReadThatBreaksARuleIsRefusedAndTheConnectionIsOfNoMoreUse() {
        return Stream.of(
                refusedRead("a reply of another form", s -> {
                    s.said.putInt(Protocol.SIMPLE_REPLY_MAGIC)
                            .putInt(0)
                            .putLong(1)
                            .putLong(0);
                    return s;
                }),
                refusedRead(
                        "a reply to another request",
                        s -> s.chunk(2, 1, Protocol.CHUNK_NONE, 0, ByteBuffer.allocate(0))),
                refusedRead(
                        "a chunk of 4294967295 bytes",
                        s -> s.chunk(1, 1, Protocol.CHUNK_OFFSET_DATA, -1, ByteBuffer.allocate(0))),
                refusedRead("a chunk that is none", s -> {
                    s.data(0, 0, HALF).said.putLong(1).putLong(2).putLong(3);
                    return s;
                }),
                refusedRead(
                        "a chunk with nothing that is no end",
                        s -> s.chunk(1, Protocol.CHUNK_NONE, ByteBuffer.allocate(1))),
                refusedRead(
                        "a chunk with nothing that is no end",
                        s -> s.chunk(0, Protocol.CHUNK_NONE, ByteBuffer.allocate(0))),
                refusedRead("a reply that leaves out bytes", s -> s.data(1, 0, HALF)),
                refusedRead("the same bytes twice", s -> s.data(0, 0, HALF).data(1, HALF - 1, HALF)),
                refusedRead("the same bytes twice", s -> s.hole(0, HALF, HALF).data(1, 0, HALF + 1)),
                refusedRead("data that was not asked for", s -> s.data(1, -1, HALF)),
                refusedRead("data that was not asked for", s -> s.data(1, HALF + 1, HALF)),
                refusedRead("data that was not asked for", s -> s.hole(1, 0, SIZE + 1)),
                refusedRead("a piece of data without bytes", s -> s.data(1, 0, 0)),
                refusedRead("a piece of data without bytes", s -> s.hole(1, 0, -1)),
                refusedRead(
                        "a hole of another form", s -> s.chunk(1, Protocol.CHUNK_OFFSET_HOLE, ByteBuffer.allocate(11))),
                refusedRead("a chunk of kind 7", s -> s.chunk(1, 7, ByteBuffer.allocate(0))),
                refusedRead("an error of 5 bytes", s -> s.chunk(1, Protocol.CHUNK_ERROR, ByteBuffer.allocate(5))),
                refusedRead("an error of 8193 bytes", s -> s.chunk(1, Protocol.CHUNK_ERROR, ByteBuffer.allocate(8193))),
                refusedRead("an error whose text is longer than itself", s -> s.error(1, 3, 4)),
                refusedRead("more errors than there can be", s -> {
                    for (int i = 0; i < 1025; i++) {
                        s.error(0, 0, 0);
                    }
                    return s;
                }));
    }

    private static DynamicTest refusedStatus(String problem, UnaryOperator<Server> reply) {
        return DynamicTest.dynamicTest("stretches: " + problem, () -> {
            try (NbdClient client = connect(reply.apply(new Server().isOpen()))) {
                List<Long> taken = new ArrayList<>();
                assertThatThrownBy(() -> client.status(0, SIZE, (length, state) -> taken.add(length)))
                        .isInstanceOf(MalformedFileException.class)
                        .hasMessageContaining(problem);
                assertThat(taken).hasSizeLessThanOrEqualTo(1);
                assertThat(client.isBroken()).isTrue();
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> anAnswerAboutStretchesThatBreaksARuleIsRefused() {
        return Stream.of(
                refusedStatus("an answer about something else", s -> s.stretches(1, 2, SIZE, 0)),
                refusedStatus("a stretch without bytes", s -> s.stretches(1, 1, HALF, 0, 0, 0)),
                refusedStatus("a list of stretches of 4 bytes", s -> s.stretches(1, 1)),
                refusedStatus("a list of stretches of 8 bytes", s -> s.stretches(1, 1, SIZE)),
                refusedStatus("a list of stretches of 1048580 bytes", s -> s.stretches(1, 1, new int[1 << 18])),
                refusedStatus(
                        "two answers about the same stretches",
                        s -> s.stretches(0, 1, SIZE, 0).stretches(1, 1, SIZE, 0)),
                refusedStatus(
                        "a chunk with nothing that is no end",
                        s -> s.chunk(0, Protocol.CHUNK_NONE, ByteBuffer.allocate(0))),
                refusedStatus(
                        "no answer about stretches", s -> s.chunk(1, Protocol.CHUNK_NONE, ByteBuffer.allocate(0))),
                refusedStatus("a chunk of kind 1", s -> s.data(1, 0, HALF)));
    }

    @Test
    void whatTheServerCannotReadIsToldAndTheConnectionGoesOn() throws IOException {
        Server server = new Server().isOpen().error(1, 0, 0);
        server.chunk(
                2,
                1,
                Protocol.CHUNK_OFFSET_HOLE,
                12,
                ByteBuffer.allocate(12).putLong(0).putInt(SIZE));
        try (NbdClient client = connect(server)) {
            assertThatThrownBy(() -> read(client)).hasMessageContaining("could not read: error 5");
            read(client);
        }
    }

    /** A question goes out in whole blocks; an answer that ends before the byte that mattered is none. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void stretchesInFrontOfWhatWasAskedAboutAreRefused(@TempDir Path folder) throws IOException {
        Server server = new Server().knowsAllocation().blocks(512).exports(SIZE).acknowledges(NbdOption.GO);
        Path talk = folder.resolve("talk");
        Files.write(talk, server.stretches(1, 1, 10, 0).bytes().readAllBytes());
        Path name = Path.of("server");
        NbdAddress address = NbdAddress.parse("nbd+exec:cat " + talk + "; cat > /dev/null");

        try (BlockFile file = new NbdVolume(address, name).open(name, OpenMode.READ)) {
            assertThatThrownBy(() -> file.nextData(600))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("in front of those that were asked about");
        }
    }

    /** A talk that is cut off anywhere ends as an input/output failure. */
    @Test
    void aServerThatHangsUpAnywhereIsAFailure() throws IOException {
        byte[] whole = new Server().isOpen().hole(1, 0, SIZE).bytes().readAllBytes();
        for (int length = 0; length < whole.length; length++) {
            InputStream cut = new ByteArrayInputStream(whole, 0, length);
            assertThatThrownBy(() -> {
                        try (NbdClient client = connect(cut)) {
                            read(client);
                        }
                    })
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }
}
