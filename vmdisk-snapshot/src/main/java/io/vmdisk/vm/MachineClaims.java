package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.ChainBreak;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkReader;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.VmDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.snapshot.vmsd.SnapshotDisk;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.vmx.FileReference;
import io.vmdisk.vmx.VmxDisk;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows everything that one machine's configuration and snapshot list refer to. For one thread. */
final class MachineClaims {
    private final Volume volume;
    private final Path folder;
    private final VmxFile vmx;
    private final SnapshotTree tree;
    private final LinkReader links;
    /** Each once. */
    private final Set<Finding> findings = new LinkedHashSet<>();

    private final List<VmDisk> disks = new ArrayList<>();
    /** By the machine's file for a snapshot: which snapshot names it. */
    private final Map<Snapshot, Path> checkpoints = new LinkedHashMap<>();

    private final List<Frozen> frozen = new ArrayList<>();
    /** Chains followed past links with other content IDs: those parents are needed too, whatever is wrong with them. */
    private final List<DiskChain> beyondBreaks = new ArrayList<>();

    /** Where whole chains lead through each file: a snapshot's chain is mostly the end of another one. */
    private final Map<Object, PartOfChain> parts = new HashMap<>();

    private record PartOfChain(DiskChain whole, int from) {
        DiskChain chain() {
            return from == 0
                    ? whole
                    : new DiskChain(whole.links().subList(from, whole.links().size()), null);
        }
    }

    /** A chain that begins at a snapshot's disk. */
    private record Frozen(Snapshot snapshot, SnapshotDisk disk, DiskChain chain) {}

    /** @param links as {@link #reader} makes it */
    MachineClaims(Volume volume, Path folder, VmxFile vmx, SnapshotTree tree, LinkReader links) {
        this.volume = volume;
        this.folder = folder;
        this.vmx = vmx;
        this.tree = tree;
        this.links = links;
    }

