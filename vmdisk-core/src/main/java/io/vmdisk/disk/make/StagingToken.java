package io.vmdisk.disk.make;

import io.vmdisk.VmdiskException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What says that a staging folder is ours, and which files in it are: a file in it that is durable before any of them,
 * with their names and with the number that the file system gave the folder. So a copied folder, or one that somebody put
 * there, is not taken for ours, and what else lies in ours stays.
 *
 * @param names the files that are made in the folder
 */
record StagingToken(Set<String> names) {
    /** Its name in the folder. */
    static final String NAME = FolderLock.OWN_PREFIX + "staging";

    private static final String VERSION_KEY = "vmdisk.staging";
    private static final String VERSION = "1";
    private static final String IDENTITY = "folder";
    private static final String COUNT = "files";
    private static final int MAX_BYTES = 16 << 20;

    /** Copies the names. */
    StagingToken {
        names = Set.copyOf(names);
    }

    static StagingToken of(List<Path> files) {
        Set<String> names = new LinkedHashSet<>();
        files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        return new StagingToken(names);
    }

    /** Puts it into its folder, durably. */
    void write(Volume volume, Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        Dictionary text = Dictionary.empty(path);
        text.set(VERSION_KEY, VERSION);
        Optional<String> identity = volume.entry(folder).flatMap(Entry::identity);
        if (identity.isPresent()) {
            text.set(IDENTITY, identity.get());
        }
        text.set(COUNT, Integer.toString(names.size()));
        int index = 0;
        for (String name : new java.util.TreeSet<>(names)) {
            text.set("file" + index++, name);
        }
        volume.clear(path);
        try (BlockFile file = volume.open(path, OpenMode.CREATE)) {
            file.writeFully(0, ByteBuffer.wrap(text.toBytes()));
            file.force();
        }
        volume.forceNames(folder);
    }

    /** That of a folder, if it has a whole one that was made for it. */
    static Optional<StagingToken> read(Volume volume, Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        Optional<Entry> home = volume.entry(folder);
        Optional<Entry> entry = volume.entry(path);
        boolean possible = home.filter(e -> e.kind() == Entry.Kind.FOLDER).isPresent()
                && entry.filter(e -> e.kind() == Entry.Kind.FILE && e.names() == 1)
                        .isPresent();
        if (!possible) {
            return Optional.empty();
        }
        try {
            Dictionary text = Dictionary.parse(volume.readAll(path, MAX_BYTES), path);
            boolean ours = text.get(VERSION_KEY, "").equals(VERSION)
                    && text.get(IDENTITY).equals(home.get().identity());
            return ours ? names(text).map(StagingToken::new) : Optional.empty();
        } catch (VmdiskException | NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Set<String>> names(Dictionary text) {
        OptionalLong count = text.number(COUNT);
        if (count.isEmpty() || count.getAsLong() < 0 || count.getAsLong() > text.lineCount()) {
            return Optional.empty();
        }
        Set<String> names = new LinkedHashSet<>();
        for (long i = 0; i < count.getAsLong(); i++) {
            Optional<String> name = text.get("file" + i);
            if (name.isEmpty()) {
                return Optional.empty();
            }
            names.add(name.get());
        }
        return Optional.of(names);
    }

    /** Whether a file of this name is one of those, or was made beside one: a lock, a new text in the making. */
    boolean covers(Path file) {
        String name = String.valueOf(file.getFileName());
        int ours = name.indexOf(FolderLock.OWN_PREFIX, 1);
        return names.contains(name) || ours > 0 && names.contains(name.substring(0, ours));
    }
}
