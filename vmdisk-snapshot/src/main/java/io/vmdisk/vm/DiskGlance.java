package io.vmdisk.vm;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a disk of a machine is all there, from names, sizes and headers alone: no data is read. What it calls whole may
 * still be damaged inside, which a check tells.
 */
record DiskGlance(Volume volume) {
    /** What the disk lacks, in a few words; empty if nothing. */
    Optional<String> lack(DiskChain chain) {
        try {
            for (DiskLink link : chain.links()) {
                Optional<String> lack = lack(link);
                if (lack.isPresent()) {
                    return lack;
                }
            }
            if (chain.broken() != null) {
                return Optional.of("broken");
            }
            OpenOptions options = OpenOptions.readOnly()
                    .withVolume(volume)
                    .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
            VirtualDisk.open(chain, options).close();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("unreadable");
        }
    }

    private Optional<String> lack(DiskLink link) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path file : link.files()) {
            if (!volume.exists(file)) {
                missing.add(file);
            }
        }
        if (!missing.isEmpty()) {
            return Optional.of(
                    missing.size() == 1
                            ? "lacks " + missing.get(0).getFileName()
                            : "lacks " + missing.size() + " files");
        }
        for (ExtentPlace extent : link.extents()) {
            if (extent.line().type().isPlain() && extent.file().isPresent() && isCut(extent)) {
                return Optional.of(extent.file().get().getFileName() + " is cut");
            }
        }
        return Optional.empty();
    }

    private boolean isCut(ExtentPlace extent) throws IOException {
        FileFacts facts = volume.facts(extent.file().orElseThrow());
        long end = extent.line().startSector() * ExtentPlace.SECTOR + extent.length();
        return facts.kind() == FileFacts.Kind.FILE && facts.size() < end;
    }
}
