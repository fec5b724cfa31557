package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.LinkInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file of a {@link ChainTree}. */
final class ChainNode {
    private final Path path;
    private final @Nullable LinkInfo link;
    private final @Nullable ChainNode parent;
    private final String problem;
    private final List<String> states = new ArrayList<>();
    private boolean present;

    /**
     * A node.
     *
     * @param link what is known of it; null if it could not be read
     * @param problem what is wrong with it; empty if nothing is
     */
    ChainNode(Path path, @Nullable LinkInfo link, @Nullable ChainNode parent, String problem) {
        this.path = path;
        this.link = link;
        this.parent = parent;
        this.problem = problem;
    }

    String name() {
        return Objects.toString(path.getFileName());
    }

    Path path() {
        return path;
    }

    /** What is known of it; null if it could not be read. */
    @Nullable
    LinkInfo link() {
        return link;
    }

    /** The disk that answers for what this one does not hold; null for a base. */
    @Nullable
    ChainNode parent() {
        return parent;
    }

    /** What is wrong with it; empty if nothing is. */
    String problem() {
        return problem;
    }

    /** The states of the machine whose disk this is. */
    List<String> states() {
        return states;
    }

    /** Says that the machine's present state stands on this disk and on all below. */
    void markPresent() {
        for (ChainNode node = this; node != null && !node.present; node = node.parent) {
            node.present = true;
        }
    }

    /** Whether the machine's present state stands on it. */
    boolean isPresent() {
        return present;
    }

    /** Bytes taken in the file system: their lengths where that can't be known; -1 if even those can't. */
    long bytes() {
        if (link == null) {
            return -1;
        }
        Long allocated = link.allocated();
        return allocated == null ? link.fileBytes() : allocated;
    }
}
