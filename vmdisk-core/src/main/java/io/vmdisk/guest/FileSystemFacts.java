package io.vmdisk.guest;

/**
 * What a file system says about itself.
 *
 * @param type as people call it: {@code ext4}, {@code xfs}, {@code ntfs}, {@code fat32}
 * @param label its name, empty if it has none
 * @param blockBytes the unit in which it gives out space
 * @param totalBytes how many bytes of the partition it covers
 */
public record FileSystemFacts(String type, String label, long blockBytes, long totalBytes) {}
