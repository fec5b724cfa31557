package io.vmdisk.vm;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkReader;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.snapshot.vmsd.SnapshotTree;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileStart;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.storage.look.NameEncoding;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a folder: first what the machine refers to, then a role and an owner for every entry. For one thread. */
final class FolderReader {
    private static final Pattern NAMES_OF_FILES = Pattern.compile("(?i).*\\.(vmdk|vmx|vmtx|vmsd)");
    private static final Pattern SNAPSHOT_MEMORY = Pattern.compile("(?i).*-Snapshot[0-9]+\\.vmem");

    private final Volume volume;
    private final Path configuration;
    private final Path folder;
    private final FileClaims claims;
    private final LinkReader links;
    private final List<Finding> findings = new ArrayList<>();
    private final List<VmwareLock> locks = new ArrayList<>();

    private final VmxFile vmx;
    private final FoundFiles found;

    private FolderReader(VmxFile vmx, FoundFiles found) {
        this.vmx = vmx;
        this.found = found;
        this.volume = found.volume();
        this.configuration = vmx.file().orElseThrow();
        this.folder = AtomicName.folderOf(this.configuration);
        this.claims = new FileClaims(volume);
        this.links = MachineClaims.reader(volume);
    }

    /**
     * Reads the folder of a configuration.
     *
     * @param search folders that may hold what the machine names elsewhere
     */
    static VmFolder read(Path target, List<Path> search, Volume volume) throws IOException {
        Path configuration = target.toAbsolutePath().normalize();
        VmxFile vmx = VmxFile.read(volume, configuration);
        List<SnapshotTree> lists = new ArrayList<>();
        lists.add(SnapshotTree.read(volume, Stem.sibling(configuration, ".vmsd")));
        if (lists.get(0).saysNothing()) {
            lists.addAll(
                    StrayLists.in(AtomicName.folderOf(configuration), volume).all());
        }
        return new FolderReader(vmx, FoundFiles.of(vmx, lists, search, volume)).read();
    }

