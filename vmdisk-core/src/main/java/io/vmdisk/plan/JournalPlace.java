package io.vmdisk.plan;

import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Where a journal was written: its folder and itself, by what the file system numbers them. Renaming or moving the folder
 * keeps both numbers; a copy, an unpacked archive and a restored backup have others. Where files have no numbers the
 * folder's path stands in.
 *
 * @param folder the folder's absolute path
 * @param folderIdentity its number, empty where there is none
 * @param journalIdentity the journal's own
 */
record JournalPlace(String folder, Optional<String> folderIdentity, Optional<String> journalIdentity) {
    private static final String FOLDER = "place.folder";
    private static final String FOLDER_IDENTITY = "place.folderIdentity";
    private static final String JOURNAL_IDENTITY = "place.journalIdentity";

    /** The place of a journal, or of one in the making. */
    static JournalPlace of(Volume volume, Path journal) throws IOException {
        Path folder = AtomicName.folderOf(journal).normalize();
        return new JournalPlace(folder.toString(), identity(volume, folder), identity(volume, journal));
    }

    private static Optional<String> identity(Volume volume, Path path) throws IOException {
        return volume.entry(path).flatMap(Entry::identity);
    }

    void write(Dictionary into) throws IOException {
        into.set(FOLDER, folder);
        if (folderIdentity.isPresent() && journalIdentity.isPresent()) {
            into.set(FOLDER_IDENTITY, folderIdentity.get());
            into.set(JOURNAL_IDENTITY, journalIdentity.get());
        }
    }

    static JournalPlace read(Dictionary from, Set<String> known) {
        known.add(FOLDER);
        known.add(FOLDER_IDENTITY);
        known.add(JOURNAL_IDENTITY);
        return new JournalPlace(from.get(FOLDER, ""), from.get(FOLDER_IDENTITY), from.get(JOURNAL_IDENTITY));
    }

    /** Whether this, which a journal says, is where it lies. */
    boolean isStill(JournalPlace present) {
        boolean numbered = present.folderIdentity.isPresent() && present.journalIdentity.isPresent();
        return numbered
                ? folderIdentity.equals(present.folderIdentity) && journalIdentity.equals(present.journalIdentity)
                : folderIdentity.isEmpty() && Objects.equals(folder, present.folder);
    }
}
