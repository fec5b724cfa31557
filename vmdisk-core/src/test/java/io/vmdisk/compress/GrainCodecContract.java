package io.vmdisk.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.testkit.Patterns;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** What every pair of implementations keeps; {@code java.util.zip} is the other side of each exchange. */
abstract class GrainCodecContract {
    private static final int GRAIN = 65536;

    abstract GrainDeflater deflater(int level);

    abstract GrainInflater inflater();

    @Test
    void writesWhatStockZlibReadsAtEveryLevel() throws Exception {
        for (int level = 1; level <= 9; level++) {
            try (GrainDeflater deflater = deflater(level)) {
                for (byte[] content : contents()) {
                    byte[] packed = deflate(deflater, content);

                    assertThat(stockInflate(packed)).isEqualTo(content);
                }
            }
        }
    }

    @Test
    void readsWhatStockZlibWritesAtEveryLevel() throws Exception {
        try (GrainInflater inflater = inflater()) {
            for (int level = 0; level <= 9; level++) {
                for (byte[] content : contents()) {
                    byte[] packed = stockDeflate(content, level, false);

                    assertThat(inflate(inflater, packed, content.length)).isEqualTo(content);
                    assertThat(inflater.consumedBytes()).isEqualTo(packed.length);
                }
            }
        }
    }

    @Test
    void readsFromAndIntoBuffersOfAllKinds() throws Exception {
        try (GrainInflater inflater = inflater()) {
            for (byte[] content : contents()) {
                byte[] zlib = stockDeflate(content, 6, false);
                byte[] bare = stockDeflate(content, 6, true);
                for (boolean direct : new boolean[] {false, true}) {
                    for (boolean otherDirect : new boolean[] {false, true}) {
                        ByteBuffer out = buffer(new byte[content.length + 9], otherDirect)
                                .position(4)
                                .limit(content.length + 4);
                        ByteBuffer in = buffer(zlib, direct).asReadOnlyBuffer();

                        assertThat(inflater.inflate(in, out)).isEqualTo(content.length);
                        assertThat(inflater.consumedBytes()).isEqualTo(zlib.length);
                        assertThat(out).isEqualTo(ByteBuffer.wrap(content));
                        assertThat(in.position()).isEqualTo(3);
                        assertThat(around(out)).containsOnly((byte) 0);

                        out.put(out.position(), new byte[content.length]);
                        assertThat(inflater.inflateRaw(buffer(bare, direct), out))
                                .isEqualTo(content.length);
                        assertThat(out).isEqualTo(ByteBuffer.wrap(content));
                        assertThat(around(out)).containsOnly((byte) 0);
                    }
                }
            }
        }
    }

