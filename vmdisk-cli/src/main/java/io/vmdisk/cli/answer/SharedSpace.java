package io.vmdisk.cli.answer;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.look.Inaccessible;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much of what a disk's files take is on blocks that other files stand on too: what deleting the disk would not give
 * back.
 *
 * @param links bytes of each link, the disk first; none where its file system does not tell
 */
public record SharedSpace(List<Optional<Long>> links) {
    /** Copies the list. */
    public SharedSpace {
        links = List.copyOf(links);
    }

    /** Asks the file systems about every link that is there. */
    public static SharedSpace of(DiskArgument disk, OpenOptions options) throws IOException {
        OpenOptions tolerant = disk.at(options).withParents(OpenOptions.Parents.UP_TO_BREAK);
        List<Optional<Long>> links = new ArrayList<>();
        try (VirtualDisk open = VirtualDisk.open(disk.chain(tolerant), tolerant)) {
            for (int depth = 0; depth < open.links().size(); depth++) {
                long bytes = open.sharedBytes(depth);
                links.add(bytes < 0 ? Optional.empty() : Optional.of(bytes));
            }
        } catch (IOException e) {
            // What is wrong with it the rest of the answer says.
            Inaccessible.orThrow(e);
        }
        return new SharedSpace(links);
    }

    private Optional<Long> ofLink(int depth) {
        return depth < links.size() ? links.get(depth) : Optional.empty();
    }

    void write(JsonView json, int depth) throws IOException {
        Optional<Long> bytes = ofLink(depth);
        if (bytes.isPresent()) {
            json.field("shared", bytes.get());
        } else {
            json.nothing("shared");
        }
    }

    String line() {
        Optional<Long> own = ofLink(0);
        if (own.isEmpty()) {
            return "unknown: the file system does not tell";
        }
        String line = ByteSize.print(own.get()) + " of that";
        if (links.size() == 1 || links.stream().anyMatch(Optional::isEmpty)) {
            return line;
        }
        long chain = links.stream().mapToLong(Optional::orElseThrow).sum();
        return line + ", whole chain " + ByteSize.print(chain);
    }
}
