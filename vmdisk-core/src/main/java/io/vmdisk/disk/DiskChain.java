package io.vmdisk.disk;

import io.vmdisk.BrokenChainException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.names.PlainText;
import io.vmdisk.storage.FileFacts;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A disk and its parents as their descriptors describe them: what can be said without opening extents, and where the
 * chain breaks.
 *
 * <p>Immutable.
 *
 * @param links the disk first, the base last; at least the disk itself
 * @param broken why the last link has no usable parent, or null if it needs none
 * @since 0.1
 */
public record DiskChain(List<DiskLink> links, @Nullable ChainBreak broken) {
    /** ESXi makes up to 32 links, Workstation some hundred. Each one costs an open file. */
    static final int MAX_LINKS = 1024;

    /**
     * Copies the list.
     *
     * @param links the disk first, the base last; at least the disk itself
     * @param broken why the last link has no usable parent, or null if it needs none
     */
    public DiskChain {
        links = List.copyOf(links);
    }

    /**
     * Follows the parents of a disk. A parent that is missing, damaged or the wrong one ends the chain and is reported
     * by {@link #broken}; only problems with the disk's own file are exceptions, and failures of the system.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @param options how files are found, and which parents are accepted
     * @return the disk and the parents that were found
     * @throws java.nio.file.NoSuchFileException if the disk does not exist
     * @throws io.vmdisk.MalformedFileException if its descriptor or header is damaged
     * @throws io.vmdisk.UnsupportedFeatureException if it is not a disk
     * @throws io.vmdisk.UnsafeStateException {@code locked} or {@code journal} if the disk is not whole, would be
     *     opened for more than reading, and an operation in its folder is running or was interrupted: no other advice
     *     would be good then
     * @throws IOException if a file can't be read
     */
    public static DiskChain of(Path disk, OpenOptions options) throws IOException {
        return of(disk, options, new LinkProbe(options));
    }

    /** The same with what reads the links. */
    static DiskChain of(Path disk, OpenOptions options, LinkProbe probe) throws IOException {
        DiskChain chain;
        try {
            chain = follow(probe.probe(disk), probe, options);
        } catch (VmdiskException | NoSuchFileException e) {
            DiskUse.refuseUnfinished(disk, options);
            throw e;
        }
        if (!chain.isWhole()) {
            DiskUse.refuseUnfinished(disk, options);
        }
        return chain;
    }

    /**
     * The chain of a raw image, which has one link.
     *
     * @param image a file whose bytes are those of the disk
     * @param options how the file is opened
     * @return a whole chain
     * @throws java.nio.file.NoSuchFileException if the image does not exist
     * @throws IOException if it can't be read
     */
    public static DiskChain ofRaw(Path image, OpenOptions options) throws IOException {
        return new DiskChain(List.of(new LinkProbe(options).raw(image)), null);
    }

    private static DiskChain follow(DiskLink top, LinkProbe probe, OpenOptions options) throws IOException {
        List<DiskLink> links = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        links.add(top);
        seen.add(options.volume().facts(top.path()).key());
        if (options.parents() == OpenOptions.Parents.NONE) {
            return new DiskChain(links, null);
        }
        while (true) {
            DiskLink child = links.get(links.size() - 1);
            Optional<Path> named = links.size() == 1 ? options.namedParent() : Optional.empty();
            if (!child.descriptor().hasParent() && named.isEmpty()) {
                return new DiskChain(links, null);
            }
            int index = links.size() - 1;
            Search search = new Search(child, index, probe, options);
            DiskLink parent = search.find(named);
            if (parent == null) {
                return new DiskChain(links, search.failure());
            }
            if (!seen.add(options.volume().facts(parent.path()).key())) {
                return new DiskChain(links, ChainBreak.loop(index, parent));
            }
            if (links.size() == MAX_LINKS) {
                return new DiskChain(links, ChainBreak.tooDeep(index, MAX_LINKS));
            }
            boolean matches = parent.contentId().equals(child.parentContentId());
            if (!matches && options.parents() != OpenOptions.Parents.IGNORE_CONTENT_ID) {
                return new DiskChain(links, ChainBreak.contentId(index, child, parent));
            }
            links.add(parent);
        }
    }

    /** {@return whether every link has the parent that it needs} */
    public boolean isWhole() {
        return broken == null;
    }

    /**
     * Whether a disk is opened although the chain breaks. A parent that changed is another danger, and not agreed to.
     */
    boolean mayBeBroken(OpenOptions options) {
        return options.parents() == OpenOptions.Parents.UP_TO_BREAK
                || (options.isForSalvage() && (broken == null || broken.kind() != ChainBreak.Kind.CONTENT_ID));
    }

    /** {@return the descriptors of all links, that of the disk itself first} */
    public List<Descriptor> descriptors() {
        return links.stream().map(DiskLink::descriptor).toList();
    }

    /** {@return the disk itself} */
    public DiskLink top() {
        return links.get(0);
    }

    /** {@return the last link that was found} */
    public DiskLink base() {
        return links.get(links.size() - 1);
    }

