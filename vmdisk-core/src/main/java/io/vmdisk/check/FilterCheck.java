package io.vmdisk.check;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.files.ExtentPaths;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names the I/O filters that a host has put on a disk, and the files beside it that they keep.
 *
 * <p>{@code ddb.iofilters} lists filters, split by commas; {@code ddb.sidecars} lists {@code FILE,FILTER} pairs, each with a
 * semicolon behind it. A host that lacks a filter, or a file of one, refuses the disk.
 */
final class FilterCheck {
    private FilterCheck() {}

    static void check(DiskLink link, Volume volume, FindingList findings) throws IOException {
        Descriptor descriptor = link.descriptor();
        String filters = descriptor.ddb().getOrDefault("iofilters", "").strip();
        String sidecars = descriptor.ddb().getOrDefault("sidecars", "").strip();
        if (filters.isEmpty() && sidecars.isEmpty()) {
            return;
        }
        Remedy remedy = Remedy.say("detach the filters on the host that knows them; a copy leaves them out: ")
                .with(Kind.CONVERT, link.path());
        List<String> missing = missing(link, sidecars, volume);
        String set =
                filters.isEmpty() ? "an I/O filter keeps files beside it" : "I/O filters are set on it: " + filters;
        if (missing.isEmpty()) {
            findings.add(
                    "disk.io-filters",
                    Severity.INFO,
                    link.path(),
                    set + "; hosts without them refuse the disk",
                    remedy);
        } else {
            findings.add(
                    "disk.sidecar-missing",
                    Severity.WARNING,
                    link.path(),
                    set + ", but files that they keep are not there: " + String.join(", ", missing)
                            + "; hosts refuse the disk",
                    Remedy.say("bring them back, or ").and(remedy));
        }
    }

    private static List<String> missing(DiskLink link, String sidecars, Volume volume) throws IOException {
        List<String> missing = new ArrayList<>();
        for (String pair : sidecars.split(";", -1)) {
            String name = pair.split(",", 2)[0].strip();
            if (!name.isEmpty() && !isThere(link, name, volume)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private static boolean isThere(DiskLink link, String name, Volume volume) throws IOException {
        try {
            Path file = ExtentPaths.resolve(link.path(), name);
            return volume.exists(file);
        } catch (VmdiskException e) {
            // No file here can have that name, or it is not looked for elsewhere.
            return false;
        }
    }
}
