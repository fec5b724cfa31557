package io.vmdisk.disk;

import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One link of a chain as its descriptor describes it, without opening its extents.
 *
 * <p>Immutable.
 *
 * @param path the file that was named: a descriptor, or a file with the descriptor inside
 * @param descriptor its descriptor; for a bare extent or raw file it is made of what can be known
 * @param place where that descriptor stands
 * @param extents its extents in the order of the disk
 * @param modified the time of the last change of {@code path}
 * @since 0.1
 */
public record DiskLink(
        Path path, Descriptor descriptor, DescriptorPlace place, List<ExtentPlace> extents, Instant modified) {
    /**
     * Copies the list.
     *
     * @param path the file that was named
     * @param descriptor its descriptor
     * @param place where that descriptor stands
     * @param extents its extents in the order of the disk
     * @param modified the time of the last change of {@code path}
     */
    public DiskLink {
        extents = List.copyOf(extents);
    }

    /** {@return virtual size in bytes, a multiple of 512} */
    public long capacity() {
        return descriptor.capacitySectors() * ExtentPlace.SECTOR;
    }

    /** {@return the content ID of this link; {@link ContentId#NONE} if it has none} */
    public ContentId contentId() {
        return descriptor.cid();
    }

    /** {@return the content ID that its parent must have; {@link ContentId#NONE} if it needs no parent} */
    public ContentId parentContentId() {
        return descriptor.parentCid();
    }

    /** {@return whether every extent holds the guest's bytes as they are, in a file without tables} */
    public boolean isPlain() {
        for (ExtentPlace extent : extents) {
            if (!extent.line().type().isPlain()) {
                return false;
            }
        }
        return true;
    }

    /** {@return the files of this link, each once: its descriptor, then its extents as far as they are files} */
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
