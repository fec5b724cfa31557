package io.vmdisk.machine.model;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.vmx.VmxDisk;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk of a machine in its present state.
 *
 * @param device what the configuration says of it
 * @param path its file, if the name can be one here
 * @param chain it and its parents, if its file can be read
 * @since 0.1
 */
public record VmDisk(VmxDisk device, Optional<Path> path, Optional<DiskChain> chain) {}
