package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.extent.sesparse.SeSparsePages.Bit;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A region of 17 MiB and a sector from sector 8 on: more pages than memory keeps, the last one short. */
class SeSparsePagesTest {
    private static final SeSparseRegion REGION = new SeSparseRegion(8, (17 << 11) + 1);
    private static final long START = 8 * 512;
    private static final int PAGE_WORDS = 8192;

    private final BlockFile file;
    private final SeSparsePages pages;

    SeSparsePagesTest() throws IOException {
        file = new MemoryVolume().open(MemoryVolume.folder().resolve("pages"), OpenMode.CREATE);
        pages = new SeSparsePages(file, REGION);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private long stored(long word) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(START + word * Long.BYTES, bytes);
        return bytes.getLong(0);
    }

    @Test
    void bitsAcrossWordsAndPagesAreSetAndClearedAlone() throws IOException {
        long first = (long) PAGE_WORDS * 64 - 3;
        pages.setBits(first, 70, Bit.SET);

        assertThat(pages.word(PAGE_WORDS - 2)).isZero();
        assertThat(pages.word(PAGE_WORDS - 1)).isEqualTo(7L << 61);
        assertThat(pages.word(PAGE_WORDS)).isEqualTo(-1);
        assertThat(pages.word(PAGE_WORDS + 1)).isEqualTo(7);
        assertThat(pages.bit(first - 1)).isFalse();
        assertThat(pages.bit(first)).isTrue();
        assertThat(pages.bit(first + 69)).isTrue();
        assertThat(pages.bit(first + 70)).isFalse();

        pages.setBits(first + 1, 67, Bit.CLEAR);
        assertThat(pages.word(PAGE_WORDS - 1)).isEqualTo(1L << 61);
        assertThat(pages.word(PAGE_WORDS)).isZero();
        assertThat(pages.word(PAGE_WORDS + 1)).isEqualTo(6);
    }

    @Test
    void whatWasChangedIsInTheFileAfterAWriteAndWhatWasNotStays() throws IOException {
        pages.setWord(3, 33);
        pages.setWord(PAGE_WORDS + 1, 11);
        pages.setWord(REGION.sizeBytes() / 8 - 1, 99);
        assertThat(file.size()).isZero();
        pages.write();
        assertThat(stored(3)).isEqualTo(33);
        assertThat(stored(PAGE_WORDS + 1)).isEqualTo(11);
        assertThat(stored(REGION.sizeBytes() / 8 - 1)).isEqualTo(99);
        assertThat(file.size()).isEqualTo(START + REGION.sizeBytes());

        file.writeFully(START + 3 * 8, ByteBuffer.allocate(8));
        pages.setWord(3, 33);
        pages.setWord(5, 55);
        pages.write();
        assertThat(stored(3)).isZero();
        assertThat(stored(5)).isEqualTo(55);
    }

    @Test
    void aPageThatLeavesMemoryIsWritten() throws IOException {
        pages.setWord(0, 42);
        for (int page = 1; page <= SeSparseLimits.MAX_CACHED_PAGES; page++) {
            assertThat(pages.word((long) page * PAGE_WORDS)).isZero();
        }

        assertThat(stored(0)).isEqualTo(42);
        assertThat(pages.word(0)).isEqualTo(42);
    }

    @Test
    void thePageThatWasUsedLastStays() throws IOException {
        pages.setWord(0, 42);
        pages.setWord(PAGE_WORDS, 43);
        for (int page = 2; page < SeSparseLimits.MAX_CACHED_PAGES; page++) {
            pages.word((long) page * PAGE_WORDS);
        }
        pages.word(0);
        pages.word((long) SeSparseLimits.MAX_CACHED_PAGES * PAGE_WORDS);

        assertThat(stored(0)).isZero();
        assertThat(stored(PAGE_WORDS)).isEqualTo(43);
    }

    @Test
    void theNextSetBitIsFoundAcrossHolesAndInsideItsWord() throws IOException {
        long bits = REGION.sizeBytes() * 8;
        file.setSize(START + REGION.sizeBytes());
        assertThat(SeSparsePages.nextSetBit(file, REGION, 0)).isEqualTo(bits);
        long far = bits - 2;
        pages.setBits(100, 2, Bit.SET);
        pages.setBits(far, 1, Bit.SET);
        pages.write();

        assertThat(SeSparsePages.nextSetBit(file, REGION, 0)).isEqualTo(100);
        assertThat(SeSparsePages.nextSetBit(file, REGION, 100)).isEqualTo(100);
        assertThat(SeSparsePages.nextSetBit(file, REGION, 101)).isEqualTo(101);
        assertThat(SeSparsePages.nextSetBit(file, REGION, 102)).isEqualTo(far);
        assertThat(SeSparsePages.nextSetBit(file, REGION, far + 1)).isEqualTo(bits);
        assertThat(SeSparsePages.nextSetBit(file, REGION, bits)).isEqualTo(bits);
    }

    @Test
    void theFirstBitsBehindAHoleAreFound() throws IOException {
        file.setSize(START + REGION.sizeBytes());
        long first = 3L * PAGE_WORDS * 64;
        pages.setBits(first, 1, Bit.SET);
        pages.setBits(first + 40_000, 1, Bit.SET);
        pages.write();

        assertThat(SeSparsePages.nextSetBit(file, REGION, 64)).isEqualTo(first);
        assertThat(SeSparsePages.nextSetBit(file, REGION, first + 1)).isEqualTo(first + 40_000);
    }
}
