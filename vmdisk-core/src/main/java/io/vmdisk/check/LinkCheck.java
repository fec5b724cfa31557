package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Access;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.ContainerKind;
import io.vmdisk.format.Formats;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.ExtentFiles;
import io.vmdisk.storage.look.FileStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks one link of a chain: its descriptor, every extent, the change tracking file. */
final class LinkCheck {
    private static final int SECTOR = Sector.BYTES;

    private final CheckOptions options;
    private final Volume volume;
    private final Progress progress;
    private final FindingList findings;
    private final Set<Path> files;

    LinkCheck(CheckOptions options, Progress progress, FindingList findings, Set<Path> files) {
        this.options = options;
        this.volume = options.opening().volume();
        this.progress = progress;
        this.findings = findings;
        this.files = files;
    }

    void check(DiskLink link) throws IOException {
        files.add(link.path());
        Descriptor descriptor = link.descriptor();
        if (!(link.place() instanceof DescriptorPlace.Missing)) {
            findings.addAll(descriptor.findings(), link.path());
            checkGeometry(link);
            checkTracking(link);
            FilterCheck.check(link, volume, findings);
        }
        if (descriptor.encryption().isPresent()) {
            notChecked(link.path(), "the disk is encrypted, its extents can't be looked into");
            return;
        }
        Map<Path, Long> flatEnds = new HashMap<>();
        for (ExtentPlace place : link.extents()) {
            checkExtent(link, place, flatEnds);
        }
        for (Map.Entry<Path, Long> flat : flatEnds.entrySet()) {
            checkFlatLength(link.path(), flat.getKey(), flat.getValue());
        }
    }

    private void notChecked(Path file, String message) {
        findings.add("check.not-checked", Severity.WARNING, file, message, "");
    }

    private void checkGeometry(DiskLink link) {
        Descriptor descriptor = link.descriptor();
        Geometry geometry = descriptor.geometry().orElse(null);
        if (geometry == null || !geometry.isUsable()) {
            return;
        }
        long track = geometry.heads() * geometry.sectors();
        if (geometry.cylinders() > Math.max(1, descriptor.capacitySectors() / track)) {
            findings.add(
                    "disk.geometry",
                    Severity.WARNING,
                    link.path(),
                    "the geometry of " + geometry.cylinders() + "/" + geometry.heads() + "/" + geometry.sectors()
                            + " has more sectors than the disk, which has " + descriptor.capacitySectors()
                            + "; old guests may read behind its end",
                    "set ddb.geometry.cylinders to " + Math.max(1, descriptor.capacitySectors() / track));
        }
    }

    private void checkTracking(DiskLink link) throws IOException {
        String name = link.descriptor().changeTrackPath().orElse(null);
        if (name == null) {
            return;
        }
        try {
            Path file = ExtentPaths.resolve(link.path(), name, Set.of(ExtentPaths.Allowance.OUTSIDE_FOLDER));
            if (!volume.exists(file)) {
                findings.add(
                        "tracking.missing",
                        Severity.WARNING,
                        link.path(),
                        "the change tracking file " + name + " is not there; hosts may refuse the disk",
                        "reset change tracking: remove changeTrackPath and set version=1");
                return;
            }
            files.add(file);
            try (BlockFile opened = volume.open(file, OpenMode.READ)) {
                if (ContainerKind.of(FileStart.of(opened)) != ContainerKind.CHANGE_TRACKING) {
                    findings.add(
                            "tracking.magic",
                            Severity.WARNING,
                            file,
                            "it is named as a change tracking file but does not begin like one",
                            "reset change tracking: remove changeTrackPath and set version=1");
                }
            }
        } catch (VmdiskException e) {
            findings.add(
                    "tracking.name",
                    Severity.WARNING,
                    link.path(),
                    "the change tracking file: " + e.problem(),
                    "reset change tracking: remove changeTrackPath and set version=1");
        }
    }

    private void checkExtent(DiskLink link, ExtentPlace place, Map<Path, Long> flatEnds) throws IOException {
        ExtentLine line = place.line();
        if (place.length() == 0) {
            return;
        }
        if (line.access() == Access.NOACCESS) {
            notChecked(link.path(), "extent " + line.file().orElse(line.typeWord()) + " is marked NOACCESS");
            return;
        }
        switch (line.type()) {
            case ZERO -> {}
            case VMFSRDM, VMFSRAW ->
                notChecked(link.path(), "extent " + line.fileName() + " is a raw device or its mapping");
            case VSANSPARSE, UNKNOWN ->
                notChecked(link.path(), "extents of type " + line.typeWord() + " can't be read");
            case FLAT, VMFS, SPARSE, VMFSSPARSE, SESPARSE -> checkFile(link, place, flatEnds);
        }
    }

