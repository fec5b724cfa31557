package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deflated grains, with the heads of streams and with the bare sizes of other writers. */
class StreamGrainsTest {
    private static final int GRAIN = 4096;
    private static final byte[] PLAIN = Patterns.text(3, GRAIN);

    private final MemoryVolume volume = new MemoryVolume();
    private final BlockFile file;

    StreamGrainsTest() throws IOException {
        Path path = MemoryVolume.folder().resolve("stream.vmdk");
        volume.put(path, new byte[3 * GRAIN]);
        file = volume.open(path, OpenMode.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private StreamGrains grains(int flags) {
        return new StreamGrains(
                file, new HostedHeader(3, flags, 24, 8, 0, 0, 512, 0, 1, 8, false, 1, ByteBuffer.allocate(512)));
    }

    private static byte[] deflated(byte[] plain, boolean bare) {
        Deflater deflater = new Deflater(6, bare);
        deflater.setInput(plain);
        deflater.finish();
        byte[] packed = new byte[3 * GRAIN];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    private void put(int at, int head, int size, byte[] packed) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(head + packed.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(head - 4, size).put(head, packed);
        file.writeFully(at, bytes);
    }

    private static byte[] inflate(StreamGrains grains, long at, int stored, int wanted) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(wanted + 10).position(3).limit(3 + wanted);
        grains.inflate(0, at, stored, into);
        assertThat(into.hasRemaining()).isFalse();
        assertThat(into.array()[2]).isZero();
        assertThat(into.array()[3 + wanted]).isZero();
        return Arrays.copyOfRange(into.array(), 3, 3 + wanted);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsAGrainBehindEitherHead(boolean bare) throws IOException {
        byte[] packed = deflated(PLAIN, bare);
        put(512, 12, packed.length, packed);
        put(4096, 4, packed.length, packed);

        try (StreamGrains marked = grains(0x30000);
                StreamGrains plain = grains(0x10000)) {
            assertThat(marked.storedLength(512)).isEqualTo(12 + packed.length);
            assertThat(inflate(marked, 512, 12 + packed.length, GRAIN)).isEqualTo(PLAIN);
            assertThat(plain.storedLength(4096)).isEqualTo(4 + packed.length);
            assertThat(inflate(plain, 4096, 4 + packed.length, GRAIN)).isEqualTo(PLAIN);
        }
    }

    @Test
    void ofTheLastGrainWhatIsBehindTheDiskIsDropped() throws IOException {
        byte[] packed = deflated(PLAIN, false);
        put(512, 12, packed.length, packed);

        try (StreamGrains grains = grains(0x30000)) {
            assertThat(inflate(grains, 512, 12 + packed.length, 1000)).isEqualTo(Arrays.copyOf(PLAIN, 1000));
        }
    }

    @Test
    void refusesSizesThatNoGrainHasBeforeMemoryIsTaken() throws IOException {
        try (StreamGrains grains = grains(0x30000)) {
            int most = StreamGrains.maxPackedBytes(GRAIN);
            assertThat(most).isEqualTo(2 * GRAIN + 512);
            put(512, 12, most, new byte[0]);
            assertThat(grains.storedLength(512)).isEqualTo(12 + most);
            put(512, 12, 1, new byte[0]);
            assertThat(grains.storedLength(512)).isEqualTo(13);
            for (int size : new int[] {0, -1, most + 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                put(512, 12, size, new byte[0]);
                assertThatThrownBy(() -> grains.storedLength(512))
                        .isInstanceOfSatisfying(MalformedFileException.class, e -> {
                            assertThat(e.code()).isEqualTo("malformed.grain-size");
                            assertThat(e.offset()).hasValue(512);
                        });
            }
        }
    }

    @Test
    void refusesGrainsThatHoldTooLittleOrTooMuchOrNothingThatInflates() throws IOException {
        byte[] shorter = deflated(Arrays.copyOf(PLAIN, GRAIN - 1), false);
        byte[] longer = deflated(Patterns.text(3, GRAIN + 1), false);
        byte[] broken = deflated(PLAIN, false);
        broken[broken.length - 1] ^= 1;
        try (StreamGrains grains = grains(0x30000)) {
            for (byte[] packed : new byte[][] {shorter, longer, broken}) {
                put(512, 12, packed.length, packed);
                assertThatThrownBy(() -> inflate(grains, 512, 12 + packed.length, GRAIN))
                        .isInstanceOfSatisfying(MalformedFileException.class, e -> {
                            assertThat(e.code()).isEqualTo("malformed.grain-data");
                            assertThat(e.offset()).hasValue(512);
                        });
            }
            byte[] sound = deflated(PLAIN, false);
            put(512, 12, sound.length, sound);
            assertThat(inflate(grains, 512, 12 + sound.length, GRAIN)).isEqualTo(PLAIN);
        }
    }

    @Test
    void tellsBareStreamsAndBytesBehindTheEnd() throws DataFormatException {
        byte[] bare = deflated(PLAIN, true);
        byte[] zlib = deflated(PLAIN, false);
        PackedGrain grain = new PackedGrain(GRAIN);
        byte[] target = new byte[GRAIN];
        try (GrainUnpacker unpacker = new GrainUnpacker()) {
            System.arraycopy(bare, 0, grain.bytes(), 0, bare.length);
            grain.set(4, bare.length + 3, 512);
            assertThat(unpacker.unpack(grain, target, GRAIN)).isEqualTo(GRAIN);
            assertThat(grain.grain()).isEqualTo(4);
            assertThat(grain.at()).isEqualTo(512);
            assertThat(grain.bytes()).hasSize(GRAIN + 512);
            assertThat(unpacker.wasBare()).isTrue();
            assertThat(unpacker.surplusBytes(grain)).isEqualTo(3);

            System.arraycopy(zlib, 0, grain.bytes(), 0, zlib.length);
            grain.set(4, zlib.length, 512);
            assertThat(unpacker.unpack(grain, target, GRAIN)).isEqualTo(GRAIN);
            assertThat(unpacker.wasBare()).isFalse();
            assertThat(unpacker.surplusBytes(grain)).isZero();
            assertThat(target).isEqualTo(PLAIN);
        }
    }

    @Test
    void knowsAZlibStreamByItsTwoFirstBytes() {
        byte[] start = {0, 0x78, (byte) 0x9C};

        assertThat(GrainUnpacker.isZlib(start, 1, 2)).isTrue();
        assertThat(GrainUnpacker.isZlib(start, 1, 1)).isFalse();
        assertThat(GrainUnpacker.isZlib(start, 0, 2)).isFalse();
        assertThat(GrainUnpacker.isZlib(new byte[] {0x78, (byte) 0x9D}, 0, 2)).isFalse();
        // A check sum that fits, but another method.
        assertThat(GrainUnpacker.isZlib(new byte[] {0x79, 0x18}, 0, 2)).isFalse();
    }

    @Test
    void aMarkerSaysWhatFollowsAndAGrainsHeadWhatItHolds() {
        StreamMarker table = StreamMarker.parse(StreamMarker.of(StreamMarker.TABLE, 4));
        assertThat(table).isEqualTo(new StreamMarker(4, 0, 1));
        assertThat(table.isGrain()).isFalse();

        byte[] block = new byte[600];
        StreamMarker.putGrainHead(block, 20, 0x1_0000_0080L, 77);
        block[32] = 9;
        StreamMarker head = StreamMarker.parse(ByteBuffer.wrap(block, 20, 512));
        assertThat(head).isEqualTo(new StreamMarker(0x1_0000_0080L, 77, 9));
        assertThat(head.isGrain()).isTrue();
        assertThat(StreamMarker.grainSectors(500)).isEqualTo(1);
        assertThat(StreamMarker.grainSectors(501)).isEqualTo(2);
    }
}
