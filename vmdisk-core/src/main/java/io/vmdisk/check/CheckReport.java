package io.vmdisk.check;

import io.vmdisk.Finding;
import java.nio.file.Path;
import java.util.List;

/**
 * What a check found.
 *
 * <p>Immutable.
 *
 * @param disk the disk that was named
 * @param files every file that was looked at, each once, in the order of the look
 * @param findings what is odd or wrong, in the order of the files
 * @since 0.1
 */
public record CheckReport(Path disk, List<Path> files, List<Finding> findings) {
    /**
     * Copies the lists.
     *
     * @param disk the disk that was named
     * @param files every file that was looked at
     * @param findings what is odd or wrong
     */
    public CheckReport {
        files = List.copyOf(files);
        findings = List.copyOf(findings);
    }

    /** {@return the verdict over all findings: the worst decides} */
    public Verdict verdict() {
        return Verdict.of(findings);
    }

    /**
     * Whether there is a finding of a kind.
     *
     * @param id the finding's name, such as {@code extent.missing}
     * @return true if at least one finding has this name
     */
    public boolean has(String id) {
        return findings.stream().anyMatch(finding -> finding.id().equals(id));
    }
}
