package io.vmdisk.disk.make;

import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.descriptor.DescriptorBuilder;
import io.vmdisk.descriptor.DiskUuid;
import io.vmdisk.descriptor.ExtentLine;
import io.vmdisk.descriptor.Geometry;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes the descriptor of a new disk.
 *
 * <p>A base has geometry, adapter, hardware version and a UUID; a link on top has none of them, since readers look for
 * them from the top link down. Its content is its parent's, so an ESXi delta begins with the parent's content ID.
 */
final class DescriptorForm {
    /** Guest tools that come with the guest's own packages. */
    private static final String TOOLS_UNMANAGED = "4";

    /** What VMware writes for tools that it does not manage: the largest number. */
    private static final String TOOLS_VERSION_UNKNOWN = "2147483647";

    private final RandomGenerator random;

    DescriptorForm(RandomGenerator random) {
        this.random = random;
    }

    Descriptor write(CreateSpec spec, Path target, List<ExtentLine> extents, @Nullable DiskLink parent)
            throws VmdiskException {
        DescriptorBuilder form =
                DescriptorBuilder.of(spec.format().createType().orElseThrow()).extents(extents);
        if (parent == null) {
            base(form, spec);
        } else {
            child(form, spec, target, parent);
        }
        if (spec.format() == DiskFormat.SE_SPARSE) {
            form.grainSectors(8);
        }
        return form.build(target);
    }

    private void base(DescriptorBuilder form, CreateSpec spec) {
        boolean stream = spec.format() == DiskFormat.STREAM_OPTIMIZED;
        // A stream is written with its content, and never again.
        ContentId own = stream ? ContentId.random(random) : ContentId.NEVER_WRITTEN;
        form.cid(own)
                .longContentId(own.randomLongForm(random))
                .adapter(spec.adapter())
                .geometry(Geometry.of(spec.adapter(), DiskParts.sectors(spec.capacity()), spec.hardwareVersion()))
                .hardwareVersion(spec.hardwareVersion())
                .uuid(DiskUuid.random(random));
        if (spec.format() == DiskFormat.VMFS_THIN) {
            form.thin();
        }
        if (stream) {
            form.ddb("toolsInstallType", TOOLS_UNMANAGED).ddb("toolsVersion", TOOLS_VERSION_UNKNOWN);
        }
    }

    private void child(DescriptorBuilder form, CreateSpec spec, Path target, DiskLink parent) {
        ContentId own = spec.format().startsOnEsxi() ? parent.contentId() : ContentId.random(random);
        String longId = spec.format().startsOnEsxi()
                ? parent.descriptor().longContentId().orElseGet(() -> own.randomLongForm(random))
                : own.randomLongForm(random);
        form.cid(own).longContentId(longId).parent(parent.contentId(), hint(target, parent.path()));
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