    @Test
    void refusesOneByteMoreThanADirectBufferTakes() throws Exception {
        byte[] content = Patterns.text(4, 5000);
        ByteBuffer packed = buffer(stockDeflate(content, 6, false), true);
        ByteBuffer out = ByteBuffer.allocateDirect(5003).limit(4999);
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflater.inflate(packed, out))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("more than the 4999 bytes");
            assertThat(out.position()).isZero();
            assertThat(out.limit()).isEqualTo(4999);
            for (int i = 4999; i < out.capacity(); i++) {
                assertThat(out.clear().get(i)).isZero();
            }
            assertThat(inflater.inflate(packed, out.limit(5000))).isEqualTo(5000);
        }
    }

    @Test
    void writesIntoNoBufferThatIsOnlyRead() {
        ByteBuffer packed = buffer(stockDeflate(new byte[10], 6, false), true);
        try (GrainInflater inflater = inflater()) {
            for (ByteBuffer out : new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocateDirect(10)}) {
                assertThatThrownBy(() -> inflater.inflate(packed, out.asReadOnlyBuffer()))
                        .isInstanceOf(ReadOnlyBufferException.class);
            }
        }
    }

    /** With three bytes before and two behind what remains. */
    private static ByteBuffer buffer(byte[] bytes, boolean direct) {
        ByteBuffer buffer =
                direct ? ByteBuffer.allocateDirect(bytes.length + 5) : ByteBuffer.allocate(bytes.length + 5);
        return buffer.put(3, bytes).position(3).limit(3 + bytes.length);
    }

    private static List<Byte> around(ByteBuffer buffer) {
        List<Byte> bytes = new ArrayList<>();
        ByteBuffer all = buffer.duplicate().clear();
        for (int i = 0; i < all.capacity(); i++) {
            if (i < buffer.position() || i >= buffer.limit()) {
                bytes.add(all.get(i));
            }
        }
        return bytes;
    }

    @Test
    void readsARawStreamWhenAsked() throws Exception {
        try (GrainInflater inflater = inflater()) {
            for (byte[] content : contents()) {
                byte[] packed = stockDeflate(content, 6, true);
                byte[] out = new byte[content.length];

                assertThat(inflater.inflateRaw(packed, 0, packed.length, out, 0, out.length))
                        .isEqualTo(content.length);
                assertThat(out).isEqualTo(content);
                assertThat(inflater.consumedBytes()).isEqualTo(packed.length);
            }
        }
    }

    @Test
    void leavesBytesOutsideTheRangesAlone() throws Exception {
        byte[] content = Patterns.text(7, 3000);
        byte[] source = new byte[3200];
        System.arraycopy(content, 0, source, 100, 3000);
        byte[] packed = Patterns.filled(0x5A, 5000);
        byte[] out = Patterns.filled(0x5A, 3400);
        try (GrainDeflater deflater = deflater(6);
                GrainInflater inflater = inflater()) {
            int length = deflater.deflate(source, 100, 3000, packed, 200);
            int produced = inflater.inflate(packed, 200, length, out, 300, 3000);

            assertThat(produced).isEqualTo(3000);
        }
        assertThat(Arrays.copyOfRange(packed, 0, 200)).containsOnly(0x5A);
        assertThat(Arrays.copyOfRange(out, 300, 3300)).isEqualTo(content);
        assertThat(Arrays.copyOfRange(out, 0, 300)).containsOnly(0x5A);
        assertThat(Arrays.copyOfRange(out, 3300, 3400)).containsOnly(0x5A);
    }

    @Test
    void stopsAtTheEndOfTheStreamAndTellsWhere() throws Exception {
        byte[] content = Patterns.text(3, 5000);
        byte[] packed = stockDeflate(content, 6, false);
        byte[] padded = Arrays.copyOf(packed, 4096);
        try (GrainInflater inflater = inflater()) {
            assertThat(inflate(inflater, padded, GRAIN)).isEqualTo(content);
            assertThat(inflater.consumedBytes()).isEqualTo(packed.length);
        }
    }

    @Test
    void refusesOneByteMoreThanTheBound() throws Exception {
        byte[] content = Patterns.text(4, 5000);
        byte[] packed = stockDeflate(content, 6, false);
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflate(inflater, packed, 4999))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("more than the 4999 bytes");
            assertThat(inflate(inflater, packed, 5000)).isEqualTo(content);
        }
    }

    @Test
    void refusesABombWithoutUnpackingIt() throws Exception {
        byte[] packed = stockDeflate(new byte[8 << 20], 9, false);
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflate(inflater, packed, GRAIN)).isInstanceOf(DataFormatException.class);
        }
    }

    @Test
    void refusesEveryTruncation() throws Exception {
        byte[] content = Patterns.text(5, 600);
        byte[] packed = stockDeflate(content, 6, false);
        try (GrainInflater inflater = inflater()) {
            for (int length = 0; length < packed.length; length++) {
                byte[] cut = Arrays.copyOf(packed, length);
                assertThatThrownBy(() -> inflate(inflater, cut, GRAIN))
                        .as("cut to %d bytes", length)
                        .isInstanceOf(DataFormatException.class)
                        .hasMessageContaining("cut off");
            }
            assertThat(inflate(inflater, packed, 600)).isEqualTo(content);
        }
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] packed = stockDeflate(Patterns.text(6, 1000), 6, false);
        packed[packed.length - 1] ^= 1;
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflate(inflater, packed, 1000))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void neverReturnsOtherBytesForADamagedStream() {
        byte[] content = Patterns.text(8, 400);
        byte[] packed = stockDeflate(content, 6, false);
        try (GrainInflater inflater = inflater()) {
            for (int bit = 0; bit < packed.length * 8; bit++) {
                byte[] damaged = packed.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                byte[] out;
                try {
                    out = inflate(inflater, damaged, GRAIN);
                } catch (DataFormatException e) {
                    continue;
                }
                assertThat(out).as("bit %d turned", bit).isEqualTo(content);
            }
        }
    }

    @Test
    void refusesAPresetDictionary() {
        Deflater writer = new Deflater(6);
        writer.setDictionary(new byte[] {1, 2, 3, 4});
        byte[] packed = drain(writer, Patterns.text(9, 500));
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflate(inflater, packed, 500))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("preset dictionary");
        }
    }

    @Test
    void refusesADestinationWithoutRoomForTheBound() {
        byte[] source = new byte[100];
        byte[] tight = new byte[Compression.boundBytes(100) - 1];
        try (GrainDeflater deflater = deflater(1)) {
            assertThatThrownBy(() -> deflater.deflate(source, 0, 100, tight, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesRangesOutsideTheArrays() {
        byte[] bytes = new byte[100];
        try (GrainInflater inflater = inflater()) {
            assertThatThrownBy(() -> inflater.inflate(bytes, 50, 51, bytes, 0, 10))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> inflater.inflate(bytes, 0, 10, bytes, 50, 51))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void isClosedForGood() {
        GrainDeflater deflater = deflater(1);
        deflater.close();
        deflater.close();
        GrainInflater inflater = inflater();
        inflater.close();
        inflater.close();

        assertThatThrownBy(() -> deflater.deflate(new byte[10], 0, 10, new byte[100], 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inflater.inflate(new byte[10], 0, 10, new byte[100], 0, 10))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inflater.inflateRaw(new byte[10], 0, 10, new byte[100], 0, 10))
                .isInstanceOf(IllegalStateException.class);
    }

    private static byte[][] contents() {
        return new byte[][] {
            new byte[0],
            {42},
            new byte[GRAIN],
            Patterns.random(1, GRAIN),
            Patterns.text(2, GRAIN),
            Patterns.mixed(3, GRAIN),
            Patterns.random(4, 1),
            Patterns.mixed(5, 65537)
        };
    }

    private static byte[] deflate(GrainDeflater deflater, byte[] content) {
        byte[] room = new byte[Compression.boundBytes(content.length)];
        return Arrays.copyOf(room, deflater.deflate(content, 0, content.length, room, 0));
    }

    private static byte[] inflate(GrainInflater inflater, byte[] packed, int maxOut) throws DataFormatException {
        byte[] room = new byte[maxOut];
        return Arrays.copyOf(room, inflater.inflate(packed, 0, packed.length, room, 0, maxOut));
    }

    private static byte[] stockDeflate(byte[] content, int level, boolean raw) {
        return drain(new Deflater(level, raw), content);
    }

    private static byte[] drain(Deflater writer, byte[] content) {
        byte[] room = new byte[Compression.boundBytes(content.length)];
        writer.setInput(content);
        writer.finish();
        int length = writer.deflate(room);
        assertThat(writer.finished()).isTrue();
        writer.end();
        return Arrays.copyOf(room, length);
    }

    private static byte[] stockInflate(byte[] packed) throws DataFormatException {
        Inflater reader = new Inflater();
        reader.setInput(packed);
        byte[] room = new byte[GRAIN + 2];
        int length = 0;
        while (!reader.finished()) {
            int step = reader.inflate(room, length, room.length - length);
            if (step == 0 && !reader.finished()) {
                throw new DataFormatException("stock zlib is stuck");
            }
            length += step;
        }
        assertThat(reader.getRemaining()).isZero();
        reader.end();
        return Arrays.copyOf(room, length);
    }
}
