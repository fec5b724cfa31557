package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrainStateTest {
    @ParameterizedTest
    @CsvSource({
        "0, true, false, false, -1",
        "4096, true, false, false, -1",
        "-1, false, false, false, -1",
        "-2, false, true, false, -1",
        "-3, false, false, false, -1",
        "-4, false, true, true, 9223372036854775804",
        "-9223372036854775808, false, true, true, -1",
        "-9223372036854771712, false, true, true, 4096"
    })
    void eachStateIsOneThing(long state, boolean data, boolean zero, boolean unmapped, long held) {
        assertThat(GrainState.isData(state)).isEqualTo(data);
        assertThat(GrainState.isZero(state)).isEqualTo(zero);
        assertThat(GrainState.isUnmapped(state)).isEqualTo(unmapped);
        assertThat(GrainState.heldOffset(state)).isEqualTo(held);
    }

    @Test
    void theNamesHaveTheirStates() {
        assertThat(GrainState.isZero(GrainState.ZERO)).isTrue();
        assertThat(GrainState.isUnmapped(GrainState.UNMAPPED)).isTrue();
        assertThat(GrainState.isZero(GrainState.LOST)).isFalse();
    }
}
