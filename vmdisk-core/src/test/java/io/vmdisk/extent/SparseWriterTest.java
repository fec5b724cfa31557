package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.extent.GrainMap.Joining;
import io.vmdisk.extent.SparseWriter.Vacancy;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over a file with one grain at place 8: what a write asks of the space, and what stands in the file afterwards. */
class SparseWriterTest {
    private static final int GRAIN = TinyFormat.GRAIN;
    private static final Backing PARENT = ExtentContent.backing(Patterns.filled(7, 12 * GRAIN));

    private final TinyFormat tiny = new TinyFormat();
    private final TinyFormat.Space space = new TinyFormat.Space(GrainState.ZERO);
    private BlockFile file;
    private GrainMap map;
    private SparseWriter writer;

    @BeforeEach
    void open() throws IOException {
        file = tiny.file(8);
        map = tiny.map(file, Joining.NEIGHBOURS);
        writer = new SparseWriter(file, map, GrainTail.IS_DAMAGE, space);
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    private static ByteBuffer bytes(int value, int count) {
        return ByteBuffer.wrap(Patterns.filled(value, count));
    }

    private int byteAt(int place, int inGrain) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.readFully((long) place * GRAIN + inGrain, one);
        return one.get(0);
    }

    @Test
    void aGrainThatIsThereIsOverwrittenInPlace() throws IOException {
        writer.write(100, bytes(1, 50), Backing.NONE);

        assertThat(space.calls).containsExactly("begin");
        assertThat(byteAt(8, 99)).isZero();
        assertThat(byteAt(8, 100)).isEqualTo(1);
        assertThat(byteAt(8, 150)).isZero();
    }

    @Test
    void wholeNewGrainsTakeTheirPlacesInARow() throws IOException {
        writer.write(GRAIN, bytes(1, 3 * GRAIN), PARENT);

        assertThat(space.calls).containsExactly("begin", "allocate 3 for 1");
        assertThat(map.state(1)).isEqualTo(20L * GRAIN);
        assertThat(map.state(3)).isEqualTo(22L * GRAIN);
    }

    @Test
    void aPartOfANewGrainIsFilledUpFromTheParent() throws IOException {
        writer.write(GRAIN + 512, bytes(1, 512), PARENT);

        assertThat(byteAt(20, 511)).isEqualTo(7);
        assertThat(byteAt(20, 512)).isEqualTo(1);
        assertThat(byteAt(20, 1024)).isEqualTo(7);
    }

    @Test
    void aZeroGrainHidesTheParentFromANewOne() throws IOException {
        writer.vacate(GRAIN, GRAIN, PARENT, Vacancy.ZERO);
        writer.write(GRAIN + 512, bytes(1, 512), PARENT);

        assertThat(byteAt(20, 0)).isZero();
        assertThat(byteAt(20, 512)).isEqualTo(1);
        assertThat(byteAt(20, 1024)).isZero();
    }

    @Test
    void droppingAWholeGrainFreesItsPlaceAndAPartIsWrittenAsZeros() throws IOException {
        writer.write(0, bytes(1, 2 * GRAIN), Backing.NONE);
        space.calls.clear();

        writer.vacate(GRAIN / 2, GRAIN / 2 + GRAIN, PARENT, Vacancy.UNMAPPED);

        assertThat(space.calls).containsExactly("free 20 of 1");
        assertThat(map.state(1)).isEqualTo(GrainState.ZERO);
        assertThat(byteAt(8, GRAIN / 2 - 1)).isEqualTo(1);
        assertThat(byteAt(8, GRAIN / 2)).isZero();
    }

    @Test
    void nothingIsTakenForZerosWhereNothingIs() throws IOException {
        writer.vacate(0, TinyFormat.GEOMETRY.capacityBytes() - GRAIN, Backing.NONE, Vacancy.ZERO);

        assertThat(space.calls).containsExactly("begin", "free 8 of 0");
    }

    @Test
    void withoutAMarkForZerosTheyAreWrittenOverAParent() throws IOException {
        TinyFormat.Space markless = new TinyFormat.Space(GrainState.UNALLOCATED);
        SparseWriter plain = new SparseWriter(file, map, GrainTail.IS_DAMAGE, markless);

        plain.vacate(GRAIN, GRAIN, PARENT, Vacancy.ZERO);

        assertThat(markless.calls).containsExactly("begin", "allocate 1 for 1");
        assertThat(byteAt(20, 0)).isZero();
        assertThat(map.state(1)).isEqualTo(20L * GRAIN);
    }

    @Test
    void reservedPlacesAreUsedInTheirOrderAndWhatIsLeftGoesBack() throws IOException {
        writer.reserve(0, 3 * GRAIN);
        writer.write(2 * GRAIN, bytes(3, GRAIN), Backing.NONE);

        assertThat(space.calls).containsExactly("begin", "allocate 2 for 1");
        assertThat(map.state(2)).isEqualTo(21L * GRAIN);
        writer.close();
        assertThat(space.calls).containsExactly("begin", "allocate 2 for 1", "free 20 of 1", "flush", "close");
    }

    @Test
    void afterAFailureNothingMoreIsDoneAndNothingPublished() throws IOException {
        Backing failing = new Backing() {
            @Override
            public boolean isPresent() {
                return true;
            }

            @Override
            public void read(long at, ByteBuffer into) throws IOException {
                throw new IOException("the parent is gone");
            }
        };
        assertThatThrownBy(() -> writer.write(GRAIN, bytes(1, 512), failing)).hasMessage("the parent is gone");

        assertThatThrownBy(() -> writer.write(0, bytes(1, 512), Backing.NONE)).hasMessageContaining("parent is gone");
        assertThatThrownBy(() -> writer.flush()).hasMessageContaining("parent is gone");
        writer.close();
        assertThat(space.calls).containsExactly("begin");
    }
}
