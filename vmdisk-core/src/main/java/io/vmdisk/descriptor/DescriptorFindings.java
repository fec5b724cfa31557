package io.vmdisk.descriptor;

import com.google.common.base.Ascii;
import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.names.ForeignName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects what is odd about a descriptor that could be read. */
final class DescriptorFindings {
    private final Descriptor descriptor;
    private final DescriptorText text;
    private final DescriptorView view;
    private final List<Finding> findings = new ArrayList<>();

    private DescriptorFindings(Descriptor descriptor, DescriptorText text, DescriptorView view) {
        this.descriptor = descriptor;
        this.text = text;
        this.view = view;
    }

    static List<Finding> of(Descriptor descriptor, DescriptorText text, DescriptorView view) {
        DescriptorFindings collector = new DescriptorFindings(descriptor, text, view);
        collector.lines();
        collector.header();
        collector.content();
        collector.extents();
        collector.sharedFiles();
        collector.encoding();
        collector.database();
        return List.copyOf(collector.findings);
    }

    private void lines() {
        Map<String, String> seen = new HashMap<>();
        boolean signed = false;
        for (DescriptorLine line : text.lines()) {
            signed |= DescriptorSniffer.isSignature(line);
            if (line instanceof DescriptorLine.Plain plain && plain.isStray()) {
                add(Severity.WARNING, "stray-line", "the line '" + shown(line.text()) + "' has no meaning", "");
            } else if (line instanceof DescriptorLine.Entry entry) {
                String before = seen.putIfAbsent(entry.key(), entry.rawValue());
                if (before != null) {
                    duplicate(entry, before.equals(entry.rawValue()));
                }
                if (entry.value().quoted() && (entry.isUnclosed() || quotes(entry) != 2)) {
                    add(
                            Severity.WARNING,
                            "unclear-quotes",
                            "programs disagree where the value of " + entry.name() + " ends",
                            "write one pair of quotes");
                }
            }
            if (line.end().equals("\r")) {
                add(
                        Severity.WARNING,
                        "line-end",
                        "a line ends with a bare CR; other programs do not see the lines behind it",
                        "save the text with LF as line end");
                break;
            }
        }
        if (!signed) {
            add(
                    Severity.WARNING,
                    "signature",
                    "the signature line is missing; other programs may take the disk for raw data",
                    "make '# Disk DescriptorFile' the first line");
        }
    }

    private void duplicate(DescriptorLine.Entry entry, boolean same) {
        add(
                same || entry.isDdb() ? Severity.WARNING : Severity.ERROR,
                "duplicate-key",
                entry.name() + " is there more than once" + (same ? "" : " with different values")
                        + "; the first counts here, the last in other programs",
                "keep the right one");
    }

    private void header() {
        String version = view.header().get("version");
        long number = LineParser.number(version == null ? "" : version).orElse(0L);
        if (number < DescriptorView.PLAIN_VERSION || number > DescriptorView.TRACKED_VERSION) {
            add(
                    Severity.WARNING,
                    "version",
                    "the version is " + (version == null ? "missing" : "'" + shown(version) + "'")
                            + ", expected 1 to 3",
                    "");
        }
        boolean tracked = view.version() == DescriptorView.TRACKED_VERSION;
        if (tracked != descriptor.changeTrackPath().isPresent()) {
            add(
                    Severity.INFO,
                    "change-tracking",
                    tracked ? "version 3 without a changeTrackPath" : "a changeTrackPath, but not version 3",
                    "");
        }
        if (descriptor.createType() == CreateType.UNKNOWN) {
            String name = descriptor.createTypeName();
            String what =
                    name.isEmpty() ? "the createType is missing" : "the createType '" + shown(name) + "' is unknown";
            add(Severity.WARNING, "create-type", what + "; the disk is read by its extent lines", "");
        }
        view.encryption()
                .ifPresent(mark -> add(
                        Severity.INFO,
                        "encrypted",
                        "the data is encrypted: " + shown(mark),
                        "decrypt the machine with the product that encrypted it"));
    }

    /** Xen Orchestra writes a number of 32 bits so; no data is lost by it. */
    private static boolean isDecimal(String cid) {
        return cid.matches("[0-9]{9,10}") && Long.parseLong(cid) <= 0xFFFF_FFFFL;
    }

    private void content() {
        String cid = view.header().get("CID");
        if (cid == null || ContentId.parse(cid).isEmpty()) {
            add(
                    cid != null && isDecimal(cid) ? Severity.WARNING : Severity.ERROR,
                    "cid",
                    "the CID is " + (cid == null ? "missing" : "'" + shown(cid) + "'"),
                    "set it to the parentCID of the child, or to any 8 hexadecimal digits but ffffffff");
        } else if (view.cid().isNone()) {
            add(Severity.WARNING, "cid", "the CID is ffffffff, which means no disk", "");
        }
        int own = text.indexOf("cid");
        int parent = text.indexOf("parentcid");
        if (parent < 0) {
            add(Severity.INFO, "parent-cid", "the parentCID is missing; the disk is taken to have no parent", "");
        } else if (own > parent) {
            add(
                    Severity.WARNING,
                    "cid-order",
                    "parentCID stands before CID; qemu takes it for the CID and damages it on a write",
                    "move the CID line up");
        }
        boolean hinted = descriptor.parentHint().isPresent();
        if (hinted && !descriptor.hasParent()) {
            add(
                    Severity.WARNING,
                    "parent-hint",
                    "a parentFileNameHint, but the parentCID says that there is no parent; it is not used",
                    "set parentCID to the parent's CID, or remove the hint");
        } else if (!hinted && descriptor.hasParent()) {
            add(
                    Severity.ERROR,
                    "parent-hint",
                    "the disk has a parent with CID " + descriptor.parentCid() + ", but no parentFileNameHint",
                    "name the parent");
        } else if (!hinted && "00000000".equals(view.header().get("parentCID"))) {
            add(Severity.WARNING, "parent-cid", "the parentCID is 00000000; taken for no parent", "write ffffffff");
        }
    }

