package io.vmdisk.transfer;

import io.vmdisk.LimitExceededException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.VirtualDisk;
import java.nio.file.Path;

/** A copy is at least as large as what is copied. */
final class SizeRule {
    private SizeRule() {}

    static void requireHolds(VirtualDisk target, VirtualDisk source) throws LimitExceededException {
        if (target.capacity() < source.capacity()) {
            throw new LimitExceededException(
                    "capacity",
                    target.links().get(0).path(),
                    "the source has " + source.capacity() + " bytes, the target only " + target.capacity(),
                    Remedy.say("grow the target first with ").with(Kind.RESIZE));
        }
    }

    static void requireHolds(CreateSpec spec, VirtualDisk source, Path target) throws LimitExceededException {
        if (spec.capacity() < source.capacity()) {
            throw new LimitExceededException(
                    "capacity",
                    target,
                    "the source has " + source.capacity() + " bytes, the target would have " + spec.capacity(),
                    "give the target the source's capacity");
        }
    }
}
