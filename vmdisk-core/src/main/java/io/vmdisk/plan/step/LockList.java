package io.vmdisk.plan.step;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Collects the files that a plan holds while it runs. Each kind of step and preparation names its own.
 *
 * <p>For one thread.
 */
public interface LockList {
    /** One file that changes, appears or goes, whatever it is. */
    void changes(Path file) throws IOException;

    /** A file that changes or goes, and if it is a disk all files of that disk. */
    void changesWhole(Path file) throws IOException;

    /** A disk whose content or text changes: all its files, and its parents as they are. */
    void changesDisk(Path disk) throws IOException;

    /** One file that must stay as it is. */
    void reads(Path file) throws IOException;

    /** A disk that must stay as it is, with all its parents. */
    void readsDisk(Path disk) throws IOException;
}
