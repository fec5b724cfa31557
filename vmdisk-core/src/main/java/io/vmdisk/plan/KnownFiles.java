package io.vmdisk.plan;

import io.vmdisk.MalformedFileException;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.Entry;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
            for (Path named : StepPaths.removedOrReplaced(step)) {
                Path path = step instanceof Step.Publish ? volume.replaced(named) : named;
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

    void write(PlanText out) throws IOException {
        out.setCount("files", files.size());
        int index = 0;
        for (Map.Entry<Path, Known> file : new java.util.TreeMap<>(files).entrySet()) {
            String key = "file" + index++;
            out.setPath(key, "path", file.getKey());
            out.set(key, "size", Long.toString(file.getValue().size()));
            out.setIfPresent(key, "identity", file.getValue().identity().orElse(null));
        }
    }

    static KnownFiles read(PlanText in) throws MalformedFileException {
        Map<Path, Known> found = new LinkedHashMap<>();
        int count = in.count("files");
        for (int i = 0; i < count; i++) {
            String key = "file" + i;
            Known known = new Known(in.number(key, "size"), in.optional(key, "identity"));
            found.put(name(in.requiredPath(key, "path")), known);
        }
        return new KnownFiles(found);
    }
}
