package io.vmdisk.extent;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a check finds in one file: of each kind the first few, and how many more there were.
 *
 * <p>A table of garbage has thousands of wrong entries that say the same; memory and readers are spared. Not
 * thread-safe.
 */
public final class BoundedFindings {
    /** Enough to see the pattern. */
    static final int PER_KIND = 20;

    private final Path file;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Tally> kinds = new LinkedHashMap<>();

    /** @param file the file that is checked */
    public BoundedFindings(Path file) {
        this.file = file;
    }

    /**
     * Adds a finding.
     *
     * @param offset the byte in the file, or -1
     */
    public void add(String id, Severity severity, long offset, String message, String advice) {
        add(id, severity, offset, message, Remedy.say(advice));
    }

    /**
     * Adds a finding.
     *
     * @param offset the byte in the file, or -1
     */
    public void add(String id, Severity severity, long offset, String message, Remedy remedy) {
        Tally kind = kinds.computeIfAbsent(id, first -> new Tally(severity, remedy));
        kind.count++;
        if (kind.count <= PER_KIND) {
            findings.add(new Finding(id, severity, file, offset, message, remedy));
        }
    }

    /** Whether an error was found. */
    public boolean hasErrors() {
        return kinds.values().stream().anyMatch(kind -> kind.severity == Severity.ERROR);
    }

    /** How many findings of this kind there were. */
    public long count(String id) {
        @Nullable Tally kind = kinds.get(id);
        return kind == null ? 0 : kind.count;
    }

    /** What was found, with a line for each kind that had more than is listed. */
    public List<Finding> toList() {
        List<Finding> all = new ArrayList<>(findings);
        kinds.forEach((id, kind) -> {
            if (kind.count > PER_KIND) {
                all.add(new Finding(
                        id, kind.severity, file, -1, (kind.count - PER_KIND) + " more of this kind", kind.remedy));
            }
        });
        return List.copyOf(all);
    }

    private static final class Tally {
        final Severity severity;
        final Remedy remedy;
        long count;

        Tally(Severity severity, Remedy remedy) {
            this.severity = severity;
            this.remedy = remedy;
        }
    }
}
