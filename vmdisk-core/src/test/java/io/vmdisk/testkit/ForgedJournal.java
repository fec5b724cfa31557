package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Journals that no vmdisk wrote, as somebody would who knows how it writes them and can write into the folder. */
public final class ForgedJournal {
    private static final String NAME = ".vmdisk-journal";
    private static final int SECTOR = 512;

    private ForgedJournal() {}

    /** Lines that are whole but for those that are said twice: the later ones count. */
    public static String lines(Path folder, int preparations, int steps, String... more) {
        return "vmdisk.journal = \"2\"\nplace.folder = \"" + folder + "\"\noperation = \"forged\"\nfiles = \"0\"\n"
                + "preparations = \"" + preparations + "\"\nsteps = \"" + steps + "\"\n" + String.join("\n", more)
                + "\n";
    }

    /** A mark as it stands in its sector. */
    public static String mark(String facts) {
        CRC32 crc = new CRC32();
        crc.update(facts.getBytes(StandardCharsets.US_ASCII));
        return facts + ' ' + Long.toHexString(crc.getValue()) + '\n';
    }

    /** A file with these lines and marks; an empty mark is one that was never written. */
    public static byte[] bytes(String lines, String evenMark, String oddMark) {
        byte[] text = lines.getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + SECTOR - 1) / SECTOR * SECTOR;
        byte[] bytes = Arrays.copyOf(text, padded + 2 * SECTOR);
        Arrays.fill(bytes, text.length, padded, (byte) '\n');
        put(bytes, padded, evenMark);
        put(bytes, padded + SECTOR, oddMark);
        return bytes;
    }

    private static void put(byte[] bytes, int at, String mark) {
        byte[] text = mark.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, bytes, at, text.length);
    }

    /** Puts one into a folder that says it was written there: all its numbers are right. */
    public static void plantAtHome(Path folder, String lines, String evenMark, String oddMark) throws IOException {
        Path journal = folder.resolve(NAME);
        Files.deleteIfExists(journal);
        Files.createFile(journal);
        String place = "place.folderIdentity = \"" + number(folder) + "\"\nplace.journalIdentity = \"" + number(journal)
                + "\"\n";
        Files.write(journal, bytes(lines + place, evenMark, oddMark));
    }

    private static String number(Path path) throws IOException {
        return String.valueOf(Files.getAttribute(path, "unix:ino"));
    }

    /** One that has passed its commit point and took no step. */
    public static void plantCommitted(Path folder, String lines) throws IOException {
        plantAtHome(folder, lines, "", mark("mark 1 committed 0 0"));
    }

    /** One that was at its preparations. */
    public static void plantBegun(Path folder, String lines) throws IOException {
        plantAtHome(folder, lines, "", "");
    }
}