    private VmFolder read() throws IOException {
        StrayLists strays = StrayLists.in(folder, volume);
        SnapshotTree tree = listOf(strays);
        found.all().forEach(this::tell);
        MachineClaims own = new MachineClaims(volume, folder, vmx, tree, links).follow();
        own.claim(claims);
        findings.addAll(own.findings());
        findings.addAll(tree.findings());
        claimOfOthers();
        for (SnapshotTree stray : strays.without(tree)) {
            claimOf(stray);
        }

        boolean hidden = vmx.encryption() == VmxFile.Encryption.WHOLE;
        List<VmFile> files = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            try {
                files.add(file(entry, hidden));
            } catch (NoSuchFileException e) {
                // Gone since the folder was listed, or never there.
                if (volume.isLink(entry)) {
                    tellOfLink(entry, "it is a link to " + volume.real(entry) + ", which is not there");
                }
            } catch (IOException e) {
                Inaccessible.orThrow(e);
                if (volume.isLink(entry) && !volume.exists(entry)) {
                    tellOfLink(entry, "it is a link that leads to nothing");
                    continue;
                }
                report("vm.file-unreadable", Severity.WARNING, entry, String.valueOf(e.getMessage()));
            }
        }
        return new VmFolder(
                folder, vmx, tree, strays.without(tree), own.disks(), files, locks, findings, found.all(), volume);
    }

    /** The list by the configuration's name; one under another name where that says nothing at all. */
    private SnapshotTree listOf(StrayLists strays) throws IOException {
        SnapshotTree named = SnapshotTree.read(volume, Stem.sibling(configuration, ".vmsd"));
        return named.saysNothing() ? strays.of(vmx, links).orElse(named) : named;
    }

    private void tell(FoundFile file) {
        findings.add(new Finding(
                "vm.file-found",
                Severity.INFO,
                configuration,
                -1,
                file.describe(),
                file.remedy(configuration).and(" writes the name that it has here")));
    }

    private void tellOfLink(Path link, String problem) {
        report("vm.dangling-link", Severity.WARNING, link, problem, "remove it");
    }

    private void claimOf(SnapshotTree stray) throws IOException {
        Path list = stray.source().orElseThrow();
        FileOwner owner = new FileOwner(FileOwner.Kind.OTHER_MACHINE, String.valueOf(list.getFileName()));
        FileClaims theirs = new FileClaims(volume);
        new MachineClaims(volume, folder, VmxFile.of(Dictionary.empty(list)), stray, links)
                .follow()
                .claim(theirs);
        claims.claim(list, owner);
        claims.claimAll(theirs, owner);
    }

    private void claimOfOthers() throws IOException {
        for (Path other : new ConfigurationFinder(volume).all(folder)) {
            if (volume.facts(other).key().equals(volume.facts(configuration).key())) {
                continue;
            }
            FileOwner owner = new FileOwner(FileOwner.Kind.OTHER_MACHINE, String.valueOf(other.getFileName()));
            claims.claim(other, owner);
            if (!NameEncoding.canSay(other)) {
                continue;
            }
            try {
                VmxFile another = VmxFile.read(volume, other);
                SnapshotTree tree = SnapshotTree.read(volume, Stem.sibling(other, ".vmsd"));
                Volume seen =
                        FoundFiles.of(another, List.of(tree), List.of(), volume).volume();
                FileClaims theirs = new FileClaims(seen);
                new MachineClaims(seen, folder, another, tree, MachineClaims.reader(seen))
                        .follow()
                        .claim(theirs);
                claims.claimAll(theirs, owner);
            } catch (VmdiskException e) {
                report("vm.file-unreadable", Severity.WARNING, other, e.problem());
            } catch (IOException e) {
                Inaccessible.orThrow(e);
                report("vm.file-unreadable", Severity.WARNING, other, String.valueOf(e.getMessage()));
            }
        }
    }

    private VmFile file(Path entry, boolean hidden) throws IOException {
        FileFacts facts = volume.facts(entry);
        String name = String.valueOf(entry.getFileName());
        if (FileForm.isLock(name)) {
            locks.add(new LockReader(volume, LockIdentity.ofThisProcess()).read(entry, facts));
            return new VmFile(entry, FileRole.LOCK, FileOwner.of(FileOwner.Kind.RUN), 0, facts.modified());
        }
        boolean plain = facts.kind() == FileFacts.Kind.FILE;
        if (!plain && NAMES_OF_FILES.matcher(name).matches()) {
            report(
                    "vm.no-file",
                    Severity.WARNING,
                    entry,
                    "it has the name of a machine's file, but is none",
                    "move it away");
        }
        ByteBuffer start = plain ? start(entry) : ByteBuffer.allocate(0);
        FileRole role = FileForm.of(name, start);
        if (!plain) {
            role = facts.kind() == FileFacts.Kind.FOLDER ? FileRole.FOLDER : FileRole.UNKNOWN;
        }
        Optional<FileOwner> claimed = claims.ownerOf(facts.key());
        boolean sayable = NameEncoding.canSay(entry);
        if (!sayable) {
            report("vm.name-encoding", Severity.WARNING, entry, NameEncoding.problem(), NameEncoding.remedy());
        }
        FileRole refined = refined(role, entry, claimed.isPresent());
        FileOwner owner = claimed.orElseGet(() -> unclaimed(refined, hidden || !sayable));
        return new VmFile(entry, refined, owner, plain ? facts.size() : 0, facts.modified());
    }

    private ByteBuffer start(Path entry) throws IOException {
        try (BlockFile file = volume.open(entry, OpenMode.READ)) {
            return FileStart.of(file);
        }
    }

    /** The role once more of the folder is seen than the file itself. */
    private FileRole refined(FileRole role, Path entry, boolean claimed) throws IOException {
        return switch (role) {
            case PAGING_FILE -> memoryRole(entry);
            case DISK_DATA -> diskRole(entry);
            case RAW_DEVICE_POINTER -> claimed ? role : FileRole.UNKNOWN;
            default -> role;
        };
    }

    private FileRole memoryRole(Path entry) {
        if (volume.exists(Stem.sibling(entry, ".vmsn"))
                || SNAPSHOT_MEMORY.matcher(String.valueOf(entry.getFileName())).matches()) {
            return FileRole.SNAPSHOT_MEMORY;
        }
        return volume.exists(Stem.sibling(entry, ".vmss")) ? FileRole.SUSPEND_MEMORY : FileRole.PAGING_FILE;
    }

    private FileRole diskRole(Path entry) throws IOException {
        try {
            DiskLink link = links.link(entry);
            return link.place() instanceof DescriptorPlace.Embedded ? FileRole.DISK : FileRole.DISK_DATA;
        } catch (VmdiskException e) {
            // Raw data, which says nothing of itself.
            return FileRole.DISK_DATA;
        }
    }

    private static FileOwner unclaimed(FileRole role, boolean hidden) {
        return FileOwner.of(
                switch (role) {
                    case SWAP, PROCESS_SWAP, PAGING_FILE, LOCK, REDO_LOG, STATISTICS -> FileOwner.Kind.RUN;
                    case LOG,
                            CRASH_DUMP,
                            INTERFACE_LEFTOVER,
                            TASK_LIST,
                            REPLICATION_STATE,
                            SIDECAR,
                            DIGEST,
                            UNFINISHED,
                            CONFIGURATION_COPY -> FileOwner.Kind.HOST;
                    case POLICY -> FileOwner.Kind.MACHINE;
                    case MEDIA, FOLDER, UNKNOWN -> FileOwner.Kind.USER;
                    case CONFIGURATION,
                            TEMPLATE,
                            EXTENDED_CONFIGURATION,
                            FIRMWARE_VARIABLES,
                            SNAPSHOT_LIST,
                            SNAPSHOT_CHECKPOINT,
                            SNAPSHOT_MEMORY,
                            SUSPEND_CHECKPOINT,
                            SUSPEND_MEMORY,
                            DISK_DESCRIPTOR,
                            DISK,
                            DISK_DATA,
                            CHANGE_TRACKING,
                            RAW_DEVICE_POINTER -> hidden ? FileOwner.Kind.MACHINE : FileOwner.Kind.NOBODY;
                });
    }

    private void report(String id, Severity severity, Path file, String message) {
        report(id, severity, file, message, "");
    }

    private void report(String id, Severity severity, Path file, String message, String remedy) {
        findings.add(new Finding(id, severity, file, -1, message, remedy));
    }
}
