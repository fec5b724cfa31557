package io.vmdisk.storage;

/**
 * A file system of ours that nothing is changed through, and where a file stays what it was at the first look: what another
 * version of it holds is never read. So nobody needs to be kept out of its files. It has no links.
 */
public interface FixedFiles {}
