package io.vmdisk.disk.make;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DescriptorBuilder;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.ExtentPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes the descriptor of a new disk.
 *
 * <p>A base has what {@link io.vmdisk.descriptor.DiskFacts} say; a link on top has none of it, since readers look for it
 * from the top link down. Its content is its parent's, so an ESXi delta begins with the parent's content ID.
 */
final class DescriptorForm {
    private final CreateSpec spec;
    private final Path target;
    private final RandomGenerator random;
    private final @Nullable DiskLink parent;

    /**
     * The form of one disk.
     *
     * @param parent the disk below, or null
     */
    DescriptorForm(CreateSpec spec, Path target, @Nullable DiskLink parent) {
        this.spec = spec;
        this.target = target;
        this.parent = parent;
        this.random = new SpecExtents(spec).identifiers(target, parent == null ? ContentId.NONE : parent.contentId());
    }

    Descriptor write(List<ExtentLine> extents) throws VmdiskException {
        List<String> names = new ArrayList<>();
        extents.forEach(extent -> extent.file().ifPresent(names::add));
        if (parent != null) {
            names.add(hint(target, parent.path()));
        }
        DescriptorBuilder form = DescriptorBuilder.of(spec.format().createType().orElseThrow())
                .charset(spec.facts().charsetFor(names))
                .extents(extents);
        if (parent == null) {
            base(form);
        } else {
            child(form, parent);
        }
        if (spec.format() == DiskFormat.SE_SPARSE) {
            form.grainSectors(spec.unitBytes() / ExtentPlace.SECTOR);
        }
        return form.build(target);
    }

    private void base(DescriptorBuilder form) {
        boolean stream = spec.format() == DiskFormat.STREAM_OPTIMIZED;
        // A stream is written with its content, and never again; what is made by a seed has the mark of its content
        // too.
        ContentId own = stream || isDerived() ? ContentId.random(random) : ContentId.NEVER_WRITTEN;
        form.cid(own).longContentId(own.randomLongForm(random));
        spec.facts().writeTo(form, DiskParts.sectors(spec.capacity()), random);
        if (spec.format() == DiskFormat.VMFS_THIN) {
            form.thin();
        }
        if (stream) {
            spec.facts().writeToolsTo(form);
        }
    }

    private void child(DescriptorBuilder form, DiskLink parent) {
        boolean parents = spec.format().startsOnEsxi() && !isDerived();
        ContentId own = parents ? parent.contentId() : ContentId.random(random);
        String longId = parents
                ? parent.descriptor().longContentId().orElseGet(() -> own.randomLongForm(random))
                : own.randomLongForm(random);
        form.cid(own).longContentId(longId).parent(parent.contentId(), hint(target, parent.path()));
    }

    private boolean isDerived() {
        return !spec.seed().isEmpty();
    }

    /** The parent's name beside the child, else a way that survives moving both together, else the whole path. */
    static String hint(Path child, Path parent) {
        Path from = child.toAbsolutePath().normalize().getParent();
        Path to = parent.toAbsolutePath().normalize();
        if (from == null
                || !from.getFileSystem().equals(to.getFileSystem())
                || !java.util.Objects.equals(from.getRoot(), to.getRoot())) {
            return to.toString();
        }
        return from.relativize(to).toString();
    }
}
