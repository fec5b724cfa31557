package io.vmdisk.extent.sesparse;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeSparseEntryTest {
    @ParameterizedTest
    @CsvSource({
        "0, 3000000000000000",
        "1, 3001000000000000",
        "0xFFF, 3FFF000000000000",
        "0x1000, 3000000000000001",
        "0x12345, 3345000000000012",
        "0x3FFFFFFFF, 3FFF0000003FFFFF",
        "45650, 325200000000000B"
    })
    void splitsTheIndexIntoGroupAndPlace(String index, String entry) {
        long grain = Long.decode(index);
        long raw = Long.parseUnsignedLong(entry, 16);

        assertThat(SeSparseEntry.data(grain)).isEqualTo(raw);
        assertThat(SeSparseEntry.grain(raw)).isEqualTo(grain);
        assertThat(SeSparseEntry.kind(raw)).isEqualTo(SeSparseEntry.DATA);
    }

    @Property(tries = 500, seed = "4711")
    void findsEveryIndexAgain(@ForAll @LongRange(max = (1L << 60) - 1) long grain) {
        assertThat(SeSparseEntry.grain(SeSparseEntry.data(grain))).isEqualTo(grain);
        assertThat(SeSparseEntry.kind(SeSparseEntry.data(grain))).isEqualTo(SeSparseEntry.DATA);
    }

    @Test
    void seesKindsAboveSevenAlthoughTheyAreNegativeNumbers() {
        assertThat(SeSparseEntry.kind(-1)).isEqualTo(15);
        assertThat(SeSparseEntry.kind(0x8000_0000_0000_0000L)).isEqualTo(8);
    }

    @Test
    void takesOnlyKindOneWithClearMiddleBitsForATable() {
        assertThat(SeSparseEntry.isTable(0x1000_0000_0000_0000L)).isTrue();
        assertThat(SeSparseEntry.isTable(0x1000_0000_FFFF_FFFFL)).isTrue();
        assertThat(SeSparseEntry.table(0x1000_0000_FFFF_FFFFL)).isEqualTo(0xFFFF_FFFFL);
        assertThat(SeSparseEntry.isTable(0)).isFalse();
        assertThat(SeSparseEntry.isTable(0x1000_0001_0000_0000L)).isFalse();
        assertThat(SeSparseEntry.isTable(0x2000_0000_0000_0000L)).isFalse();
        assertThat(SeSparseEntry.isTable(0x9000_0000_0000_0000L)).isFalse();
        assertThat(SeSparseEntry.directory(7)).isEqualTo(0x1000_0000_0000_0007L);
    }

    @Test
    void namesTheOwnerOfAStoredGrain() {
        long entry = SeSparseEntry.backMap(0x12345, 0xABC);

        assertThat(entry).isEqualTo(0x1ABC_0000_0001_2345L);
        assertThat(SeSparseEntry.ownerTable(entry)).isEqualTo(0x12345);
        assertThat(SeSparseEntry.ownerSlot(entry)).isEqualTo(0xABC);
    }
}
