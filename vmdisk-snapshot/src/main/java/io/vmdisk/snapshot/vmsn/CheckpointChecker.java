package io.vmdisk.snapshot.vmsn;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what is wrong in a checkpoint by walking every tag once. For one thread. */
final class CheckpointChecker {
    /** VMware itself writes these once for each processor, without an index. */
    private static final Set<String> REPEATED =
            Set.of("cpu/smmVersion[0]", "cpu/fpuLevelState", "MStats/vm.suspendTime.clientData[0][0]");

    /** Past this the report says nothing new. */
    private static final int MAX_FINDINGS = 1000;

    private final Checkpoint checkpoint;
    private final long fileSize;
    private final List<Finding> findings = new ArrayList<>();
    private int walked;

    CheckpointChecker(Checkpoint checkpoint, long fileSize) {
        this.checkpoint = checkpoint;
        this.fileSize = fileSize;
    }

    List<Finding> check() throws IOException {
        if (checkpoint.kind().consumed()) {
            add(
                    "vmsn.consumed",
                    Severity.INFO,
                    0,
                    "this checkpoint has been resumed or must not be: it is no proof of a suspended machine",
                    "never change its magic");
        }
        checkTable();
        for (CheckpointGroup group : checkpoint.groups()) {
            if (walked > TagCursor.MAX_TAGS) {
                // Only groups that share their bytes can come to so many.
                add(
                        "vmsn.too-many-tags",
                        Severity.ERROR,
                        -1,
                        "the groups have more than " + TagCursor.MAX_TAGS + " tags; those from '" + group.label()
                                + "' on were not looked at",
                        "");
                break;
            }
            checkGroup(group);
        }
        return List.copyOf(findings);
    }

    private void checkTable() {
        Set<String> names = new HashSet<>();
        for (CheckpointGroup group : checkpoint.groups()) {
            if (!names.add(group.name())) {
                add(
                        "vmsn.duplicate-group",
                        Severity.WARNING,
                        -1,
                        "group '" + group.label() + "' occurs twice, the first one counts",
                        "");
            }
            if (group.endWithin(fileSize) - group.offset() != group.size() && group.offset() <= fileSize) {
                add(
                        "vmsn.group-outside",
                        Severity.ERROR,
                        group.offset(),
                        "group '" + group.label() + "' should have " + Long.toUnsignedString(group.size())
                                + " bytes, the file ends after " + fileSize,
                        "copy the file again if a whole one exists");
            }
        }
        List<CheckpointGroup> ordered = new ArrayList<>(checkpoint.groups());
        ordered.removeIf(group -> group.offset() < 0);
        ordered.sort(Comparator.comparingLong(CheckpointGroup::offset));
        long end = CheckpointHeader.TABLE_AT + (long) checkpoint.groups().size() * CheckpointGroup.BYTES;
        for (CheckpointGroup group : ordered) {
            if (group.offset() < end) {
                add(
                        "vmsn.group-overlap",
                        Severity.ERROR,
                        group.offset(),
                        "group '" + group.label() + "' overlaps what lies before it, which ends at byte " + end,
                        "");
            }
            end = Math.max(end, group.endWithin(fileSize));
        }
    }

    private void checkGroup(CheckpointGroup group) throws IOException {
        Set<String> labels = new HashSet<>();
        Checkpoint.GroupTags walk = checkpoint.tags(group);
        walked += walk.tags().size();
        for (CheckpointTag tag : walk.tags()) {
            if (!labels.add(tag.label())) {
                add(
                        "vmsn.duplicate-tag",
                        REPEATED.contains(group.label() + '/' + tag.label()) ? Severity.INFO : Severity.WARNING,
                        tag.offset(),
                        "'" + group.label() + "/" + tag.label() + "' occurs twice, the first one counts",
                        "");
            }
            if (tag.form() == Form.COMPRESSED) {
                add(
                        "vmsn.compressed",
                        Severity.INFO,
                        tag.offset(),
                        "'" + group.label() + "/" + tag.label() + "' is compressed by an undocumented method ("
                                + tag.storedBytes() + " bytes stored, " + Long.toUnsignedString(tag.expandedBytes())
                                + " expanded)",
                        "");
            } else if (tag.storedBytes() != tag.expandedBytes()) {
                add(
                        "vmsn.block-sizes-differ",
                        Severity.WARNING,
                        tag.offset(),
                        "'" + group.label() + "/" + tag.label() + "' stores " + tag.storedBytes()
                                + " bytes for a value of " + Long.toUnsignedString(tag.expandedBytes()),
                        "");
            }
        }
        if (walk.damage() != null && findings.size() < MAX_FINDINGS) {
            findings.add(walk.damage());
        }
    }

    private void add(String id, Severity severity, long offset, String message, String remedy) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(id, severity, checkpoint.path(), offset, message, remedy));
        }
    }
}
