package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Findings of a stream, at most the first few of a kind: a hostile one could have billions. For one thread. */
public final class FindingLog {
    private static final int KEPT_OF_A_KIND = 10;

    private final Path name;
    private final List<Finding> kept = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /** A log of the stream of this name. */
    public FindingLog(Path name) {
        this.name = name;
    }

    /** Adds one; {@code at} is a byte of the stream. */
    public void add(String id, Finding.Severity severity, long at, String message, String remedy) {
        if (counts.merge(id, 1, Integer::sum) <= KEPT_OF_A_KIND) {
            kept.add(new Finding("stream." + id, severity, name, at, message, remedy));
        }
    }

    /** What was kept, in the order it was found. */
    public List<Finding> findings() {
        return List.copyOf(kept);
    }
}