    /**
     * The break as an exception that shows the whole chain.
     *
     * @return an exception to throw
     * @throws NullPointerException if the chain {@linkplain #isWhole() is whole}
     */
    public BrokenChainException failure() {
        ChainBreak found = java.util.Objects.requireNonNull(broken);
        return new BrokenChainException(
                found.kind().code(),
                links.get(found.child()).path(),
                PlainText.line(found.problem()) + "\n" + describe(),
                found.remedy());
    }

    /** What to say when a file that holds the data of a link is not there, and what to try first. */
    BrokenChainException extentMissing(DiskLink link, NoSuchFileException missing, String first) {
        BrokenChainException e = new BrokenChainException(
                "extent-missing",
                link.path(),
                PlainText.line("its extent " + missing.getFile() + " is not there") + "\n" + describe(),
                first + "bring the file back, or open another link of the chain");
        e.initCause(missing);
        return e;
    }

    /** The links above one that can't be used because a file of its data is not there. */
    DiskChain endingAbove(DiskLink link, NoSuchFileException missing) {
        int child = links.indexOf(link) - 1;
        return new DiskChain(
                links.subList(0, child + 1),
                new ChainBreak(
                        child,
                        ChainBreak.Kind.UNREADABLE,
                        "its parent " + link.path().getFileName() + " lacks the extent " + missing.getFile(),
                        Remedy.of(Kind.BRING_BACK)));
    }

    /**
     * {@return the chain as text, a line for each link with name, content IDs, capacity and time, and a last line for
     * the break}
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < links.size(); i++) {
            DiskLink link = links.get(i);
            text.append("  ".repeat(i + 1))
                    .append(i == 0 ? "" : "└ ")
                    .append(PlainText.line(String.valueOf(link.path().getFileName())))
                    .append("  CID ")
                    .append(link.contentId())
                    .append("  parent CID ")
                    .append(link.descriptor().hasParent() ? link.parentContentId() : "none")
                    .append("  ")
                    .append(link.capacity())
                    .append(" bytes  ")
                    .append(link.modified())
                    .append('\n');
        }
        if (broken != null) {
            text.append("  ".repeat(links.size() + 1))
                    .append("└ broken here: ")
                    .append(PlainText.line(broken.problem()))
                    .append('\n');
        }
        return text.toString();
    }

    /** Looks for one parent in all the places its child's hint allows. */
    private static final class Search {
        private final DiskLink child;
        private final int index;
        private final LinkProbe probe;
        private final OpenOptions options;
        private final List<String> tried = new ArrayList<>();
        private @Nullable ChainBreak unreadable;

        Search(DiskLink child, int index, LinkProbe probe, OpenOptions options) {
            this.child = child;
            this.index = index;
            this.probe = probe;
            this.options = options;
        }

        /** The first candidate with the right content ID, else the first that is a disk at all. */
        @Nullable
        DiskLink find(Optional<Path> named) throws IOException {
            DiskLink second = null;
            for (Path candidate : candidates(named)) {
                DiskLink found = probe(candidate);
                if (found != null && found.contentId().equals(child.parentContentId())) {
                    return found;
                }
                if (second == null) {
                    second = found;
                }
            }
            return second;
        }

        private List<Path> candidates(Optional<Path> named) {
            if (named.isPresent()) {
                return List.of(named.get());
            }
            Optional<String> hint = child.descriptor().parentHint();
            if (hint.isEmpty()) {
                return List.of();
            }
            try {
                return ParentHints.candidates(child.path(), hint.get());
            } catch (VmdiskException e) {
                unreadable = unreadable(e);
                return List.of();
            }
        }

        private @Nullable DiskLink probe(Path candidate) throws IOException {
            tried.add(candidate.toString());
            if (!options.volume().exists(candidate)
                    || options.volume().facts(candidate).kind() != FileFacts.Kind.FILE) {
                return null;
            }
            try {
                return probe.probe(candidate);
            } catch (VmdiskException e) {
                unreadable = unreadable(e);
                return null;
            }
        }

        private ChainBreak unreadable(VmdiskException e) {
            return new ChainBreak(
                    index,
                    ChainBreak.Kind.UNREADABLE,
                    "its parent can't be read: " + e.getMessage(),
                    Remedy.say("repair the parent, or name another with ").with(Kind.PARENT));
        }

        ChainBreak failure() {
            if (unreadable != null) {
                return unreadable;
            }
            String hint = child.descriptor()
                    .parentHint()
                    .map(name -> "\"" + name + "\"")
                    .orElse("no file");
            return new ChainBreak(
                    index,
                    ChainBreak.Kind.MISSING,
                    "it needs a parent with CID " + child.parentContentId() + " and names " + hint
                            + ", which is not there"
                            + tried.stream()
                                    .collect(Collectors.joining(
                                            ", ", tried.isEmpty() ? "" : " (looked for ", tried.isEmpty() ? "" : ")")),
                    Remedy.say("bring the parent back, or name it with ").with(Kind.PARENT));
        }
    }
}
