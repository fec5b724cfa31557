package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.MetadataRepair;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SlotUse;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** VMFSsparse files, COWD by their magic: the deltas of ESXi on VMFS 5 and before. */
public final class CowdFormat implements SparseFormat {
    private static final Set<String> REPAIRABLE = Set.of(CowdChecker.FREE_SECTOR, "cowd.unclean", "cowd.cut");

    @Override
    public String name() {
        return "VMFSsparse";
    }

    @Override
    public String extentWord() {
        return "VMFSSPARSE";
    }

    @Override
    public String bareCreateType() {
        return "vmfsSparse";
    }

    @Override
    public Set<String> diskFormats() {
        return Set.of("vmfsSparse");
    }

    @Override
    public boolean hasMagic(ByteBuffer start) {
        return CowdHeader.hasMagic(start);
    }

    @Override
    public long capacityBytes(BlockFile file) throws IOException {
        return CowdExtents.capacityBytes(file);
    }

    @Override
    public long damagedCapacityBytes(BlockFile file) throws IOException {
        return CowdExtents.damagedCapacityBytes(file);
    }

    @Override
    public long usedBytes(BlockFile file) throws IOException {
        return CowdExtents.usedBytes(file);
    }

    @Override
    public Extent open(BlockFile file, TableCache cache) throws IOException {
        return CowdExtents.open(file, cache);
    }

    @Override
    public Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        return CowdExtents.openDamaged(file, cache);
    }

    @Override
    public WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException {
        return CowdExtents.openWritable(file, cache);
    }

    @Override
    public List<Finding> check(BlockFile file, Progress progress) throws IOException {
        return CowdChecker.check(file, progress);
    }

    @Override
    public int grainBytes(int wanted) {
        return CowdHeader.SECTOR_BYTES;
    }

    @Override
    public long maxCapacityBytes() {
        return CowdLayout.MAX_CAPACITY_BYTES;
    }

    @Override
    public void requireCapacity(long capacityBytes, Path disk) throws LimitExceededException {
        if (capacityBytes > CowdLayout.MAX_CAPACITY_BYTES) {
            throw new LimitExceededException(
                    "capacity",
                    disk,
                    capacityBytes + " bytes are more than the " + CowdLayout.MAX_CAPACITY_BYTES
                            + " (2 TiB less a sector) that the format vmfsSparse has numbers for",
                    "choose the format seSparse");
        }
    }

    @Override
    public void create(BlockFile file, NewExtent extent) throws IOException {
        CowdExtents.create(file, extent.capacityBytes(), extent.role());
    }

    @Override
    public long writtenBytes(NewExtent extent, Path file) throws LimitExceededException {
        return CowdExtents.writtenBytes(extent.capacityBytes(), file);
    }

    @Override
    public long emptyFileBytes(NewExtent extent, Path file) throws LimitExceededException {
        return CowdExtents.emptyFileBytes(extent.capacityBytes(), file);
    }

    @Override
    public long tableBytes(long capacityBytes, long data) {
        return CowdExtents.tableBytes(capacityBytes, data);
    }

    @Override
    public boolean hasTablesFor(BlockFile file, long capacityBytes) throws IOException {
        return CowdExtents.hasTablesFor(file, capacityBytes);
    }

    @Override
    public void grow(BlockFile file, long capacityBytes) throws IOException {
        if (capacityBytes(file) < capacityBytes) {
            CowdExtents.grow(file, capacityBytes);
        }
    }

    @Override
    public Optional<MetadataRepair> planRepair(BlockFile file) throws IOException {
        if (check(file, Progress.NONE).stream().noneMatch(finding -> REPAIRABLE.contains(finding.id()))) {
            return Optional.empty();
        }
        return Optional.of(new MetadataRepair(
                CowdRepair.METADATA_BYTES,
                "set in " + file.path().getFileName() + ": the first free sector, mark it as closed",
                List.of()));
    }

    @Override
    public void repair(BlockFile file, Progress progress) throws IOException {
        CowdRepair.resetHeader(file, progress);
    }

    @Override
    public Packing packing() {
        return Packing.REWRITE;
    }

    @Override
    public long packedBytes(BlockFile file, Progress progress) throws IOException {
        return CowdCompaction.compactedBytes(file, progress);
    }

    @Override
    public void packInto(BlockFile file, BlockFile fresh, Progress progress) throws IOException {
        CowdCompaction.rewrite(file, fresh, progress);
    }

    @Override
    public void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        CowdCompaction.forEachFree(file, sink, progress);
    }
}
