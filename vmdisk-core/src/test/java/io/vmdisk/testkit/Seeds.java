package io.vmdisk.testkit;

import java.util.SplittableRandom;

/** Seeds of models and of made-up inputs: the same in each build, others in each round of a soak ({@code vmdisk.seed}). */
public final class Seeds {
    private static final long ROUND = Long.getLong("vmdisk.seed", 0);

    private Seeds() {}

    /** The random of a test that is the same in each build for this seed. */
    public static SplittableRandom random(long fixed) {
        return new SplittableRandom(ROUND == 0 ? fixed : new SplittableRandom(fixed + (ROUND << 32)).nextLong());
    }
}
