package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.testkit.SparseFormat;
import java.io.IOException;
import java.util.List;

/** This format, for the tests that all share. A tiny cache makes tables come and go. */
final class CowdFormat implements SparseFormat {
    @Override
    public void create(BlockFile file, long capacityBytes) throws IOException {
        CowdExtents.createDelta(file, capacityBytes);
    }

    @Override
    public WritableExtent open(BlockFile file) throws IOException {
        return CowdExtents.openWritable(file, new TableCache(40_000));
    }

    @Override
    public List<Finding> check(BlockFile file) throws IOException {
        return CowdChecker.check(file, Progress.NONE);
    }
}
