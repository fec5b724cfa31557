package io.vmdisk.testkit;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a test needs from outside: without it the test is skipped on a laptop and fails where the system property {@code
 * vmdisk.ci} is true, so that CI never passes by leaving things out.
 */
public final class Needs {
    private Needs() {}

    /** Goes on if {@code present}; {@code what} says what is missing and how to get it. */
    public static void require(boolean present, String what) {
        if (present) {
            return;
        }
        if (Boolean.getBoolean("vmdisk.ci")) {
            fail("needed in CI: " + what);
        }
        assumeTrue(false, what);
    }
}
