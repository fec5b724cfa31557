package io.vmdisk.disk;

import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one link of a chain is made of, told by its descriptor, without opening its extents.
 *
 * @param path the file that was named: a descriptor, or a file with the descriptor inside
 * @param descriptor its descriptor; for a bare extent or raw file one made up from what can be known
 * @param place where that descriptor stands
 * @param extents its extents in the order of the disk
 * @param modified last change of {@code path}
 * @since 0.1
 */
public record DiskLink(
        Path path, Descriptor descriptor, DescriptorPlace place, List<ExtentPlace> extents, Instant modified) {
    /** Copies the list. */
    public DiskLink {
        extents = List.copyOf(extents);
    }

    /** Virtual size in bytes. */
    public long capacity() {
        return descriptor.capacitySectors() * ExtentPlace.SECTOR;
    }

    /** The mark of its content. */
    public ContentId contentId() {
        return descriptor.cid();
    }

    /** The mark that its parent must have. */
    public ContentId parentContentId() {
        return descriptor.parentCid();
    }

    /** The files of this link: its descriptor and its extents, each once. */
    public List<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        files.add(path);
        for (ExtentPlace extent : extents) {
            if (extent.file().isPresent()) {
                files.add(extent.file().get());
            }
        }
        return List.copyOf(files);
    }
}
