package io.vmdisk.plan.step;

import io.vmdisk.MalformedFileException;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.fold.DiskFold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves what links on top of a disk hold into it: each grain's newest copy, once. The links stay until they are deleted
 * by later steps.
 *
 * @param links the topmost first, the one on {@code into} last
 * @param into the disk that takes it all
 * @param space what happens to the links' space meanwhile
 * @param bytes what the links hold, each place once
 * @param growth what {@code into} may grow by before links have made room for it
 * @since 0.1
 */
public record FoldLinks(List<Path> links, Path into, LinkSpace space, long bytes, long growth) implements Step {
    static final String KIND = "fold";

    /** Copies the list. */
    public FoldLinks {
        links = List.copyOf(links);
    }

    @Override
    public String describe(StepNames names) {
        return "fold "
                + String.join(", ", links.stream().map(names::of).toList()) + " into " + names.of(into) + " (" + bytes
                + " bytes)"
                + (space == LinkSpace.GIVE_BACK ? ", giving their space back" : "");
    }

    @Override
    public Map<Path, Long> spaceNeeded() {
        return Map.of(into, growth);
    }

    @Override
    public List<Path> changed() {
        List<Path> all = new ArrayList<>(links);
        all.add(into);
        return all;
    }

    @Override
    public boolean changesContent() {
        return true;
    }

    @Override
    public Optional<Path> rightsModel() {
        return Optional.empty();
    }

    @Override
    public void lock(LockList locks) throws IOException {
        for (Path link : links) {
            locks.changesDisk(link);
        }
        locks.changesDisk(into);
    }

    @Override
    public void verify(RecoveryTerms terms) throws IOException {
        for (Path path : changed()) {
            terms.file(path);
        }
    }

    @Override
    public void run(StepWork work) throws IOException {
        DiskFold fold = new DiskFold(links, into, bytes, work.volume(), work.progress());
        if (space == LinkSpace.GIVE_BACK) {
            fold.givingBack(work.reached(), work::reached);
        } else {
            fold.keeping();
        }
    }

    @Override
    public void write(JournalPart to) throws IOException {
        to.set("kind", KIND);
        to.setPath("into", into);
        to.set("space", space.name());
        to.setNumber("bytes", bytes);
        to.setNumber("growth", growth);
        to.setNumber("links", links.size());
        for (int i = 0; i < links.size(); i++) {
            to.setPath("link" + i, links.get(i));
        }
    }

    static FoldLinks read(JournalPart from) throws MalformedFileException {
        List<Path> links = new ArrayList<>();
        int count = from.count("links");
        for (int i = 0; i < count; i++) {
            links.add(from.path("link" + i));
        }
        return new FoldLinks(
                links,
                from.path("into"),
                from.constant("space", LinkSpace.class),
                from.number("bytes"),
                from.number("growth"));
    }
}