    private void checkFile(DiskLink link, ExtentPlace place, Map<Path, Long> flatEnds) throws IOException {
        ExtentLine line = place.line();
        if (line.isDevice()) {
            notChecked(link.path(), "extent " + line.fileName() + " is a device");
            return;
        }
        Path named = place.file().orElse(null);
        if (named == null) {
            nameFinding(link, String.valueOf(line.fileName()));
            return;
        }
        Path path = ExtentFiles.existing(volume, named);
        files.add(path);
        if (!volume.exists(path)) {
            findings.add(
                    "extent.missing",
                    Severity.ERROR,
                    path,
                    "the extent is not there; the disk's bytes from " + place.start() + " to "
                            + (place.start() + place.length()) + " are lost",
                    ExtentFiles.unsayableBeside(volume, path) + "bring it back; if it was renamed correct the name in "
                            + link.path().getFileName());
            return;
        }
        try (BlockFile file = volume.open(path, OpenMode.READ)) {
            if (line.type().isPlain()) {
                flatEnds.merge(path, line.startSector() * SECTOR + place.length(), Math::max);
            } else {
                checkSparse(link, place, file);
            }
        } catch (OperationCancelledException e) {
            throw e;
        } catch (IOException e) {
            findings.add("extent.unreadable", link.path(), path, e);
        }
        if (options.content() == CheckOptions.Content.DATA) {
            new DataCheck(volume, options, progress, findings).check(path, place);
        }
    }

    private void nameFinding(DiskLink link, String name) throws IOException {
        try {
            Path file = ExtentPaths.resolve(link.path(), name);
            LinkBounds.ofFile(volume, link.path()).require(ExtentFiles.existing(volume, file));
        } catch (UnsafeStateException | UnsupportedFeatureException e) {
            notChecked(link.path(), e.problem());
        } catch (VmdiskException e) {
            findings.add("extent.name", link.path(), e);
        }
    }

    private void checkFlatLength(Path disk, Path path, long needed) throws IOException {
        long size = volume.facts(path).size();
        if (size < needed) {
            findings.add(
                    "extent.short",
                    Severity.ERROR,
                    path,
                    "the file has " + size + " bytes, the descriptor needs " + needed + ": the last " + (needed - size)
                            + " bytes are missing",
                    Remedy.of(Kind.COPY_AGAIN)
                            .and("; ")
                            .with(Kind.REPAIR_DESCRIPTOR, disk)
                            .and(" makes the descriptor follow the file"));
        } else if (size > needed) {
            findings.add(
                    "extent.long",
                    Severity.INFO,
                    path,
                    "the file has " + (size - needed) + " bytes more than the descriptor tells of",
                    Remedy.say("if the disk was grown and nothing stands on it, ")
                            .with(Kind.REPAIR_DESCRIPTOR, disk)
                            .and(" makes the descriptor follow the file"));
        }
    }

    private void checkSparse(DiskLink link, ExtentPlace place, BlockFile file) throws IOException {
        ExtentLine line = place.line();
        Optional<SparseFormat> told = Formats.of(file);
        if (told.isEmpty()) {
            findings.add(
                    "extent.magic",
                    Severity.ERROR,
                    file.path(),
                    "the descriptor calls this a " + line.type() + " extent, but it does not begin like a sparse one",
                    "copy the file again, or correct the descriptor");
            return;
        }
        SparseFormat format = told.get();
        if (line.type() != ExtentType.of(format.extentWord())) {
            findings.add(
                    "extent.type",
                    Severity.WARNING,
                    file.path(),
                    "the descriptor calls this a " + line.type() + " extent, but it is a " + format.name()
                            + " file; other programs refuse it",
                    Remedy.of(Kind.REPAIR_DESCRIPTOR, link.path()).and(" makes the descriptor follow the file"));
        }
        findings.addAll(format.check(file, progress), link.path());
        checkCapacity(link, place, file, format);
    }

    private void checkCapacity(DiskLink link, ExtentPlace place, BlockFile file, SparseFormat format)
            throws IOException {
        long own;
        try {
            own = format.capacityBytes(file);
        } catch (VmdiskException e) {
            // The format's checker has told of it.
            return;
        }
        String both = "the descriptor gives the extent " + place.length() + " bytes, its own header " + own;
        if (own < place.length()) {
            findings.add(
                    "extent.capacity",
                    Severity.ERROR,
                    link.path(),
                    both + "; the disk can't be opened",
                    Remedy.of(Kind.REPAIR_DESCRIPTOR, link.path()).and(" makes the descriptor follow the header"));
        } else if (own > place.length()) {
            findings.add(
                    "extent.capacity",
                    Severity.INFO,
                    link.path(),
                    both + "; the rest is not part of the disk",
                    Remedy.say("if the disk was grown and nothing stands on it, ")
                            .with(Kind.REPAIR_DESCRIPTOR, link.path())
                            .and(" makes the descriptor follow the header"));
        }
    }
}
