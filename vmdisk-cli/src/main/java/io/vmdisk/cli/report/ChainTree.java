package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.descriptor.Descriptor;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All files that the states of one disk are made of, each once, and which stands on which. */
final class ChainTree {
    private final Map<Path, ChainNode> nodes = new LinkedHashMap<>();

    /** Adds the chain of a state; what was added before stays as it is, so that hostile chains make no circle. */
    ChainNode add(Path disk, Answer<DiskInfo> info, String state) {
        Path top = key(disk);
        if (!nodes.containsKey(top)) {
            if (info.value().isPresent()) {
                addLinks(info.value().get().links());
            }
            nodes.computeIfAbsent(top, path -> new ChainNode(path, null, null, info.problem()));
        }
        ChainNode node = Objects.requireNonNull(nodes.get(top));
        if (!state.isEmpty()) {
            node.states().add(state);
        }
        return node;
    }

    private void addLinks(List<LinkInfo> links) {
        ChainNode below = null;
        for (int depth = links.size() - 1; depth >= 0; depth--) {
            LinkInfo link = links.get(depth);
            Path path = key(link.link().path());
            ChainNode known = nodes.get(path);
            if (known == null) {
                ChainNode parent = below == null ? missingParent(link, path) : below;
                known = new ChainNode(path, link, parent, "");
                nodes.put(path, known);
            }
            below = known;
        }
    }

    /** What a link stands on whose parent is not to be had; null for a base. */
    private @Nullable ChainNode missingParent(LinkInfo link, Path path) {
        Descriptor descriptor = link.link().descriptor();
        if (!descriptor.hasParent()) {
            return null;
        }
        Path named = key(hinted(path, descriptor.parentHint().orElse("")));
        ChainNode known = nodes.get(named);
        if (known == null) {
            known = new ChainNode(named, null, null, "it is missing, or is not what its child needs");
            nodes.put(named, known);
        }
        // A link that names one above it stands on nothing that can be drawn.
        return standsOn(known, path) ? null : known;
    }

    private static boolean standsOn(ChainNode node, Path path) {
        for (ChainNode below = node; below != null; below = below.parent()) {
            if (below.path().equals(path)) {
                return true;
            }
        }
        return false;
    }

    /** Where a child's hint leads, or, if it can lead nowhere, a name that says so. */
    private static Path hinted(Path child, String hint) {
        try {
            return child.resolveSibling(hint.isEmpty() ? "parent of " + child.getFileName() : hint);
        } catch (InvalidPathException e) {
            return child.resolveSibling("parent of " + child.getFileName());
        }
    }

    /** Whatever names a file. */
    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** The node of a file. */
    Optional<ChainNode> node(Path path) {
        return Optional.ofNullable(nodes.get(key(path)));
    }

    /** The files in the order in which they were found. */
    List<ChainNode> nodes() {
        return List.copyOf(nodes.values());
    }

    /** What stands on a file; null asks for the bases. The one that the machine's present state stands on comes last. */
    List<ChainNode> children(@Nullable ChainNode parent) {
        List<ChainNode> children = new ArrayList<>();
        nodes.values().stream()
                .filter(node -> node.parent() == parent && !node.isPresent())
                .forEach(children::add);
        nodes.values().stream()
                .filter(node -> node.parent() == parent && node.isPresent())
                .forEach(children::add);
        return children;
    }

    /** Bytes of what stands on a file directly: what was written since it was frozen. */
    long bytesAbove(ChainNode frozen) {
        return children(frozen).stream()
                .mapToLong(node -> Math.max(0, node.bytes()))
                .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }
}
