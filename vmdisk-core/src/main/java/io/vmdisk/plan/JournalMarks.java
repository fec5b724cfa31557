package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.Sector;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How far a journalled operation has come: two sectors at the journal's end, written in turn, so that a torn write costs
 * only the newest mark. A mark is a line of text with a checksum.
 */
final class JournalMarks {
    /** What a disk writes whole or not at all. */
    static final int SECTOR = Sector.BYTES;

    private static final int SLOTS = 2;

    /** Bytes of both sectors. */
    static final int BYTES = SLOTS * SECTOR;

    private JournalMarks() {}

    /**
     * A mark.
     *
     * @param number grows with each one
     * @param committed whether the commit point is passed
     * @param stepsDone steps that are durable
     * @param foldedTo how far the next step has come, if it is a fold that gives space back
     */
    record Mark(long number, boolean committed, int stepsDone, long foldedTo) {
        static final Mark START = new Mark(0, false, 0, 0);

        Mark commit() {
            return new Mark(number + 1, true, 0, 0);
        }

        Mark done(int steps) {
            return new Mark(number + 1, true, steps, 0);
        }

        Mark folded(long position) {
            return new Mark(number + 1, true, stepsDone, position);
        }
    }

    /** Puts a mark into its sector, durably; the other sector keeps the mark before. */
    static void write(BlockFile journal, Mark mark) throws IOException {
        String facts = "mark " + mark.number() + " " + (mark.committed() ? "committed" : "begun") + " "
                + mark.stepsDone() + " " + mark.foldedTo();
        ByteBuffer sector = ByteBuffer.allocate(SECTOR);
        sector.put((facts + " " + checksum(facts) + "\n").getBytes(StandardCharsets.US_ASCII));
        sector.position(0);
        long slots = journal.size() - BYTES;
        journal.writeFully(slots + mark.number() % SLOTS * SECTOR, sector);
        journal.force();
    }

    /** What to do about a mark that can't be read. */
    enum Damaged {
        /** Refuse: nobody knows whether it was newer. */
        REFUSED,
        /** The other one counts. */
        PASSED_OVER
    }

    /** The newest mark of a journal's last {@link #BYTES}. */
    static Mark read(byte[] journal, Path path, Damaged damaged) throws MalformedFileException {
        Mark newest = Mark.START;
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = journal.length - BYTES + slot * SECTOR;
            Optional<Mark> mark = parse(new String(journal, at, SECTOR, StandardCharsets.US_ASCII))
                    .filter(read -> isPossible(read));
            if (mark.isEmpty() && damaged == Damaged.REFUSED && !isBlank(journal, at)) {
                throw new MalformedFileException(
                        "journal-mark",
                        path,
                        at,
                        "the note of how far the operation came is damaged",
                        Remedy.of(Kind.ALLOW, "mark")
                                .and(" goes on from the note before it, if that is known to be right; ")
                                .and(Journal.WAY_ON));
            }
            if (mark.isPresent() && mark.get().number() > newest.number()) {
                newest = mark.get();
            }
        }
        return newest;
    }

    private static boolean isBlank(byte[] journal, int at) {
        for (int i = at; i < at + SECTOR; i++) {
            if (journal[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPossible(Mark mark) {
        return mark.number() > 0 && mark.stepsDone() >= 0 && mark.foldedTo() >= 0 && mark.committed();
    }

    private static Optional<Mark> parse(String sector) {
        int end = sector.indexOf('\n');
        int lastBlank = end < 0 ? -1 : sector.lastIndexOf(' ', end);
        if (lastBlank < 0) {
            return Optional.empty();
        }
        String facts = sector.substring(0, lastBlank);
        String[] words = facts.split(" ", -1);
        if (words.length != 5 || !checksum(facts).equals(sector.substring(lastBlank + 1, end))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Mark(
                    Long.parseLong(words[1]),
                    words[2].equals("committed"),
                    Integer.parseInt(words[3]),
                    Long.parseLong(words[4])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String checksum(String facts) {
        CRC32 crc = new CRC32();
        crc.update(facts.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }
}
