package io.vmdisk.snapshot.vmsn;

import io.vmdisk.MalformedFileException;
import io.vmdisk.VmdiskException;
import io.vmdisk.snapshot.vmsn.CheckpointTag.Form;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What there is to know of a checkpoint at a glance; where groups are damaged, what lies before the damage.
 *
 * @param path the file
 * @param kind what its magic says
 * @param product what wrote it, if it says
 * @param productVersion of that product
 * @param build of that product
 * @param memoryMiB the guest's memory
 * @param processors the guest's virtual processors
 * @param groups their names, fit for a terminal
 * @param memory where the guest's memory is
 * @param screenshots how many pictures of the screen are inside
 * @param parts which of the machine's files are inside
 * @param displayName the machine's name, as the configuration inside has it
 * @param disks the disks of that configuration, {@code node=file}; may be stale
 */
public record CheckpointSummary(
        Path path,
        CheckpointKind kind,
        Optional<String> product,
        Optional<String> productVersion,
        Optional<String> build,
        OptionalLong memoryMiB,
        OptionalLong processors,
        List<String> groups,
        MemoryLocation memory,
        int screenshots,
        List<SnapshotPart> parts,
        Optional<String> displayName,
        List<String> disks) {
    /** Where a checkpoint's memory is. */
    public enum MemoryLocation {
        /** It was taken without. */
        NONE,
        /** In the same file. */
        EMBEDDED,
        /** In the {@code .vmem} beside it. */
        BESIDE,
        /** It should be beside it, but is not there. */
        LOST,
        /** Its map is damaged; {@link Checkpoint#memory} says how. */
        DAMAGED
    }

    private static final String GENERAL = "Checkpoint";
    private static final int MAX_TEXT = 256;

    static CheckpointSummary of(Checkpoint checkpoint) throws IOException {
        List<SnapshotPart> parts = new ArrayList<>();
        for (SnapshotPart part : SnapshotPart.values()) {
            if (checkpoint.seek(SnapshotPart.GROUP, part.tag()).isPresent()) {
                parts.add(part);
            }
        }
        Optional<VmxFile> configuration = configuration(checkpoint);
        return new CheckpointSummary(
                checkpoint.path(),
                checkpoint.kind(),
                text(checkpoint, "ProductName"),
                text(checkpoint, "VersionNumber"),
                text(checkpoint, "BuildNumber"),
                number(checkpoint, GENERAL, "memSize"),
                number(checkpoint, "cpu", "cpu:numVCPUs"),
                checkpoint.groups().stream().map(CheckpointGroup::label).toList(),
                location(checkpoint),
                checkpoint.screenshots().size(),
                List.copyOf(parts),
                configuration.flatMap(vmx -> vmx.dictionary().get("displayName")),
                configuration
                        .map(vmx -> vmx.devices().disks().stream()
                                .map(disk -> disk.node() + "=" + disk.file())
                                .toList())
                        .orElse(List.of()));
    }

    /** A configuration that is damaged or compressed tells nothing; the checkpoint's own check tells why. */
    private static Optional<VmxFile> configuration(Checkpoint checkpoint) throws IOException {
        try {
            return checkpoint.configuration();
        } catch (VmdiskException e) {
            return Optional.empty();
        }
    }

    private static MemoryLocation location(Checkpoint checkpoint) throws IOException {
        MemoryMap map;
        try {
            map = MemoryMap.of(checkpoint);
        } catch (MalformedFileException e) {
            return MemoryLocation.DAMAGED;
        }
        if (map == null) {
            return MemoryLocation.NONE;
        }
        if (map.embedded() != null) {
            return MemoryLocation.EMBEDDED;
        }
        boolean beside = checkpoint.volume().exists(GuestMemory.imageBeside(checkpoint.path()));
        return beside ? MemoryLocation.BESIDE : MemoryLocation.LOST;
    }

    private static Optional<String> text(Checkpoint checkpoint, String name) throws IOException {
        Optional<CheckpointTag> tag = checkpoint.seek(GENERAL, name);
        if (tag.isEmpty() || tag.get().form() == Form.COMPRESSED) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(MAX_TEXT);
        checkpoint.read(tag.get(), 0, bytes);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\0');
        return Optional.of(PrintableName.ascii(end < 0 ? text : text.substring(0, end)));
    }

    private static OptionalLong number(Checkpoint checkpoint, String group, String name) throws IOException {
        Optional<CheckpointTag> tag = checkpoint.seek(group, name);
        return tag.isEmpty() || !tag.get().isNumber()
                ? OptionalLong.empty()
                : OptionalLong.of(checkpoint.number(tag.get()));
    }
}
