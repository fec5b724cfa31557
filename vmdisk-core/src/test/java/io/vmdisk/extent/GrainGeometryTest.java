package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrainGeometryTest {
    private static final GrainGeometry UNEVEN = new GrainGeometry(10 * 4096 + 512, 4096, 4);

    @Test
    void theLastGrainAndTheLastTableMayBePartial() {
        assertThat(UNEVEN.grains()).isEqualTo(11);
        assertThat(UNEVEN.tables()).isEqualTo(3);
        assertThat(UNEVEN.tableCoverage()).isEqualTo(16384);
        assertThat(UNEVEN.validBytes(9)).isEqualTo(4096);
        assertThat(UNEVEN.validBytes(10)).isEqualTo(512);
    }

    @Test
    void aGrainHasItsTableAndItsEntry() {
        assertThat(UNEVEN.tableOf(7)).isEqualTo(1);
        assertThat(UNEVEN.entryOf(7)).isEqualTo(3);
        assertThat(UNEVEN.tableOf(8)).isEqualTo(2);
        assertThat(UNEVEN.entryOf(8)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 4096, 4", "-1, 4096, 4", "512, 511, 4", "512, 0, 4", "512, 513, 4", "512, 512, 0", "512, 512, -1"})
    void refusesNumbersThatMakeNoMap(long capacity, int grain, int entries) {
        assertThatThrownBy(() -> new GrainGeometry(capacity, grain, entries))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSmallestMapHasOneSector() {
        GrainGeometry smallest = new GrainGeometry(1, 512, 1);

        assertThat(smallest.grains()).isEqualTo(1);
        assertThat(smallest.tables()).isEqualTo(1);
    }

    @Test
    void refusesMoreTablesThanAnArrayHolds() {
        long most = Integer.MAX_VALUE - 1024L;

        assertThat(new GrainGeometry(most * 512, 512, 1).tables()).isEqualTo((int) most);
        assertThatThrownBy(() -> new GrainGeometry(most * 512 + 1, 512, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too many tables");
    }
}
