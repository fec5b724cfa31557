package io.vmdisk.disk.make;

import io.vmdisk.ByteRange;
import io.vmdisk.descriptor.ContentId;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.format.Formats;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What the extents of a new disk are made of. */
record SpecExtents(CreateSpec spec) {
    /** The format of its extents, if they are sparse. */
    Optional<SparseFormat> sparseFormat() {
        return Formats.ofDiskFormat(spec.format().word());
    }

    /** One of its sparse extents. */
    NewExtent extent(long capacityBytes) {
        DescriptorArea area =
                spec.format() == DiskFormat.MONOLITHIC_SPARSE ? DescriptorArea.EMBEDDED : DescriptorArea.SEPARATE;
        return new NewExtent(capacityBytes, spec.unitBytes(), LinkRole.of(spec.parent() != null), area);
    }

    /** Where in its one extent the descriptor goes, if that is inside. */
    Optional<ByteRange> descriptorArea() {
        return spec.format() == DiskFormat.MONOLITHIC_SPARSE
                ? sparseFormat().flatMap(SparseFormat::newDescriptorArea)
                : Optional.empty();
    }

    /**
     * Where its identifiers come from.
     *
     * @param below the content ID of its parent, or something else where it has none
     */
    RandomGenerator identifiers(Path target, Object below) {
        return spec.seed().isEmpty()
                ? ContentId.bits()
                : new DerivedNumbers(
                        String.join("\n", spec.seed(), spec.format().word(), target.getFileName() + "", below + ""));
    }
}
