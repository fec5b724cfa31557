package io.vmdisk.check;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.VmdiskException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects findings. Not thread-safe. */
final class FindingList {
    private final List<Finding> findings = new ArrayList<>();

    void add(String id, Severity severity, @Nullable Path file, String message, String remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }

    void addAll(List<Finding> more) {
        findings.addAll(more);
    }

    /** What kept a file from being read, as a finding. */
    void add(String id, Path file, IOException cause) {
        if (cause instanceof VmdiskException e) {
            findings.add(new Finding(
                    id,
                    Severity.ERROR,
                    e.file().orElse(file),
                    e.offset().orElse(-1),
                    e.problem(),
                    e.hint().orElse("")));
        } else {
            add(id, Severity.ERROR, file, "it can't be read: " + cause, "");
        }
    }

    List<Finding> toList() {
        return List.copyOf(findings);
    }
}
