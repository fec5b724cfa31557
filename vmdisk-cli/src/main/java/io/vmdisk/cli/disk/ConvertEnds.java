package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.storage.PipeFile;
import io.vmdisk.store.StoreFileSystem;
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

    private static boolean isPipe(DiskArgument disk) {
        return disk.path().toString().equals(PIPE)
                || (disk.kind() != DiskArgument.Kind.NBD && PipeFile.is(disk.path()));
    }
}
