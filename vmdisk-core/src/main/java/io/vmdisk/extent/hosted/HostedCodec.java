package io.vmdisk.extent.hosted;

import io.vmdisk.extent.EntryCodec;
import io.vmdisk.extent.GrainState;

/**
 * Table values of hosted sparse extents: 32-bit sector numbers, 0 for nothing, 1 for a grain of zeros.
 *
 * <p>Value 1 is read as zeros even where the header does not announce it: sector 1 holds the descriptor or a table and
 * can't be a grain. {@code 'check'} reports it.
 */
final class HostedCodec implements EntryCodec {
    private static final long ZERO_GRAIN = 1;

    @Override
    public int entryBytes() {
        return Integer.BYTES;
    }

    @Override
    public long tableOffset(long raw, int table) {
        return raw <= ZERO_GRAIN ? GrainState.UNALLOCATED : raw * HostedLayout.SECTOR;
    }

    @Override
    public long rawDirectoryEntry(long tableOffset) {
        return tableOffset / HostedLayout.SECTOR;
    }

    @Override
    public long state(long raw, long grain) {
        if (raw == 0) {
            return GrainState.UNALLOCATED;
        }
        return raw == ZERO_GRAIN ? GrainState.ZERO : raw * HostedLayout.SECTOR;
    }

    @Override
    public long rawEntry(long state) {
        if (state == GrainState.UNALLOCATED) {
            return 0;
        }
        return GrainState.isZero(state) ? ZERO_GRAIN : state / HostedLayout.SECTOR;
    }
}
