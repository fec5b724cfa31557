package io.vmdisk.vmx.hardware;

/**
 * The most that a machine of one hardware version may have.
 *
 * @param vcpus virtual processors
 * @param memoryGib memory in GiB
 * @param coresPerSocket cores of a virtual socket
 * @param scsiControllers SCSI adapters
 * @param sataControllers SATA adapters; 0 if the version has none
 * @param nvmeControllers NVMe adapters; 0 if the version has none
 * @param nvmeUnits devices on one NVMe adapter
 * @param pvscsiUnits devices on one paravirtual SCSI adapter
 * @param nics network adapters
 * @param serialPorts serial ports
 * @param passthroughDevices PCI devices of the host
 * @param videoMib video memory in MiB
 * @param displays monitors
 * @since 0.1
 */
public record HardwareMaxima(
        int vcpus,
        int memoryGib,
        int coresPerSocket,
        int scsiControllers,
        int sataControllers,
        int nvmeControllers,
        int nvmeUnits,
        int pvscsiUnits,
        int nics,
        int serialPorts,
        int passthroughDevices,
        int videoMib,
        int displays) {
    /** {@return the memory in MiB, the unit of {@code memSize}} */
    public long memoryMib() {
        return memoryGib * 1024L;
    }
}
