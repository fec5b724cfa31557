package io.vmdisk.vmx.hardware;

/**
 * What a host of one ESXi release runs. A machine is bound by this and by its own hardware version.
 *
 * @param name {@code 7.0 U1}
 * @param newestHardware the newest hardware version it runs
 * @param vcpus virtual processors of a machine
 * @param memoryGib memory of a machine in GiB
 * @param largestDiskBytes the largest virtual disk
 * @param source where the row is from
 * @since 0.1
 */
public record EsxiRelease(
        String name, int newestHardware, int vcpus, int memoryGib, long largestDiskBytes, String source) {
    /** Memory in MiB, the unit of {@code memSize}. */
    public long memoryMib() {
        return memoryGib * 1024L;
    }
}
