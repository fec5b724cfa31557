package io.vmdisk.vmx.hardware;

/**
 * What a host of one ESXi release can run. Both this and the hardware version limit a machine.
 *
 * @param name such as {@code 7.0 U1}
 * @param newestHardware the newest hardware version that it runs
 * @param vcpus the most virtual processors of a machine
 * @param memoryGib the largest memory of a machine in GiB
 * @param largestDiskBytes the capacity of the largest virtual disk in bytes
 * @param source where the row of the table is from
 * @since 0.1
 */
public record EsxiRelease(
        String name, int newestHardware, int vcpus, int memoryGib, long largestDiskBytes, String source) {
    /** {@return the largest memory of a machine in MiB, the unit of {@code memSize}} */
    public long memoryMib() {
        return memoryGib * 1024L;
    }
}
