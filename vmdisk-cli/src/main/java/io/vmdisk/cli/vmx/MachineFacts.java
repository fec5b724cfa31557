package io.vmdisk.cli.vmx;

import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DeltaKind;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxFile;
import io.vmdisk.vmx.lint.LintContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lint can learn from a machine's folder and the machines beside it: which files are there, what its disks'
 * descriptors and its list of snapshots say, which identities are taken. What cannot be read is unknown; other commands tell why.
 */
public final class MachineFacts implements LintContext {
    private final LintContext folder;
    private final Volume volume;
    private final Path vmx;
    private final Instant now;
    private final Map<String, Optional<DiskFacts>> disks = new HashMap<>();
    private @Nullable List<VmxFile> others;

    public MachineFacts(Volume volume, Path vmx, Instant now) {
        this.folder = LintContext.ofFolder(volume, vmx);
        this.volume = volume;
        this.vmx = vmx.toAbsolutePath();
        this.now = now;
    }

    @Override
    public Presence presence(FileReference file) {
        return folder.presence(file);
    }

    @Override
    public Optional<Boolean> locked() {
        return folder.locked();
    }

    @Override
    public Optional<DiskFacts> disk(FileReference file) {
        return disks.computeIfAbsent(file.text(), name -> read(file));
    }

    private Optional<DiskFacts> read(FileReference file) {
        Optional<Path> path = Optional.ofNullable(vmx.getParent()).flatMap(file::resolve);
        if (path.isEmpty() || presence(file) != Presence.PRESENT) {
            return Optional.empty();
        }
        try {
            DiskChain chain = DiskChain.of(path.get(), OpenOptions.readOnly().withVolume(volume));
            Descriptor descriptor = chain.top().descriptor();
            Descriptor base = chain.base().descriptor();
            return Optional.of(new DiskFacts(
                    descriptor.createTypeName(),
                    base.ddb("adapterType").orElse(""),
                    chain.links().size(),
                    chain.top().capacity(),
                    base.isThin(),
                    chain.links().stream()
                            .flatMap(link -> DeltaKind.ofLink(link).stream())
                            .map(DeltaKind::word)
                            .collect(Collectors.toSet())));
        } catch (IOException e) {
            // A disk that cannot be read is the business of check.
            return Optional.empty();
        }
    }

    @Override
    public List<VmxFile> others() {
        if (others == null) {
            others = Neighbours.of(vmx, volume);
        }
        return others;
    }

    @Override
    public Optional<SnapshotFacts> snapshots() {
        String name = vmx.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path list = vmx.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".vmsd");
        if (!volume.exists(list)) {
            return Optional.empty();
        }
        try {
            return Optional.of(facts(SnapshotTree.read(volume, list)));
        } catch (IOException e) {
            // A list that cannot be read is the business of check.
            return Optional.empty();
        }
    }

    private SnapshotFacts facts(SnapshotTree tree) {
        long oldestHours = tree.snapshots().stream()
                .flatMap(snapshot -> snapshot.created().stream())
                .mapToLong(created -> Math.max(0, Duration.between(created, now).toHours()))
                .max()
                .orElse(0);
        List<String> missing = tree.snapshots().stream()
                .flatMap(MachineFacts::files)
                .distinct()
                .filter(file -> presence(FileReference.of(file)) == Presence.MISSING)
                .toList();
        return new SnapshotFacts(tree.snapshots().size(), oldestHours, tree.needsConsolidation(), missing);
    }

    private static Stream<String> files(Snapshot snapshot) {
        return Stream.concat(
                snapshot.checkpointFile().stream(), snapshot.disks().stream().map(SnapshotDisk::fileName));
    }
}