    private void extents() {
        if (view.extents().isEmpty() && !descriptor.isOfEmptyDisk()) {
            add(Severity.ERROR, "no-extents", "the descriptor has no extent: the disk has no data", "");
        }
        for (ExtentLine extent : view.extents()) {
            String name = extent.file().orElse("");
            String line = extent.type() + " extent '" + shown(name) + "'";
            if (extent.type() == ExtentType.UNKNOWN) {
                add(Severity.ERROR, "extent-type", "extent type '" + shown(extent.typeWord()) + "' is unknown", "");
            }
            if (extent.type().isPlain()
                    && name.equals(String.valueOf(descriptor.source().getFileName()))) {
                add(Severity.ERROR, "extent-name", line + " is the descriptor itself", "name the file with the data");
            }
            if (extent.sectors() == 0 && !descriptor.isOfEmptyDisk()) {
                add(Severity.WARNING, "extent-empty", line + " has no sectors", "");
            }
            if (ForeignName.hasControls(name)) {
                add(Severity.WARNING, "extent-name", line + " has control characters in its name", "");
            }
            if (name.indexOf('"') >= 0) {
                add(Severity.WARNING, "extent-name", line + " has a quote in its name; other programs cut it", "");
            }
            if (extent.isUri()) {
                add(Severity.WARNING, "extent-name", line + " is an address, not a file; it is never opened", "");
            } else if (extent.isDevice()) {
                add(Severity.WARNING, "extent-name", line + " is a device; it is opened on request only", "");
            } else if (ForeignName.isAbsolute(name) || ForeignName.climbs(name)) {
                add(Severity.WARNING, "extent-name", line + " is outside the descriptor's folder", "");
            }
        }
    }

    /** Two extents on the same bytes would show each other's writes: no product makes such a disk. */
    private void sharedFiles() {
        Map<String, List<ExtentLine>> byFile = new TreeMap<>();
        for (ExtentLine extent : view.extents()) {
            extent.file()
                    .ifPresent(name ->
                            byFile.computeIfAbsent(name, n -> new ArrayList<>()).add(extent));
        }
        byFile.forEach((name, sharers) -> {
            if (sharers.size() > 1) {
                sharers.sort(Comparator.comparingLong(ExtentLine::startSector));
            }
            for (int i = 1; i < sharers.size(); i++) {
                ExtentLine before = sharers.get(i - 1);
                ExtentLine extent = sharers.get(i);
                boolean apart = before.type().isPlain()
                        && extent.type().isPlain()
                        && before.startSector() + before.sectors() <= extent.startSector();
                if (!apart) {
                    add(
                            Severity.WARNING,
                            "extent-overlap",
                            "several extents use the same part of '" + shown(name) + "'",
                            "compare the extent lines with the files' sizes");
                    return;
                }
            }
        });
    }

    private void encoding() {
        DescriptorCharset charset = view.charset();
        if (charset.origin() == DescriptorCharset.Origin.UNKNOWN) {
            add(
                    Severity.WARNING,
                    "encoding",
                    "the encoding '" + shown(charset.declared().orElse(""))
                            + "' is unknown here; names are read as ISO-8859-1",
                    "");
        } else if (!charset.covers(text.raw())) {
            add(
                    Severity.WARNING,
                    "encoding",
                    "some bytes are not " + charset.charset() + "; names with them can't be found",
                    "");
        }
    }

    private void database() {
        descriptor
                .ddb("adapterType")
                .filter(word -> AdapterType.of(word).isEmpty())
                .ifPresent(word ->
                        add(Severity.WARNING, "adapter-type", "the adapter type '" + shown(word) + "' is unknown", ""));
        descriptor
                .geometry()
                .filter(geometry -> !geometry.isUsable() && !descriptor.isOfEmptyDisk())
                .ifPresent(geometry -> add(Severity.INFO, "geometry", "no guest can use " + geometry, ""));
        descriptor
                .uuid()
                .filter(uuid -> DiskUuid.parse(uuid).isEmpty())
                .ifPresent(uuid -> add(Severity.WARNING, "uuid", "ddb.uuid is not 16 bytes: " + shown(uuid), ""));
        String longId = descriptor.longContentId().orElse("");
        boolean agrees = longId.isEmpty()
                || Ascii.toLowerCase(longId).endsWith(descriptor.cid().toString());
        if (!agrees) {
            add(Severity.INFO, "long-content-id", "ddb.longContentID does not end in the CID " + descriptor.cid(), "");
        }
    }

    private static long quotes(DescriptorLine.Entry entry) {
        return entry.text().chars().filter(c -> c == '"').count();
    }

    private static String shown(String value) {
        StringBuilder printable = new StringBuilder();
        value.codePoints().limit(80).forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return printable.toString();
    }

    private void add(Severity severity, String id, String message, String remedy) {
        findings.add(new Finding("descriptor." + id, severity, descriptor.source(), -1, message, remedy));
    }
}
