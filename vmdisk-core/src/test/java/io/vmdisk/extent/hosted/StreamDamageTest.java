package io.vmdisk.extent.hosted;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One sound stream-optimised file, one thing wrong with it: what a check says. */
class StreamDamageTest {
    private static final Path PATH = MemoryVolume.folder().resolve("stream.vmdk");
    private static final int FIRST = 128 * 512;

    private final MemoryVolume volume = new MemoryVolume();
    private byte[] bytes;
    private int end;

    @BeforeEach
    void makeStream() {
        bytes = StreamBytes.of(
                20 * 128,
                Map.of(
                        0, Patterns.random(1, StreamBytes.GRAIN),
                        3, Patterns.text(2, StreamBytes.GRAIN),
                        19, Patterns.mixed(3, StreamBytes.GRAIN)));
        end = bytes.length;
    }

    @Test
    void findsNothingInASoundFile() throws IOException {
        assertThat(check()).isEmpty();
    }

    @Test
    void findsAGrainThatSaysItIsAnother() throws IOException {
        word(FIRST, 128);

        assertFound("stream.sector-mismatch", Severity.ERROR);
    }

    @Test
    void findsAGrainOfAnImpossibleSize() throws IOException {
        word(FIRST + 8, 0);
        assertFound("stream.grain-size", Severity.ERROR);

        word(FIRST + 8, -1);
        assertFound("stream.grain-size", Severity.ERROR);
    }

    @Test
    void findsTwoEntriesForOneGrain() throws IOException {
        int table = end - 5 * 512 - 4 * 512;
        word(table + 4, 128);

        assertFound("hosted.shared-space", Severity.ERROR);
        assertFound("stream.sector-mismatch", Severity.ERROR);
    }

    @Test
    void findsAGrainThatNoTableNames() throws IOException {
        int table = end - 5 * 512 - 4 * 512;
        word(table + 3 * 4, 0);

        assertFound("stream.unreferenced", Severity.LEAK);
        assertThat(check()).hasSize(1);
    }

    @Test
    void findsThatTheFooterIsMissing() throws IOException {
        bytes = Arrays.copyOf(bytes, end - 3 * 512);

        assertFound("stream.footer-missing", Severity.ERROR);
    }

    @Test
    void findsThatTheEndIsMissing() throws IOException {
        byte[] marked = bytes.clone();
        marked[end - 512] = 1;
        marked[end - 512 + 12] = 7;
        // A footer is found where other markers follow only if the rest is padding.
        bytes = marked;

        assertFound("stream.end", Severity.WARNING);
    }

    @Test
    void findsThatTheFooterHasNoMarker() throws IOException {
        word(end - 3 * 512 + 12, 0);
        word(end - 3 * 512, 0);

        assertFound("stream.footer-marker", Severity.WARNING);
    }

    @Test
    void findsThatHeaderAndFooterDiffer() throws IOException {
        word(12, 30 * 128);

        assertFound("stream.footer-differs", Severity.WARNING);
        assertThat(check())
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("capacity in sectors 3840 and "))
                .noneMatch(message -> message.contains("descriptor's sector"));
    }

    @Test
    void findsWhatIsBehindTheEnd() throws IOException {
        bytes = Arrays.copyOf(bytes, end + 512);

        assertFound("stream.trailing", Severity.WARNING);
    }

    @Test
    void findsBytesBehindTheEndThatAreNoSector() throws IOException {
        for (int more : new int[] {1, 100, 511}) {
            bytes = Arrays.copyOf(bytes, end + more);

            assertFound("stream.trailing", Severity.WARNING);
        }
    }

    @Test
    void acceptsMarkersWithoutLengths() throws IOException {
        word(end - 5 * 512, 0);
        word(end - 3 * 512, 0);
        word(end - 10 * 512, 0);

        assertThat(check()).isEmpty();
    }

    @Test
    void endsQuietlyWhateverTheFileHolds() throws IOException {
        byte[] sound = bytes.clone();
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 300; run++) {
            bytes = sound.clone();
            for (int i = 0; i < 4; i++) {
                int at =
                        i == 0 ? random.nextInt(80) : i == 1 ? end - 1 - random.nextInt(10 * 512) : random.nextInt(end);
                bytes[at] = (byte) random.nextInt(256);
            }
            assertThat(check())
                    .allSatisfy(finding -> assertThat(finding.message()).isNotBlank());
        }
    }

    private void word(int at, int value) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    private void assertFound(String id, Severity severity) throws IOException {
        assertThat(check()).anySatisfy(finding -> {
            assertThat(finding.id()).isEqualTo(id);
            assertThat(finding.severity()).isEqualTo(severity);
        });
    }

    private List<Finding> check() throws IOException {
        volume.put(PATH, bytes);
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            return HostedChecker.check(file, Progress.NONE);
        }
    }
}
