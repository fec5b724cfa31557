package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.extent.Extent;
import io.vmdisk.extent.ExtentSink;
import io.vmdisk.storage.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Chains as rows of letters, a letter for 4 KiB: {@code d} data, {@code z} zeros, {@code .} "ask the parent". */
class ChainReaderTest {
    private static final int BLOCK = 4096;
    private static final int WINDOW = ResolvedWindow.BYTES;

    /** A link whose data bytes all have one value. */
    private static final class Sheet implements Extent {
        private final StringBuilder states;
        private final byte value;
        private int asked;

        Sheet(String states, int value) {
            this.states = new StringBuilder(states);
            this.value = (byte) value;
        }

        @Override
        public long capacity() {
            return (long) states.length() * BLOCK;
        }

        @Override
        public Optional<Path> path() {
            return Optional.empty();
        }

        @Override
        public int grainBytes() {
            return BLOCK;
        }

        @Override
        public void locate(long start, long length, ExtentSink sink) throws IOException {
            asked++;
            long at = start;
            while (at < start + length) {
                long end = Math.min(start + length, (at / BLOCK + 1) * BLOCK);
                switch (states.charAt((int) (at / BLOCK))) {
                    case 'd' -> sink.data(at, end - at, at);
                    case 'z' -> sink.zero(at, end - at, -1);
                    default -> sink.unallocated(at, end - at);
                }
                at = end;
            }
        }

        @Override
        public void readData(long fileOffset, ByteBuffer into) {
            while (into.hasRemaining()) {
                into.put(value);
            }
        }

        @Override
        public void readCompressed(long start, long fileOffset, int storedLength, ByteBuffer into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long allocatedBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @SuppressWarnings("NullAway") // nobody asks these links for their facts
    private static ChainReader reader(Sheet... topFirst) {
        List<OpenLink> links = Stream.of(topFirst)
                .map(sheet -> new OpenLink(null, List.of(new PlacedExtent(0, sheet.capacity(), sheet, OpenMode.READ))))
                .toList();
        return new ChainReader(Layers.of(links), topFirst[0].capacity());
    }

    private static String read(ChainReader reader, long at, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        reader.read(at, into);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i += BLOCK) {
            text.append((char) ('0' + into.get(i)));
        }
        return text.toString();
    }

    @Test
    void theNearestLinkThatKnowsAnswers() throws IOException {
        Sheet top = new Sheet("d.z.", 3);
        Sheet middle = new Sheet("dd.z", 2);
        Sheet base = new Sheet("dddd", 1);

        assertThat(read(reader(top, middle, base), 0, 4 * BLOCK)).isEqualTo("3200");
        assertThat(read(reader(middle, base), 0, 4 * BLOCK)).isEqualTo("2210");
    }

    @Test
    void whatNobodyHasAndWhatLiesBehindAParentsEndIsZero() throws IOException {
        Sheet top = new Sheet("...d", 2);
        Sheet base = new Sheet(".d", 1);

        assertThat(read(reader(top, base), 0, 4 * BLOCK)).isEqualTo("0102");
    }

    @Test
    void aWindowIsAskedForOnceHoweverOftenItIsRead() throws IOException {
        Sheet top = new Sheet(".d".repeat(WINDOW / BLOCK), 2);
        Sheet base = new Sheet("d.".repeat(WINDOW / BLOCK), 1);
        ChainReader reader = reader(top, base);
        read(reader, 0, BLOCK);
        int topAsked = top.asked;
        int baseAsked = base.asked;

        for (int at = 0; at < WINDOW; at += 16 * BLOCK) {
            assertThat(read(reader, at, 2 * BLOCK)).isEqualTo("12");
        }

        assertThat(top.asked).isEqualTo(topAsked);
        assertThat(base.asked).isEqualTo(baseAsked);
    }

    @Test
    void aReadMayCrossWindows() throws IOException {
        String before = ".".repeat(WINDOW / BLOCK - 1);
        Sheet top = new Sheet(before + "dd" + before, 5);

        assertThat(read(reader(top), WINDOW - 2 * BLOCK, 4 * BLOCK)).isEqualTo("0550");
    }

    @Test
    void aChangedMapIsSeenAfterItsRangeWasForgotten() throws IOException {
        Sheet top = new Sheet("....", 2);
        Sheet base = new Sheet("dddd", 1);
        ChainReader reader = reader(top, base);
        assertThat(read(reader, 0, 4 * BLOCK)).isEqualTo("1111");

        top.states.setCharAt(2, 'd');
        reader.invalidate(2 * BLOCK, BLOCK);

        assertThat(read(reader, 0, 4 * BLOCK)).isEqualTo("1121");
    }

    @Test
    void forgettingOneWindowLeavesTheOthers() throws IOException {
        Sheet top = new Sheet("d".repeat(3 * WINDOW / BLOCK), 1);
        ChainReader reader = reader(top);
        byte[] all = new byte[3 * WINDOW];
        reader.read(0, ByteBuffer.wrap(all));
        byte[] ones = new byte[all.length];
        Arrays.fill(ones, (byte) 1);
        assertThat(all).isEqualTo(ones);
        int asked = top.asked;

        reader.invalidate(WINDOW, 1);
        reader.read(0, ByteBuffer.wrap(all));

        assertThat(top.asked).isEqualTo(asked + 1);
    }
}
