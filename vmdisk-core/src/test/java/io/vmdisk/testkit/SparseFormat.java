package io.vmdisk.testkit;

import io.vmdisk.Finding;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.List;

/** What the tests that every writable sparse format must pass need of one. */
public interface SparseFormat {
    /** Makes an empty disk over a parent of an empty file. */
    void create(BlockFile file, long capacityBytes) throws IOException;

    /** Opens it for reading and writing; the extent owns the file. */
    WritableExtent open(BlockFile file) throws IOException;

    /** All that is wrong with it. */
    List<Finding> check(BlockFile file) throws IOException;
}
