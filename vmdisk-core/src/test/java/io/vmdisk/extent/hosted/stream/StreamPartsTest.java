package io.vmdisk.extent.hosted.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.Patterns;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of which the reader of streams is made: its set of grains, its check of tables, its buffer. */
class StreamPartsTest {
    private static final long PAGE = 4096;

    private static GrainSet set(long... grains) {
        GrainSet set = new GrainSet();
        for (long grain : grains) {
            assertThat(set.add(grain)).isTrue();
        }
        return set;
    }

    @Test
    void aSetKnowsWhatItHoldsOnEachPage() {
        long far = 1L << 40;
        GrainSet set = set(0, 63, 64, PAGE - 1, PAGE, far);

        for (long grain : new long[] {0, 63, 64, PAGE - 1, PAGE, far}) {
            assertThat(set.contains(grain)).isTrue();
            assertThat(set.add(grain)).isFalse();
        }
        for (long grain : new long[] {1, 62, 65, PAGE - 2, PAGE + 1, PAGE + 63, far - 1, far + 64}) {
            assertThat(set.contains(grain)).isFalse();
        }
    }

    @Test
    void theNextGrainIsFoundAcrossWordsAndPages() {
        GrainSet set = set(5, 70, 3 * PAGE + 1);

        assertThat(set.nextIn(0, 1000)).isEqualTo(5);
        assertThat(set.nextIn(5, 1000)).isEqualTo(5);
        assertThat(set.nextIn(6, 1000)).isEqualTo(70);
        assertThat(set.nextIn(71, 1000)).isEqualTo(1000);
        assertThat(set.nextIn(71, 1L << 40)).isEqualTo(3 * PAGE + 1);
        assertThat(set.nextIn(71, 3 * PAGE + 1)).isEqualTo(3 * PAGE + 1);
        assertThat(set.nextIn(3 * PAGE + 2, 1L << 40)).isEqualTo(1L << 40);
        assertThat(set.nextIn(6, 70)).isEqualTo(70);
        assertThat(set.nextIn(6, 69)).isEqualTo(69);
        assertThat(set.nextIn(9, 9)).isEqualTo(9);
    }

    @Test
    void theNextGapIsFoundBehindFullWords() {
        GrainSet set = set();
        for (long grain = 0; grain < PAGE + 10; grain++) {
            set.add(grain);
        }

        assertThat(set.nextOut(0, 1 << 20)).isEqualTo(PAGE + 10);
        assertThat(set.nextOut(100, 200)).isEqualTo(200);
        assertThat(set.nextOut(PAGE + 10, 1 << 20)).isEqualTo(PAGE + 10);
        assertThat(set.nextOut(5 * PAGE, 1 << 20)).isEqualTo(5 * PAGE);
        assertThat(set().nextOut(3, 9)).isEqualTo(3);
        assertThat(set.nextOut(9, 9)).isEqualTo(9);
    }

    @Test
    void theFirstGrainThatAnotherSetLacksIsFound() {
        assertThat(set(3, 4, 900).firstNotIn(set(3, 4, 5), 1000)).isEqualTo(900);
        assertThat(set(3, 4, 900).firstNotIn(set(3, 4, 5), 900)).isEqualTo(900);
        assertThat(set(3, 4).firstNotIn(set(3, 4, 5), 1000)).isEqualTo(1000);
        assertThat(set(3, 4).firstNotIn(set(4), 1000)).isEqualTo(3);
        assertThat(set().firstNotIn(set(), 1000)).isEqualTo(1000);
    }

    private static byte[] table(int... sectors) {
        ByteBuffer table = ByteBuffer.allocate(4 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < sectors.length; i++) {
            table.putInt(i * 4, sectors[i]);
        }
        return table.array();
    }

    private static TableCheck check(long... grainsAndSectors) {
        TableCheck check = new TableCheck(8);
        for (int i = 0; i < grainsAndSectors.length; i += 2) {
            check.grain(grainsAndSectors[i], grainsAndSectors[i + 1] * 512);
        }
        return check;
    }

    @Test
    void aTableAgreesThatNamesTheGrainsThatCameAtTheirPlaces() {
        GrainSet wrong = new GrainSet();
        TableCheck check = check(8, 128, 11, 130);

        assertThat(check.agrees(table(128, 0, 1, 130), wrong)).isTrue();
        assertThat(check.isDone(wrong)).isTrue();
        assertThat(wrong.nextIn(0, 100)).isEqualTo(100);
    }

