package io.vmdisk.vmx;

/**
 * A present disk of a machine.
 *
 * @param node its place
 * @param file its descriptor, as the machine's file names it
 * @param mode what happens to writes; {@link DiskMode#PERSISTENT} if the value is unknown
 * @param multiWriter whether several machines may write it at once
 * @param changeTracking whether changed blocks are tracked, by the disk's own key
 * @param writeThrough whether the host must not cache writes
 * @param solidState whether the guest sees a solid-state disk
 * @param deviceType the value as the file has it; empty if absent
 * @param redo the log of a legacy mode; mostly empty
 * @since 0.1
 */
public record VmxDisk(
        DeviceNode node,
        FileReference file,
        DiskMode mode,
        boolean multiWriter,
        boolean changeTracking,
        boolean writeThrough,
        boolean solidState,
        String deviceType,
        String redo) {}
