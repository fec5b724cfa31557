package io.vmdisk.check;

import io.vmdisk.Finding;
import java.nio.file.Path;
import java.util.List;

/**
 * What a check found.
 *
 * @param disk the disk that was named
 * @param files every file that was looked at, in order
 * @param findings what is odd or wrong, in the order of the files
 * @since 0.1
 */
public record CheckReport(Path disk, List<Path> files, List<Finding> findings) {
    /** Copies the lists. */
    public CheckReport {
        files = List.copyOf(files);
        findings = List.copyOf(findings);
    }

    /** What it comes to. */
    public Verdict verdict() {
        return Verdict.of(findings);
    }

    /** Whether there is a finding of this kind. */
    public boolean has(String id) {
        return findings.stream().anyMatch(finding -> finding.id().equals(id));
    }
}
