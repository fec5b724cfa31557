package io.vmdisk.cli.answer;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Sector;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.Failure;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.CutFiles;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code info} says of a disk.
 *
 * @param links the disk first, the base last
 * @param health in one line
 * @param mood how bad that is
 * @param guest what its guest has on it; null if nobody asked
 * @param shared how much of its space other files have too; null if nobody asked
 */
public record DiskInfo(
        List<LinkInfo> links,
        String health,
        Mood mood,
        @Nullable GuestContent guest,
        @Nullable SharedSpace shared) implements Result {
    private static final int SECTOR = Sector.BYTES;

    /** Copies the list. */
    public DiskInfo {
        links = List.copyOf(links);
    }

    private DiskInfo(List<LinkInfo> links, String health, Mood mood) {
        this(links, health, mood, null, null);
    }

    /** The same, with what its guest has on it. */
    public DiskInfo with(GuestContent found) {
        return new DiskInfo(links, health, mood, found, shared);
    }

    /** The same, with how much of its space other files have too. */
    public DiskInfo with(SharedSpace found) {
        return new DiskInfo(links, health, mood, guest, found);
    }

    /** Finds out what can be known; only a disk whose own file tells nothing is an exception. */
    public static DiskInfo of(DiskArgument disk, OpenOptions options) throws IOException {
        OpenOptions own = disk.at(options);
        DiskChain chain;
        try {
            chain = disk.chain(own);
        } catch (MalformedFileException e) {
            return ofDamaged(disk, own, e);
        }
        // What is there is shown, wherever the chain breaks.
        OpenOptions tolerant = own.withParents(OpenOptions.Parents.UP_TO_BREAK);
        try (VirtualDisk open = VirtualDisk.open(chain, tolerant)) {
            List<LinkInfo.Measured> measured = new ArrayList<>();
            for (int depth = 0; depth < chain.links().size(); depth++) {
                measured.add(new LinkInfo.Measured(open.allocatedBytes(depth), open.grainBytes(depth)));
            }
            DiskInfo whole = of(disk, chain, own.volume(), measured, null);
            return whole.mood() == Mood.BAD || disk.isRaw() ? whole : whole.orCut(CutFiles.find(chain, tolerant));
        } catch (IOException e) {
            return of(disk, chain, own.volume(), List.of(), e);
        }
    }

    /** A stream that lost its end still says at its front what it is; of other files the failure tells more. */
    private static DiskInfo ofDamaged(DiskArgument disk, OpenOptions own, MalformedFileException failure)
            throws IOException {
        DiskChain chain;
        try {
            chain = disk.chain(own.withDamage(OpenOptions.Damage.AS_ZEROS));
        } catch (IOException e) {
            throw failure;
        }
        return of(disk, chain, own.volume(), List.of(), failure);
    }

    private DiskInfo orCut(Optional<CutFiles.Cut> cut) {
        return cut.map(lacking -> new DiskInfo(
                        links,
                        "cut or damaged: some of the disk is not in "
                                + lacking.file().getFileName() + ", which has "
                                + ByteSize.printExact(lacking.fileBytes())
                                + ": 'vmdisk check' tells what is lost, 'vmdisk convert --salvage' copies the rest",
                        Mood.BAD))
                .orElse(this);
    }

    private static DiskInfo of(
            DiskArgument disk,
            DiskChain chain,
            Volume volume,
            List<LinkInfo.Measured> measured,
            @Nullable IOException unopened) {
        List<LinkInfo> links = new ArrayList<>();
        for (int depth = 0; depth < chain.links().size(); depth++) {
            DiskLink link = chain.links().get(depth);
            LinkInfo.Measured known = measured.isEmpty() ? null : measured.get(depth);
            links.add(new LinkInfo(link, disk.kind(), fileBytes(link, volume), known));
        }
        if (unopened != null) {
            return new DiskInfo(
                    links, "unreadable: " + Failure.of(unopened, null).toLine(), Mood.BAD);
        }
        if (chain.broken() != null) {
            String child = Objects.toString(
                    chain.links().get(chain.broken().child()).path().getFileName());
            return new DiskInfo(
                    links, "broken chain: " + child + ": " + chain.broken().problem(), Mood.BAD);
        }
        boolean odd = false;
        for (DiskLink link : chain.links()) {
            // Of a raw image or a bare extent the descriptor is made up, and 'check' has nothing to say of it.
            boolean isOwn = !(link.place() instanceof DescriptorPlace.Missing);
            odd |= isOwn && !link.descriptor().findings().isEmpty();
        }
        if (odd) {
            return new DiskInfo(
                    links, "readable; 'vmdisk check' tells what is odd about its descriptors", Mood.WARNING);
        }
        return new DiskInfo(links, links.size() == 1 ? "readable" : "readable, all links fit", Mood.GOOD);
    }

    private static long fileBytes(DiskLink link, Volume volume) {
        try {
            long sum = 0;
            for (Path file : link.files()) {
                sum = Math.addExact(sum, volume.facts(file).size());
            }
            return sum;
        } catch (IOException | ArithmeticException e) {
            return -1;
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("kind", "disk");
        write(json, 0);
        json.field("health", health).field("healthy", mood == Mood.GOOD).array("chain");
        for (int depth = 0; depth < links.size(); depth++) {
            json.object();
            write(json, depth);
            json.endObject();
        }
        json.endArray();
        if (guest != null) {
            guest.write(json);
        }
    }

    private void write(JsonView json, int depth) throws IOException {
        links.get(depth).write(json);
        if (shared != null) {
            shared.write(json, depth);
        }
    }

    @Override
    public void print(TableView text) throws IOException {
        LinkInfo top = links.get(0);
        DiskLink link = top.link();
        text.fact("disk", link.path().toString());
        text.fact("format", top.format());
        text.fact("capacity", ByteSize.printExact(link.capacity()));
        text.fact("on disk", onDisk());
        if (shared != null) {
            text.fact("shared", shared.line());
        }
        text.fact("CID", link.contentId().toString());
        if (link.descriptor().hasParent()) {
            String hint = link.descriptor().parentHint().orElse("no name");
            text.fact("parent", hint + " (CID " + link.parentContentId() + ")");
        }
        made(text);
        text.lines("health", health, mood);
        if (links.size() > 1) {
            text.gap();
            chain(text);
        }
        text.gap();
        extents(text);
        if (guest != null) {
            text.gap();
            guest.print(text);
        }
    }

    private void made(TableView text) throws IOException {
        // A delta leaves out what its base says.
        for (LinkInfo link : links) {
            if (link.adapter() != null) {
                text.fact("adapter", link.adapter());
                break;
            }
        }
        for (LinkInfo link : links) {
            Long version = link.hardwareVersion();
            if (version != null) {
                text.fact("hardware version", version.toString());
                break;
            }
        }
        Geometry geometry =
                links.get(links.size() - 1).link().descriptor().geometry().orElse(null);
        if (geometry != null) {
            text.fact(
                    "geometry",
                    geometry.cylinders() + " cylinders, " + geometry.heads() + " heads, " + geometry.sectors()
                            + " sectors");
        }
        LinkInfo top = links.get(0);
        Long grain = top.grainSize();
        if (grain != null) {
            text.fact("grain", ByteSize.print(grain));
        }
        if (top.link().descriptor().isThin()) {
            text.fact("thin", "yes");
        }
    }

    private String onDisk() {
        StringBuilder line = new StringBuilder(size(links.get(0).allocated()));
        if (links.size() > 1) {
            long sum = 0;
            for (LinkInfo link : links) {
                Long allocated = link.allocated();
                if (allocated == null) {
                    return line.toString();
                }
                sum += allocated;
            }
            line.append(", whole chain ").append(ByteSize.print(sum));
        }
        return line.toString();
    }

    private static String size(@Nullable Long bytes) {
        return bytes == null ? "unknown" : ByteSize.print(bytes);
    }

    private void chain(TableView text) throws IOException {
        try (TableView.Table table = text.table(
                Column.right("link"),
                Column.left("file"),
                Column.left("format"),
                Column.right("capacity"),
                Column.right("on disk"),
                Column.left("CID"),
                Column.left("parent CID"))) {
            for (int depth = 0; depth < links.size(); depth++) {
                LinkInfo link = links.get(depth);
                table.row(
                        Integer.toString(depth),
                        Objects.toString(link.link().path().getFileName()),
                        link.format(),
                        ByteSize.print(link.link().capacity()),
                        size(link.allocated()),
                        link.link().contentId().toString(),
                        link.link().descriptor().hasParent()
                                ? link.link().parentContentId().toString()
                                : "none");
            }
        }
    }

    private void extents(TableView text) throws IOException {
        try (TableView.Table table = text.table(
                Column.left("extent"),
                Column.left("type"),
                Column.left("access"),
                Column.right("length"),
                Column.right("offset in file"))) {
            for (ExtentPlace place : links.get(0).link().extents()) {
                ExtentLine line = place.line();
                table.row(
                        line.fileName() == null ? "-" : line.fileName(),
                        line.typeWord(),
                        line.access().toString(),
                        ByteSize.print(place.length()),
                        Long.toString(line.startSector() * SECTOR));
            }
        }
    }
}
