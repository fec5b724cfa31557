package io.vmdisk.descriptor;

import java.util.List;

/** Where a new line belongs: the order in which VMware writes, as far as the text at hand follows it. */
final class Placement {
    static final String EXTENTS_HEADING = "# Extent description";
    static final String TRACKING_HEADING = "# Change Tracking File";
    static final String DDB_HEADING = "# The Disk Data Base";
    static final String DDB_MARK = "#DDB";

    private static final List<String> HEADER_ORDER =
            List.of("version", "encoding", "cid", "parentcid", "isnativesnapshot", "createtype", "parentfilenamehint");

    private Placement() {}

    /**
     * The index for a new header entry: behind those that precede it, but never behind one that follows it. Other
     * programs look for {@code CID=} and find it in {@code parentCID=} if that comes first.
     */
    static int ofHeader(List<DescriptorLine> lines, String key) {
        int rank = HEADER_ORDER.indexOf(key);
        boolean signed = !lines.isEmpty() && lines.get(0) instanceof DescriptorLine.Plain first && first.isComment();
        int behindPredecessors = signed ? 1 : 0;
        int beforeSuccessors = lines.size();
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i) instanceof DescriptorLine.Entry entry) {
                int other = HEADER_ORDER.indexOf(entry.key());
                if (other >= 0 && other < rank) {
                    behindPredecessors = Math.max(behindPredecessors, i + 1);
                } else if (other > rank || entry.isDdb()) {
                    beforeSuccessors = i;
                }
            } else if (lines.get(i) instanceof DescriptorLine.Extent) {
                beforeSuccessors = i;
            }
        }
        return Math.min(behindPredecessors, beforeSuccessors);
    }

    /** The index for a new disk database entry in sorted order, or -1 if there is none yet. */
    static int ofDdb(List<DescriptorLine> lines, String key) {
        int firstDdb = -1;
        int behindSmaller = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof DescriptorLine.Entry entry && entry.isDdb()) {
                firstDdb = firstDdb < 0 ? i : firstDdb;
                if (entry.key().compareTo(key) < 0) {
                    behindSmaller = i + 1;
                }
            }
        }
        return behindSmaller >= 0 ? behindSmaller : firstDdb;
    }

    /** The index of the disk database's heading, or of its first entry, or the end. */
    static int ofDdbSection(List<DescriptorLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (isDdbHeading(lines.get(i)) || (lines.get(i) instanceof DescriptorLine.Entry entry && entry.isDdb())) {
                return i;
            }
        }
        return lines.size();
    }

    static boolean isDdbHeading(DescriptorLine line) {
        return line instanceof DescriptorLine.Plain plain
                && (plain.comment().startsWith("the disk data base")
                        || plain.comment().equals("ddb"));
    }

    static boolean isTrackingHeading(DescriptorLine line) {
        return line instanceof DescriptorLine.Plain plain && plain.comment().equals("change tracking file");
    }

    /** The index behind the extents' heading, or -1. */
    static int behindExtentsHeading(List<DescriptorLine> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i) instanceof DescriptorLine.Plain plain
                    && plain.comment().startsWith("extent description")) {
                return i + 1;
            }
        }
        return -1;
    }
}
