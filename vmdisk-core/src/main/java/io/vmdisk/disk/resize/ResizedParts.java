package io.vmdisk.disk.resize;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Sector;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.CreateType;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.ExtentType;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.make.DiskParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The extent lines of a disk of another size; touches no file. */
final class ResizedParts {
    private ResizedParts() {}

    /** With the last part filled up and, for a disk in parts, further parts behind it. */
    static List<ExtentLine> grown(DiskLink link, long sectors) throws VmdiskException {
        List<ExtentLine> lines = new ArrayList<>(link.descriptor().extents());
        long missing = sectors - link.descriptor().capacitySectors();
        int lastIndex = lastIndex(lines);
        ExtentLine last = lines.get(lastIndex);
        if (!isInParts(link)) {
            lines.set(lastIndex, last.withSectors(last.sectors() + missing));
            return lines;
        }
        long part = lastIndex == 0 ? Math.max(DiskParts.SPLIT_SECTORS, last.sectors()) : partOf(lines);
        long filled = Math.min(Math.max(part, last.sectors()), last.sectors() + missing);
        missing -= filled - last.sectors();
        lines.set(lastIndex, last.withSectors(filled));
        if (lines.size() + Sector.ceilDiv(missing, part) > DiskParts.MAX_PARTS) {
            throw new LimitExceededException(
                    "extents",
                    link.path(),
                    "the disk would have more than " + DiskParts.MAX_PARTS + " extents",
                    "convert it to a disk with larger extents");
        }
        if (missing > 0 && !isPart(last.type())) {
            throw new UnsupportedFeatureException(
                    "resize",
                    link.path(),
                    "its last part is of type " + last.typeWord() + ", of which no further parts can be made",
                    "convert the disk first");
        }
        Names names = Names.after(last, link.path(), lines.size());
        while (missing > 0) {
            long next = Math.min(part, missing);
            String file = names.next();
            lines.add(
                    last.type() == ExtentType.FLAT
                            ? ExtentLine.flat(next, file, 0)
                            : ExtentLine.of(next, last.type(), file));
            missing -= next;
        }
        return lines;
    }

    /** Without what lies behind the new end. */
    static List<ExtentLine> shrunk(DiskLink link, long sectors) {
        List<ExtentLine> lines = new ArrayList<>();
        long left = sectors;
        for (ExtentLine line : link.descriptor().extents()) {
            if (left <= 0) {
                break;
            }
            lines.add(line.withSectors(Math.min(left, line.sectors())));
            left -= line.sectors();
        }
        return lines;
    }

    private static int lastIndex(List<ExtentLine> lines) {
        int last = lines.size() - 1;
        while (last > 0 && lines.get(last).sectors() == 0) {
            last--;
        }
        return last;
    }

    private static boolean isInParts(DiskLink link) {
        CreateType type = link.descriptor().createType();
        return type == CreateType.TWO_GB_FLAT || type == CreateType.TWO_GB_SPARSE;
    }

    /** Whether a new part can be like the last one, which is read for its format and access rights. */
    private static boolean isPart(ExtentType last) {
        return switch (last) {
            case FLAT, SPARSE, VMFSSPARSE, SESPARSE -> true;
            case ZERO, VMFS, VMFSRDM, VMFSRAW, VSANSPARSE, UNKNOWN -> false;
        };
    }

    /** All parts but the last have the size that was chosen when the disk was made. */
    private static long partOf(List<ExtentLine> lines) {
        return Math.max(1, lines.get(0).sectors());
    }

    /** Numbers the names of new parts on. */
    private static final class Names {
        private final String stem;
        private final DiskFileName.Role role;
        private int number;

        private Names(String stem, DiskFileName.Role role, int number) {
            this.stem = stem;
            this.role = role;
            this.number = number;
        }

        static Names after(ExtentLine last, Path descriptor, int count) {
            DiskFileName.Role role =
                    last.type() == ExtentType.FLAT ? DiskFileName.Role.FLAT_PART : DiskFileName.Role.SPARSE_PART;
            String name = last.file().orElse("");
            DiskFileName parsed = DiskFileName.parse(name);
            return parsed.role() == role
                    ? new Names(parsed.stem(), role, parsed.part())
                    : new Names(DiskNames.stem(String.valueOf(descriptor.getFileName())), role, count);
        }

        String next() {
            number++;
            return role == DiskFileName.Role.FLAT_PART
                    ? DiskNames.flatPart(stem, number)
                    : DiskNames.sparsePart(stem, number);
        }
    }
}
