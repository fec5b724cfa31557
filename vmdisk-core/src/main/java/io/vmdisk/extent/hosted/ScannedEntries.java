package io.vmdisk.extent.hosted;

import io.vmdisk.extent.LostEntries;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Entries of a stream whose tables are damaged, found again by the marker in front of each grain; walks when first asked. */
final class ScannedEntries implements LostEntries {
    private final BlockFile file;
    private final HostedHeader header;
    private @Nullable StreamScan scan;
    private boolean failed;

    ScannedEntries(BlockFile file, HostedHeader header) {
        this.file = file;
        this.header = header;
    }

    @Override
    public boolean knowsBeyondEnd() {
        return true;
    }

    @Override
    public synchronized OptionalLong find(int table, long tableOffset, int entry) {
        StreamScan walked = scan;
        if (walked == null && !failed) {
            try {
                walked = StreamScan.of(file, header);
                scan = walked;
            } catch (IOException e) {
                failed = true;
            }
        }
        return walked == null ? OptionalLong.empty() : walked.entry(table, entry);
    }
}
