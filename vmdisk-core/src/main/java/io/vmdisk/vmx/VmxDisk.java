package io.vmdisk.vmx;

/**
 * A present disk of a machine.
 *
 * @param node where it hangs
 * @param file its descriptor, as the machine's file names it
 * @param mode what becomes of writes; {@link DiskMode#PERSISTENT} where the value is unknown
 * @param multiWriter whether several machines may write it at once
 * @param changeTracking whether changed blocks are tracked, as far as the disk's own key says
 * @param writeThrough whether the host may not cache writes
 * @param solidState whether it tells the guest to be a solid-state disk
 * @param deviceType the raw value, empty if absent
 * @param redo the log of a legacy mode, mostly empty
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
