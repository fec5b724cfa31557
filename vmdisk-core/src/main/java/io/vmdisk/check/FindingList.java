package io.vmdisk.check;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.evidence.ExtentSearch;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects findings. Not thread-safe. */
final class FindingList {
    private final List<Finding> findings = new ArrayList<>();

    void add(String id, Severity severity, @Nullable Path file, String message, String advice) {
        add(id, severity, file, message, Remedy.say(advice));
    }

    void add(String id, Severity severity, @Nullable Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }

    /** What was found in a file of a disk; remedies without a subject get the disk. */
    void addAll(List<Finding> more, Path disk) {
        for (Finding finding : more) {
            findings.add(new Finding(
                    finding.id(),
                    finding.severity(),
                    finding.file(),
                    finding.offset(),
                    finding.message(),
                    finding.remedy().about(disk)));
        }
    }

    /** What kept a disk from being read, as a finding. */
    void add(String id, Path disk, IOException cause) {
        add(id, disk, disk, cause);
    }

    /** What kept a file of a disk from being read, as a finding; a remedy gets the disk's name, as in {@link #addAll}. */
    void add(String id, Path disk, Path file, IOException cause) {
        if (cause instanceof VmdiskException e) {
            findings.add(new Finding(
                    id,
                    Severity.ERROR,
                    e.file().orElse(file),
                    e.offset().orElse(-1),
                    e.problem(),
                    e.remedy().about(disk)));
        } else {
            add(id, Severity.ERROR, file, "it can't be read: " + cause, "");
        }
    }

    /** A descriptor that is gone, or is none any more, while the files it described are there. */
    void descriptorLost(Volume volume, Path disk) throws IOException {
        List<String> extents = ExtentSearch.beside(volume, disk).stream()
                .map(extent -> String.valueOf(extent.getFileName()))
                .toList();
        add(
                "disk.descriptor-lost",
                Severity.ERROR,
                disk,
                (volume.exists(disk) ? "this is no descriptor any more" : "the descriptor is gone")
                        + ", but its data is there: " + String.join(", ", extents),
                Remedy.of(Kind.REPAIR_DESCRIPTOR, disk).and(" rebuilds it"));
    }

    List<Finding> toList() {
        return List.copyOf(findings);
    }
}
