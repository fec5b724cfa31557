package io.vmdisk.snapshot.vmsn;

import static io.vmdisk.snapshot.vmsn.CheckpointBytes.le;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.Volume;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressedImageTest {
    private static final int BLOCK = 4 << 20;

    @TempDir
    Path folder;

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] expand(int size, int... stream) {
        byte[] out = new byte[size];
        assertThat(LzBlock.expand(bytes(stream), out)).isTrue();
        return out;
    }

    @Test
    void expandsLiteralsAndShortMatches() {
        // "ab", then a match of 3 at distance 2, then a literal.
        assertThat(expand(6, 0x01, 'a', 'b', 0x20, 1, 0x00, 'c')).containsExactly('a', 'b', 'a', 'b', 'a', 'c');
    }

    @Test
    void expandsLongMatchesWhoseLengthTakesSeveralBytes() {
        // Length 3 + 6 + 255 + 1.
        byte[] out = expand(1 + 265, 0x00, 'z', 0xE0, 0xFF, 0x01, 0x00);

        assertThat(out).containsOnly('z');
    }

    @Test
    void readsZerosBeforeTheStart() {
        assertThat(expand(5, 0x00, 'q', 0x40, 9)).containsExactly('q', 0, 0, 0, 0);
    }

    @Test
    void expandsFarMatches() {
        int distance = 0x2000 + 0x0102;
        byte[] plain = new byte[distance + 3];
        for (int i = 0; i < distance; i++) {
            plain[i] = (byte) (i * 31 + i / 256);
        }
        System.arraycopy(plain, 0, plain, distance, 3);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        literals(stream, plain, distance);
        stream.writeBytes(bytes(0x3F, 0xFF, 0x01, 0x02));
        byte[] out = new byte[plain.length];

        assertThat(LzBlock.expand(stream.toByteArray(), out)).isTrue();
        assertThat(out).isEqualTo(plain);
    }

    @Test
    void refusesStreamsThatRunOverOrFallShort() {
        int[][] streams = {
            {},
            {0x05, 'a'},
            {0x00, 'a', 0x20},
            {0x00, 'a', 0xE0, 0xFF},
            {0x00, 'a', 0x3F, 0xFF, 0},
            {0x00, 'a'},
            {0x00, 'a', 0xE0, 0xFF, 0xFF, 0xFF, 0x00, 0x00},
            {0x07, 1, 2, 3, 4, 5, 6, 7, 8}
        };

        for (int[] stream : streams) {
            assertThat(LzBlock.expand(bytes(stream), new byte[4])).isFalse();
        }
    }

    private static void literals(ByteArrayOutputStream out, byte[] plain, int end) {
        for (int at = 0; at < end; at += 32) {
            int count = Math.min(32, end - at);
            out.write(count - 1);
            out.write(plain, at, count);
        }
    }

    private static byte[] block(byte[] plain) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        literals(stream, plain, plain.length);
        return le(16 + stream.size())
                .putInt(plain.length)
                .putInt(0)
                .putInt(stream.size())
                .putInt(0)
                .put(stream.toByteArray())
                .array();
    }

    private Path twoBlocks(byte[] first, byte[] second) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(block(first));
        file.writeBytes(block(second));
        return CheckpointBytes.write(folder.resolve("vm.vmem"), file.toByteArray());
    }

    @Test
    void readsACompressedImageAcrossBlocks() throws IOException {
        byte[] first = new byte[BLOCK];
        Arrays.fill(first, (byte) 1);
        byte[] second = new byte[8192];
        Arrays.fill(second, (byte) 2);

        try (GuestMemory memory = GuestMemory.ofImage(twoBlocks(first, second), Volume.system())) {
            ByteBuffer around = ByteBuffer.allocate(4);
            assertThat(memory.top()).isEqualTo(BLOCK + 8192);
            memory.read(BLOCK - 2, around);
            assertThat(around.array()).containsExactly(1, 1, 2, 2);
        }
    }

    @Test
    void namesTheBlockThatDoesNotExpand() throws IOException {
        byte[] file = new byte[0];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] broken = block(new byte[BLOCK]);
        broken[16] = 0x1e;
        out.writeBytes(broken);
        out.writeBytes(block(new byte[4096]));
        file = out.toByteArray();
        Path path = CheckpointBytes.write(folder.resolve("vm.vmem"), file);

        try (GuestMemory memory = GuestMemory.ofImage(path, Volume.system())) {
            assertThatThrownBy(() -> memory.read(0, ByteBuffer.allocate(1)))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("does not expand");
        }
    }

    @Test
    void takesPlainMemoryThatOnlyBeginsLikeABlockAsItIs() throws IOException {
        byte[] plain = le(8192).putInt(BLOCK).putInt(0).putInt(100).putInt(0).array();
        plain[200] = 1;
        Path path = CheckpointBytes.write(folder.resolve("vm.vmem"), plain);

        try (GuestMemory memory = GuestMemory.ofImage(path, Volume.system())) {
            assertThat(memory.top()).isEqualTo(8192);
        }
    }

    @Test
    void refusesAnImageWhoseLaterHeadersAreDamaged() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(block(new byte[BLOCK]));
        out.writeBytes(block(new byte[BLOCK]));
        out.writeBytes(new byte[16]);
        Path path = CheckpointBytes.write(folder.resolve("vm.vmem"), out.toByteArray());

        assertThatThrownBy(() -> GuestMemory.ofImage(path, Volume.system()))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("no header of a compressed block");
    }
}