    /** What reads the disks that machines refer to: for one look at a folder. */
    static LinkReader reader(Volume volume) {
        return new LinkReader(OpenOptions.readOnly()
                .withVolume(volume)
                .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER));
    }

    /** Looks at every reference; afterwards {@link #disks} and {@link #findings} are known. */
    MachineClaims follow() throws IOException {
        for (VmxDisk device : vmx.devices().disks()) {
            Optional<Path> path = place(device.file(), folder, volume);
            Optional<DiskChain> chain = path.isEmpty()
                    ? Optional.empty()
                    : chain(path.get(), "the disk " + device.node() + " of the configuration");
            disks.add(new VmDisk(device, path, chain));
        }
        for (Snapshot snapshot : tree.snapshots()) {
            String who = "snapshot uid " + snapshot.uid();
            for (SnapshotDisk disk : snapshot.disks()) {
                Optional<Path> path = place(FileReference.of(disk.fileName()), folder, volume);
                if (path.isPresent()) {
                    chain(path.get(), who).ifPresent(chain -> frozen.add(new Frozen(snapshot, disk, chain)));
                }
            }
            Optional<Path> checkpoint = snapshot.checkpointFile()
                    .map(FileReference::of)
                    .flatMap(name -> name.place(folder))
                    .map(volume::actual)
                    .filter(path -> path.toString().endsWith(".vmsn"));
            if (checkpoint.isPresent()) {
                checkpoints.put(snapshot, checkpoint.get());
                if (!volume.exists(checkpoint.get())) {
                    report(
                            "vm.checkpoint-missing",
                            Severity.WARNING,
                            checkpoint.get(),
                            who + " names it as its checkpoint, but it is not there",
                            "reverting keeps the present configuration");
                }
            }
        }
        return this;
    }

    /** Where a file lies that a machine names; empty if that is on another system and nothing was found for it here. */
    static Optional<Path> place(FileReference name, Path folder, Volume volume) {
        Optional<Path> path = name.place(folder).map(volume::actual);
        return name.resolve(folder).isPresent() ? path : path.filter(volume::exists);
    }

    private Optional<DiskChain> chain(Path disk, String who) throws IOException {
        if (!volume.exists(disk)) {
            report("vm.disk-missing", Severity.ERROR, disk, who + " names it, but it is not there", "");
            return Optional.empty();
        }
        try {
            PartOfChain known = parts.get(volume.facts(disk).key());
            if (known != null) {
                return Optional.of(known.chain());
            }
            DiskChain chain = links.chain(disk);
            if (chain.isWhole()) {
                for (int i = 0; i < chain.links().size(); i++) {
                    parts.putIfAbsent(volume.facts(chain.links().get(i).path()).key(), new PartOfChain(chain, i));
                }
            }
            ChainBreak broken = chain.broken();
            if (broken != null) {
                Path child = chain.links().get(broken.child()).path();
                report("vm.chain", Severity.ERROR, child, broken.problem(), broken.remedy());
                beyondBreaks.add(links.chain(disk, OpenOptions.Parents.IGNORE_CONTENT_ID));
            }
            return Optional.of(chain);
        } catch (VmdiskException e) {
            report("vm.disk-unreadable", Severity.ERROR, disk, e.problem(), e.remedy());
            return Optional.empty();
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            report("vm.disk-unreadable", Severity.ERROR, disk, who + " names it, but it can't be read: " + e, "");
            return Optional.empty();
        }
    }

    private void report(String id, Severity severity, Path file, String message, String advice) {
        report(id, severity, file, message, Remedy.say(advice));
    }

    private void report(String id, Severity severity, Path file, String message, Remedy remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }

    /** Claims everything; what the present state names goes before what snapshots name, that before what lies between. */
    void claim(FileClaims claims) throws IOException {
        claimMachineFiles(claims);
        for (VmDisk disk : disks) {
            if (disk.chain().isPresent()) {
                claims.claim(disk.chain().get().top(), ownerOf(disk));
            } else if (disk.path().isPresent()) {
                claims.claim(disk.path().get(), ownerOf(disk));
            }
        }
        for (Frozen disk : frozen) {
            claims.claim(disk.chain().top(), ownerOf(disk.snapshot()));
        }
        for (VmDisk disk : disks) {
            if (disk.chain().isPresent()) {
                claimAll(claims, disk.chain().get(), ownerOf(disk));
            }
        }
        for (Frozen disk : frozen) {
            claimAll(
                    claims,
                    disk.chain(),
                    new FileOwner(FileOwner.Kind.DISK, disk.disk().node()));
        }
        for (DiskChain chain : beyondBreaks) {
            claimAll(claims, chain, FileOwner.of(FileOwner.Kind.DISK));
        }
        claimMedia(claims);
        claimWhatElseIsNamed(claims);
    }

    /**
     * Claims what any other key names, disks with their parents: a device that is not present may be switched on again,
     * and what a key is for need not be known to keep its file.
     */
    private void claimWhatElseIsNamed(FileClaims claims) throws IOException {
        for (String value : vmx.dictionary().toMap().values()) {
            Optional<Path> path = FileReference.of(value).resolve(folder).filter(named -> !named.equals(folder));
            if (path.isEmpty() || !path.get().startsWith(folder) || !volume.exists(path.get())) {
                continue;
            }
            claims.claim(path.get(), FileOwner.of(FileOwner.Kind.MACHINE));
            if (Ascii.toLowerCase(value).endsWith(".vmdk")) {
                try {
                    DiskChain chain = links.chain(path.get(), OpenOptions.Parents.IGNORE_CONTENT_ID);
                    claimAll(claims, chain, FileOwner.of(FileOwner.Kind.MACHINE));
                } catch (VmdiskException e) {
                    // Not a disk that can be read; the file itself is claimed.
                }
            }
        }
    }

    private static void claimAll(FileClaims claims, DiskChain chain, FileOwner owner) throws IOException {
        for (DiskLink link : chain.links()) {
            claims.claim(link, owner);
        }
    }

    private void claimMachineFiles(FileClaims claims) throws IOException {
        FileOwner machine = FileOwner.of(FileOwner.Kind.MACHINE);
        List<Optional<Path>> own = new ArrayList<>();
        own.add(vmx.file());
        own.add(vmx.nvram().place(folder));
        own.add(vmx.extendedConfig().flatMap(name -> name.place(folder)));
        own.add(tree.source());
        for (Optional<Path> file : own) {
            if (file.isPresent()) {
                claims.claim(file.get(), machine);
            }
        }
        for (var checkpoint : checkpoints.entrySet()) {
            claimCheckpoint(claims, checkpoint.getValue(), ownerOf(checkpoint.getKey()));
        }
        Optional<Path> suspended = vmx.checkpoint().flatMap(name -> name.place(folder));
        if (suspended.isPresent()) {
            claimCheckpoint(claims, suspended.get(), machine);
        }
    }

    private void claimCheckpoint(FileClaims claims, Path checkpoint, FileOwner owner) throws IOException {
        claims.claim(checkpoint, owner);
        claims.claim(Stem.sibling(checkpoint, ".vmem"), owner);
    }

    private void claimMedia(FileClaims claims) throws IOException {
        List<FileReference> names = new ArrayList<>();
        vmx.devices().media().forEach(media -> names.add(media.file()));
        vmx.devices().ports().forEach(port -> names.add(port.target()));
        for (FileReference name : names) {
            Optional<Path> path = name.place(folder);
            if (path.isPresent()) {
                claims.claim(path.get(), FileOwner.of(FileOwner.Kind.USER));
            }
        }
    }

    private static FileOwner ownerOf(VmDisk disk) {
        return new FileOwner(FileOwner.Kind.DISK, disk.device().node().toString());
    }

    private static FileOwner ownerOf(Snapshot snapshot) {
        return new FileOwner(FileOwner.Kind.SNAPSHOT, snapshot.uid() + " " + snapshot.name());
    }

    List<VmDisk> disks() {
        return disks;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }
}
