package io.vmdisk.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads disks and their chains, each link once, whatever the number of chains that lead through it: the snapshots of a
 * machine are mostly parts of one chain.
 *
 * <p>What it has read it does not read again, so it is for one look at files, not for keeping; who has locked what was
 * looked at compares it with the files by {@link DiskUse#requireUnchanged}. For one thread.
 *
 * @since 0.1
 */
public final class LinkReader {
    private final OpenOptions options;
    private final LinkProbe probe;

    /**
     * A reader that has read nothing.
     *
     * @param options how files are found, and which parents are accepted unless others are asked for
     */
    public LinkReader(OpenOptions options) {
        this.options = options;
        this.probe = LinkProbe.remembering(options);
    }

    /**
     * A disk without its parents.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the disk
     * @throws IOException as {@link DiskChain#of}
     */
    public DiskLink link(Path disk) throws IOException {
        return chain(disk, OpenOptions.Parents.NONE).top();
    }

    /**
     * A disk with its parents.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @return the disk and the parents that were found
     * @throws IOException as {@link DiskChain#of}
     */
    public DiskChain chain(Path disk) throws IOException {
        return DiskChain.of(disk, options, probe);
    }

    /**
     * A disk with its parents.
     *
     * @param disk a descriptor, a monolithic file or a bare extent
     * @param parents which ones are accepted
     * @return the disk and the parents that were found
     * @throws IOException as {@link DiskChain#of}
     */
    public DiskChain chain(Path disk, OpenOptions.Parents parents) throws IOException {
        return DiskChain.of(disk, options.withParents(parents), probe);
    }
}
