package io.vmdisk.extent.hosted.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamWriterTest {
    private static final Path NAME = Path.of("a.vmdk");
    private static final ByteBuffer BLOCK = ByteBuffer.allocate(512);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void writesThroughAChannelThatTakesAFewBytesAtATime() throws IOException {
        write(Channels.newChannel(out));
        ByteArrayOutputStream slow = new ByteArrayOutputStream();
        write(new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) {
                int count = Math.min(77, from.remaining());
                for (int i = 0; i < count; i++) {
                    slow.write(from.get());
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        });

        assertThat(slow.toByteArray()).isEqualTo(out.toByteArray()).hasSize((128 + 1 + 5 + 2 + 2 + 1) * 512);
    }

    private static void write(WritableByteChannel channel) throws IOException {
        StreamWriter writer = writer(channel, 1024);
        writer.append(3, BLOCK.duplicate());
        writer.finish();
    }

    @Test
    void refusesGrainsThatAreNotAscendingOrNotOfTheDisk() throws IOException {
        StreamWriter writer = writer(Channels.newChannel(out), 1024);
        writer.append(3, BLOCK.duplicate());

        assertThatThrownBy(() -> writer.append(3, BLOCK.duplicate())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.append(2, BLOCK.duplicate())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.append(8, BLOCK.duplicate())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.append(4, ByteBuffer.allocate(511)))
                .isInstanceOf(IllegalArgumentException.class);
        writer.finish();
        assertThatThrownBy(() -> writer.append(5, BLOCK.duplicate())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPlaceThatNoEntryCanName() throws IOException {
        StreamWriter writer = writer(new CountingChannel(), 1L << 40);
        ByteBuffer huge = hole(folder.resolve("hole"), 1 << 30);
        long grain = 0;
        for (; grain < 2047; grain++) {
            writer.append(grain, huge.duplicate());
        }
        long last = grain;

        assertThatThrownBy(() -> writer.append(last, huge.duplicate()))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("a.vmdk")
                .hasMessageContaining("past 2199023255552 bytes");
    }

    /** Bytes that are never touched, so take no memory. */
    private static ByteBuffer hole(Path file, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
    }

    @Test
    void refusesACapacityWithTooManyTables() {
        assertThatThrownBy(() -> writer(new CountingChannel(), 1L << 53)).isInstanceOf(LimitExceededException.class);
    }

    private static StreamWriter writer(WritableByteChannel channel, long capacitySectors) throws IOException {
        return new StreamWriter(channel, capacitySectors, new byte[20 * 512], NAME);
    }

    /** Takes everything at once and keeps nothing. */
    private static final class CountingChannel implements WritableByteChannel {
        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            from.position(from.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
