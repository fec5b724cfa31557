package io.vmdisk.extent;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Whatever order threads run in, what they do to grains that they claimed could have been done by one after the other: counters
 * that are read and written in two steps, under a claim of theirs and under one of a stretch. Without the wait for other claims
 * this fails.
 */
@Param(name = "grain", gen = IntGen.class, conf = "0:2")
@SuppressWarnings("try")
public class GrainClaimsLincheckTest {
    private final GrainClaims claims = new GrainClaims();
    private final int[] counters = new int[3];

    @Operation
    public int count(@Param(name = "grain") int grain) {
        try (GrainClaims.Claim claim = claims.claim(grain, grain)) {
            return ++counters[grain];
        }
    }

    @Operation
    public int countAll() {
        int sum = 0;
        try (GrainClaims.Claim claim = claims.claim(0, counters.length - 1)) {
            for (int grain = 0; grain < counters.length; grain++) {
                sum += ++counters[grain];
            }
        }
        return sum;
    }

    @Test
    void claimsExcludeEachOther() {
        new ModelCheckingOptions()
                .iterations(8)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(2)
                .check(GrainClaimsLincheckTest.class);
    }
}
