package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.nbd.OptionData.MalformedOptionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a client sends, it gets an answer or is left; the server never fails of it. */
class HandshakeProperties {
    private static final NbdExports EXPORTS = NbdExports.of(List.of(new ServedDisk("a", "lost", () -> {
        throw new NoSuchFileException("a");
    })));

    @Property(tries = 2000)
    void anyBytesAreOptionsOrMalformed(@ForAll @Size(max = 60) byte[] bytes) {
        for (int kind = 0; kind < 4; kind++) {
            OptionData data = new OptionData(bytes.clone());
            try {
                switch (kind) {
                    case 0 -> data.info();
                    case 1 -> data.contexts();
                    case 2 -> data.nothing();
                    default -> data.wholeName();
                }
            } catch (MalformedOptionException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    /** Options that are nearly right: lengths and counts are off by little or much. */
    @Property(tries = 1500)
    void nearlyRightHandshakesEnd(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int options) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.writeBytes(ByteBuffer.allocate(4)
                .putInt(random.nextInt(10) == 0 ? random.nextInt() : 1 + 2 * random.nextInt(2))
                .array());
        for (int i = 0; i < options; i++) {
            byte[] data = random.nextBoolean() ? RawClient.go("a") : contexts(random);
            if (random.nextInt(3) == 0) {
                data[random.nextInt(data.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(data.length + 3) : data.length;
            ByteBuffer option = RawClient.option(random.nextInt(12), length, data);
            said.write(option.array(), 0, option.limit());
        }
        ByteArrayOutputStream answered = new ByteArrayOutputStream();
        Wire wire = new StreamWire(new ByteArrayInputStream(said.toByteArray()), answered, () -> true, () -> {});
        try {
            assertThat(new Negotiation(wire, EXPORTS, null).run()).isEmpty();
        } catch (IOException e) {
            // The talk ended in the middle of a word, or the old way of choosing met a disk that does not open.
            assertThat(e).isNotInstanceOf(UncheckedIOException.class);
        }
        assertThat(answered.size()).isGreaterThanOrEqualTo(18);
    }

    private static byte[] contexts(SplittableRandom random) {
        byte[] query = "base:allocation".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(13 + query.length)
                .putInt(1)
                .put((byte) 'a')
                .putInt(random.nextInt(5) == 0 ? random.nextInt() : 1)
                .putInt(query.length)
                .put(query)
                .array();
    }
}