    @Test
    void aHeadWithAnotherNumberAndItsPlaceAreDoubtful() {
        GrainSet wrong = new GrainSet();

        assertThat(check(8, 128, 9, 129, 13, 130).agrees(table(128, 129, 130), wrong))
                .isFalse();
        assertThat(wrong.nextIn(0, 100)).isEqualTo(10);
        assertThat(wrong.nextIn(11, 100)).isEqualTo(13);
        assertThat(wrong.nextIn(14, 100)).isEqualTo(100);
    }

    @Test
    void aTableThatNamesWhatNeverCameDoesNotAgree() {
        GrainSet wrong = new GrainSet();
        assertThat(check(8, 128).agrees(table(128, 140), wrong)).isFalse();
        assertThat(wrong.contains(9)).isTrue();
        assertThat(check(8, 128).agrees(table(140, 141), new GrainSet())).isFalse();
        assertThat(check(8, 128).agrees(table(), new GrainSet())).isTrue();
        assertThat(check(8, 128).agrees(table(1, 1, 1), new GrainSet())).isTrue();
    }

    @Test
    void aGrainThatNoTableNamesIsDoubtfulInTheEnd() {
        GrainSet wrong = new GrainSet();
        TableCheck check = check(8, 128, 9, 129);

        assertThat(check.agrees(table(128), wrong)).isTrue();
        assertThat(check.isDone(wrong)).isFalse();
        assertThat(wrong.contains(9)).isTrue();
        assertThat(check.isDone(wrong)).isTrue();
    }

    @Test
    void aCheckThatGaveUpFindsNothing() {
        TableCheck check = check(8, 128);
        check.giveUp();
        check.grain(9, 129 * 512);

        assertThat(check.agrees(table(140, 141), new GrainSet())).isTrue();
        assertThat(check.isDone(new GrainSet())).isTrue();
    }

    @Test
    void aCheckGivesUpWhereTooManyGrainsWait() {
        TableCheck check = new TableCheck(8);
        for (long i = 0; i < 1 << 17; i++) {
            check.grain(i, i * 512);
        }
        assertThat(check.isDone(new GrainSet())).isFalse();
        for (long i = 0; i <= 1 << 17; i++) {
            check.grain(i, i * 512);
        }
        assertThat(check.isDone(new GrainSet())).isTrue();
    }

    private static final byte[] BYTES = Patterns.random(8, 300_000);

    private static SequentialInput input(int most) {
        return new SequentialInput(new FilterInputStream(new ByteArrayInputStream(BYTES)) {
            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                return super.read(into, at, Math.min(length, most));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 131072, 1 << 20})
    void bytesComeInOrderWhateverPiecesTheyComeIn(int most) throws IOException {
        SequentialInput in = input(most);
        byte[] into = new byte[BYTES.length];
        assertThat(in.read(into, 0, 10)).isEqualTo(10);
        assertThat(in.position()).isEqualTo(10);
        assertThat(in.read(into, 10, 140_000)).isEqualTo(140_000);
        assertThat(in.read(into, 140_010, 100_000)).isEqualTo(100_000);
        assertThat(in.position()).isEqualTo(240_010);
        assertThat(in.read(into, 240_010, 59_990)).isEqualTo(59_990);
        assertThat(into).isEqualTo(BYTES);
        assertThat(in.read(into, 0, 1)).isZero();
        assertThat(in.position()).isEqualTo(BYTES.length);
    }

    @Test
    void fewerBytesComeOnlyAtTheEnd() throws IOException {
        SequentialInput in = input(7);
        byte[] into = new byte[400_000];

        assertThat(in.read(into, 100, 299_000)).isEqualTo(299_000);
        assertThat(in.read(into, 299_100, 2000)).isEqualTo(1000);
        assertThat(Arrays.copyOfRange(into, 100, 300_100)).isEqualTo(BYTES);
    }

    @Test
    void skippedBytesCountAndTheEndIsNoticed() throws IOException {
        SequentialInput in = input(1 << 20);
        byte[] into = new byte[4];
        assertThat(in.skip(0)).isTrue();
        assertThat(in.read(into, 0, 2)).isEqualTo(2);
        assertThat(in.skip(199_998)).isTrue();
        assertThat(in.position()).isEqualTo(200_000);
        assertThat(in.read(into, 0, 4)).isEqualTo(4);
        assertThat(into).isEqualTo(Arrays.copyOfRange(BYTES, 200_000, 200_004));
        assertThat(in.skip(99_996)).isTrue();
        assertThat(in.skip(1)).isFalse();
        assertThat(in.position()).isEqualTo(300_000);
    }

    @Test
    void anEmptyStreamHasNothing() throws IOException {
        assertThat(new SequentialInput(InputStream.nullInputStream()).read(new byte[3], 0, 3))
                .isZero();
        assertThat(new SequentialInput(InputStream.nullInputStream()).skip(1)).isFalse();
    }
}
