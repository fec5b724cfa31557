package io.vmdisk.check;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import java.util.List;

/**
 * What a check comes to. Scripts get it as the exit codes of {@code qemu-img check}.
 *
 * @since 0.1
 */
public enum Verdict {
    /** Nothing is wrong; there may be warnings. */
    CLEAN(0),
    /** What could be checked is right, but something could not be: an encrypted disk, a device. */
    NOT_CHECKED(1),
    /** Something is broken. */
    CORRUPT(2),
    /** Space is held that nothing uses; all data is right. */
    LEAKS(3);

    /** Findings that begin so tell what could not be looked at. */
    static final String NOT_CHECKED_PREFIX = "check.";

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    /**
     * The verdict over findings: the worst of them decides. {@link #CORRUPT} is worse than {@link #NOT_CHECKED}, that
     * is worse than {@link #LEAKS}, and that is worse than {@link #CLEAN}.
     *
     * @param findings what a check found; may be empty
     * @return the verdict
     */
    public static Verdict of(List<Finding> findings) {
        if (findings.stream().anyMatch(f -> f.severity() == Severity.ERROR && !isNotChecked(f))) {
            return CORRUPT;
        }
        if (findings.stream().anyMatch(Verdict::isNotChecked)) {
            return NOT_CHECKED;
        }
        return findings.stream().anyMatch(f -> f.severity() == Severity.LEAK) ? LEAKS : CLEAN;
    }

    private static boolean isNotChecked(Finding finding) {
        return finding.id().startsWith(NOT_CHECKED_PREFIX);
    }

    /** {@return the exit code that {@code qemu-img check} uses for it, 0 to 3} */
    public int exitCode() {
        return exitCode;
    }
}
