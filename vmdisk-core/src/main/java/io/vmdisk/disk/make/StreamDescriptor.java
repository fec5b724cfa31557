package io.vmdisk.disk.make;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.extent.hosted.stream.StreamWriter;
import java.nio.file.Path;

/** The descriptor of a stream-optimised disk: final before the first grain, as the file is written from front to back. */
public final class StreamDescriptor {
    private StreamDescriptor() {}

    /**
     * The descriptor of a new disk.
     *
     * @param name of the file it will be in
     */
    public static Descriptor of(CreateSpec spec, Path name) throws VmdiskException {
        requireStream(spec, name);
        return new DescriptorForm(spec, name, null).write(DiskParts.of(spec, name));
    }

    /** The capacity that the disk will have. */
    public static long capacitySectors(CreateSpec spec) {
        return DiskParts.sectors(spec.capacity());
    }

    static void requireStream(CreateSpec spec, Path name) throws VmdiskException {
        if (spec.format() != DiskFormat.STREAM_OPTIMIZED) {
            throw new IllegalArgumentException("not a stream: " + spec.format());
        }
        if (spec.parent() != null) {
            throw new UnsupportedFeatureException(
                    "delta-format",
                    name,
                    "a disk of format streamOptimized can't have a parent",
                    Remedy.say("convert without ")
                            .with(Kind.PARENT)
                            .and(": the disk's whole content goes into the stream"));
        }
        if (spec.grainBytes() != 0 && spec.grainBytes() != StreamWriter.GRAIN_BYTES) {
            throw new LimitExceededException(
                    "grain-size",
                    name,
                    "grains of " + spec.grainBytes() + " bytes; readers of streams expect " + StreamWriter.GRAIN_BYTES,
                    "leave the grain size out");
        }
    }
}
