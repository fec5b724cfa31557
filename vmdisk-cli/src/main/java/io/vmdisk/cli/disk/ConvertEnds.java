package io.vmdisk.cli.disk;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.remote.StoreFileSystem;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.PipeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * From where to where {@code convert} copies.
 *
 * @param source the first disk
 * @param more disks to put behind it
 * @param target the new disk, or with -n the existing one
 */
record ConvertEnds(DiskArgument source, List<DiskArgument> more, DiskArgument target) {
    private static final String PIPE = "-";
    private static final DiskArgument NOTHING = new DiskArgument(Path.of(""), DiskArgument.Kind.VMDK, "");

    /** Before a line was read. */
    static final ConvertEnds NONE = new ConvertEnds(NOTHING, List.of(), NOTHING);

    /** Of the words of a line: the last of them is the target. */
    static ConvertEnds of(DiskArgument source, List<DiskArgument> operands) {
        int last = operands.size() - 1;
        return new ConvertEnds(source, List.copyOf(operands.subList(0, last)), operands.get(last));
    }

    boolean isJoined() {
        return !more.isEmpty();
    }

    /** Whether the source comes through a pipe. */
    boolean isPiped() {
        return isPipe(source);
    }

    /** Whether any source does. */
    boolean isAnyPiped() {
        return isPiped() || more.stream().anyMatch(ConvertEnds::isPipe);
    }

    boolean fromStandardInput() {
        return source.path().toString().equals(PIPE);
    }

    boolean toStandardOutput() {
        return target.toString().equals(PIPE);
    }

    /** Whether the target is an object of a store. */
    boolean toStore() {
        return StoreFileSystem.has(target.path());
    }

    /** Whether the target is written from front to back, once. */
    boolean isOneWay() {
        return toStandardOutput() || toStore();
    }

    /** Refuses a target that has a file in common with what is read: that is held as it is, so it can't be written to. */
    void requireOther(VirtualDisk from) throws IOException {
        DiskLink to = target.chain(OpenOptions.readOnly().withParents(OpenOptions.Parents.NONE))
                .top();
        for (Path file : to.files()) {
            for (DiskLink link : from.links()) {
                for (Path read : link.files()) {
                    if (isSame(file, read)) {
                        throw new UnsafeStateException(
                                "same-disk",
                                target.path(),
                                "the source is read from " + read + ", which is a file of the target",
                                "convert it to a new disk");
                    }
                }
            }
        }
    }

    /** Whether two names are those of one file. */
    private static boolean isSame(Path one, Path other) throws IOException {
        Volume volume = Volume.system();
        return volume.exists(one)
                && volume.exists(other)
                && volume.facts(one).key().equals(volume.facts(other).key());
    }

    private static boolean isPipe(DiskArgument disk) {
        return disk.path().toString().equals(PIPE)
                || (disk.kind() != DiskArgument.Kind.NBD && PipeFile.is(disk.path()));
    }
}
