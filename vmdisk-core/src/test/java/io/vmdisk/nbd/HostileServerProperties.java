package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a server sends, the client reads the bytes it asked for or says what is wrong. */
class HostileServerProperties {
    private static final int SIZE = 8192;

    /** All that a good server says to a client that asks about the export and then reads it twice. */
    private static byte[] talk() {
        ByteBuffer said = ByteBuffer.allocate(2 * SIZE);
        said.putLong(Protocol.NBDMAGIC).putLong(Protocol.IHAVEOPT).putShort((short) 3);
        reply(said, NbdOption.STRUCTURED_REPLY, Protocol.REPLY_ACK, new byte[0]);
        byte[] id = "base:allocation".getBytes(StandardCharsets.US_ASCII);
        byte[] context = ByteBuffer.allocate(4 + id.length).putInt(1).put(id).array();
        reply(said, NbdOption.SET_META_CONTEXT, Protocol.REPLY_META_CONTEXT, context);
        reply(said, NbdOption.SET_META_CONTEXT, Protocol.REPLY_ACK, new byte[0]);
        byte[] export = ByteBuffer.allocate(12)
                .putShort((short) 0)
                .putLong(SIZE)
                .putShort((short) 3)
                .array();
        reply(said, NbdOption.GO, Protocol.REPLY_INFO, export);
        byte[] blocks = ByteBuffer.allocate(14)
                .putShort((short) 3)
                .putInt(1)
                .putInt(512)
                .putInt(1 << 20)
                .array();
        reply(said, NbdOption.GO, Protocol.REPLY_INFO, blocks);
        reply(said, NbdOption.GO, Protocol.REPLY_ACK, new byte[0]);
        chunk(
                said,
                1,
                0,
                Protocol.CHUNK_OFFSET_DATA,
                ByteBuffer.allocate(8 + 4096).putLong(4096));
        chunk(
                said,
                1,
                1,
                Protocol.CHUNK_OFFSET_HOLE,
                ByteBuffer.allocate(12).putLong(0).putInt(4096));
        chunk(
                said,
                2,
                1,
                Protocol.CHUNK_BLOCK_STATUS,
                ByteBuffer.allocate(20).putInt(1).putInt(4096).putInt(3).putInt(4096));
        chunk(
                said,
                3,
                1,
                Protocol.CHUNK_ERROR,
                ByteBuffer.allocate(8).putInt(5).putShort((short) 2).put((byte) 'n'));
        return Arrays.copyOf(said.array(), said.position());
    }

    private static void reply(ByteBuffer said, NbdOption option, int type, byte[] data) {
        said.putLong(Protocol.OPTION_REPLY_MAGIC)
                .putInt(option.code())
                .putInt(type)
                .putInt(data.length)
                .put(data);
    }

    private static void chunk(ByteBuffer said, long cookie, int flags, int type, ByteBuffer payload) {
        said.putInt(Protocol.CHUNK_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putInt(payload.capacity())
                .put(payload.array());
    }

    /** Asks as the good server expects it; whatever goes wrong is an input/output failure. */
    private static int ask(byte[] server) {
        int done = 0;
        Wire wire =
                new StreamWire(new ByteArrayInputStream(server), OutputStream.nullOutputStream(), () -> true, () -> {});
        try (NbdClient client = NbdClient.over(wire, "", Path.of("server"))) {
            done++;
            int size = (int) Math.min(SIZE, client.size());
            ByteBuffer bytes = ByteBuffer.allocate(size);
            client.read(0, bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            done++;
            client.status(
                    0, Math.max(1, size), (length, state) -> assertThat(length).isPositive());
            done++;
            client.read(0, bytes.clear());
            done++;
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
        return done;
    }

    @Example
    void theGoodServerIsUnderstoodUpToItsError() {
        assertThat(ask(talk())).isEqualTo(3);
    }

    @Property(tries = 4000)
    void damagedTalksEndInAnAnswerOrAnError(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] server = talk();
        for (int i = random.nextInt(3); i >= 0; i--) {
            // Most of the talk is data of a read, where a change is no damage.
            int at = random.nextBoolean() ? random.nextInt(320) : random.nextInt(server.length);
            int kind = random.nextInt(4);
            if (kind == 0) {
                server = Arrays.copyOf(server, at);
                break;
            }
            server[at] = (byte) (kind == 1 ? 0xff : kind == 2 ? 0 : random.nextInt());
        }
        ask(server);
    }
}
