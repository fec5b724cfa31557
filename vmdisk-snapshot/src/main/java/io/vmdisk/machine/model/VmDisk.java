package io.vmdisk.machine.model;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.vmx.VmxDisk;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk of a machine in its present state.
 *
 * @param device what the configuration says about it
 * @param path its file; empty if the name can't be that of a file here
 * @param chain the disk and its parents; empty if its file can't be read
 * @since 0.1
 */
public record VmDisk(VmxDisk device, Optional<Path> path, Optional<DiskChain> chain) {}
