package io.vmdisk.cli.disk;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.NewFile;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.EsxiFit;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.PowerVerdict;
import io.vmdisk.nbd.ServedDisk;
import io.vmdisk.snapshot.DiskPoint;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which disks {@code serve} offers, and how each is opened.
 *
 * @param options how disks are opened
 * @param inUseAgreed whether the user agreed to serve what may be changing
 */
record ServedDisks(OpenOptions options, boolean inUseAgreed) {
    /** As many as there may be connections use disks at once; together they keep to the budget of one. */
    private static final int MOST_AT_ONCE = 32;

    private static final String NO_LISTING = "unsupported.no-listing";

    /** The one disk that was named. */
    List<ServedDisk> ofDisk(DiskArgument disk, String name) throws IOException {
        DiskChain chain = disk.chain(options);
        refuseLocked(chain);
        return List.of(new ServedDisk(name, describe(chain), () -> disk.open(options)));
    }

    /**
     * The disks of a machine.
     *
     * @param snapshot a name, uid or path of names: only as this one froze them; empty for all points in time
     * @param node only the disk at this place
     */
    List<ServedDisk> ofMachine(Path target, Optional<String> snapshot, Optional<String> node) throws IOException {
        VmFolder machine = VmFolder.read(target, options.volume());
        List<DiskPoint> all = snapshot.isEmpty() ? DiskPoint.of(machine) : DiskPoint.at(machine, snapshot);
        List<DiskPoint> points = all.stream()
                .filter(point -> node.isEmpty() || point.node().equalsIgnoreCase(node.get()))
                .toList();
        if (points.isEmpty()) {
            throw new UnsafeStateException(
                    "no-disk",
                    machine.folder(),
                    "the machine has no such disk"
                            + node.map(place -> " at " + place).orElse(""),
                    "'vmdisk info' lists its disks and snapshots");
        }
        if (snapshot.isEmpty()) {
            refuseRunning(machine);
        }
        OpenOptions shared =
                options.withTableBudget(options.tableBudgetBytes() / Math.min(points.size(), MOST_AT_ONCE));
        List<ServedDisk> served = new ArrayList<>();
        for (DiskPoint point : points) {
            String when = point.snapshot().map(s -> "at snapshot " + s.name()).orElse("at present");
            served.add(new ServedDisk(
                    point.name(),
                    point.file().getFileName() + ", " + point.node() + " " + when,
                    () -> VirtualDisk.open(point.file(), shared)));
        }
        return served;
    }

    private void refuseRunning(VmFolder machine) throws IOException {
        PowerVerdict power = machine.power(Instant.now());
        if (power.state() == PowerState.RUNNING && !inUseAgreed) {
            throw new UnsafeStateException(
                    "in-use",
                    machine.folder(),
                    "the machine is running: its disks change while they are read",
                    "serve one of its snapshots with --snapshot; if it does not run, say --force=in-use");
        }
    }

    private void refuseLocked(DiskChain chain) throws IOException {
        if (inUseAgreed) {
            return;
        }
        try {
            DiskUse.refuseLocked(chain.top(), options);
        } catch (UnsupportedFeatureException e) {
            if (!e.code().equals(NO_LISTING)) {
                throw e;
            }
            // A web server does not say who else is there; a file that changes while it is read ends the reading.
        }
    }

    private static String describe(DiskChain chain) {
        int links = chain.links().size();
        return chain.top().path().getFileName() + (links == 1 ? "" : ", a chain of " + links + " links");
    }

    /** Makes the delta that takes what clients write, and serves it in place of its disk, which stays as it is. */
    ServedDisk writable(ServedDisk disk, Path overlay) throws IOException {
        NewFile.requireFolder(overlay);
        CreateSpec delta;
        try (VirtualDisk below = disk.source().open()) {
            DiskFormat format = EsxiFit.reasonAgainst(below.chain()).isPresent()
                    ? DiskFormat.MONOLITHIC_SPARSE
                    : EsxiFit.formatFor(below.capacity(), EsxiFit.Role.DELTA);
            delta = CreateSpec.of(format, below.capacity())
                    .withParent(below.chain().top().path());
        }
        StagedDisk.createEmpty(overlay, delta, options.volume(), Progress.NONE);
        OpenOptions writing = options.withAccess(OpenOptions.Access.WRITE);
        return new ServedDisk(
                disk.name(),
                overlay.getFileName() + " on " + disk.description(),
                () -> VirtualDisk.open(overlay, writing));
    }
}
