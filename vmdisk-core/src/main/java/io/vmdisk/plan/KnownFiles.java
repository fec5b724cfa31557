package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.plan.step.JournalPart;
import io.vmdisk.plan.step.JournalText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that a plan removes or replaces, as they were when it began.
 *
 * @param files what there was, by absolute path; nothing for names that were free
 */
record KnownFiles(Map<Path, Known> files) {
    /**
     * A file.
     *
     * @param size bytes
     * @param identity its number in the file system, empty where there is none
     */
    record Known(long size, Optional<String> identity) {}

    /** Copies the map. */
    KnownFiles {
        files = Map.copyOf(files);
    }

    static KnownFiles of(Plan plan, Volume volume) throws IOException {
        Map<Path, Known> found = new LinkedHashMap<>();
        for (Step step : plan.steps()) {
            for (Path named : step.removedOrReplaced()) {
                Path path = step.actual(named, volume);
                Optional<Entry> entry = volume.entry(path);
                if (entry.isPresent()) {
                    found.put(
                            name(path),
                            new Known(entry.get().size(), entry.get().identity()));
                }
            }
        }
        return new KnownFiles(found);
    }

    static Path name(Path path) {
        return path.toAbsolutePath().normalize();
    }

    Optional<Known> find(Path path) {
        return Optional.ofNullable(files.get(name(path)));
    }

    void write(JournalText out) throws IOException {
        out.set("files", Integer.toString(files.size()));
        int index = 0;
        for (Map.Entry<Path, Known> file : new TreeMap<>(files).entrySet()) {
            JournalPart part = new JournalPart(out, "file" + index++);
            part.setPath("path", file.getKey());
            part.setNumber("size", file.getValue().size());
            part.setIfPresent("identity", file.getValue().identity().orElse(null));
        }
    }

    static KnownFiles read(JournalText in) throws MalformedFileException {
        Map<Path, Known> found = new LinkedHashMap<>();
        int count = in.count("files");
        for (int i = 0; i < count; i++) {
            JournalPart part = new JournalPart(in, "file" + i);
            Known known = new Known(part.number("size"), part.optional("identity"));
            found.put(name(part.path("path")), known);
        }
        return new KnownFiles(found);
    }
}
