package io.vmdisk.extent.sesparse;

import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.Progress;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.HostLimit;
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

/** Space-efficient sparse files: the deltas of ESXi on VMFS 6. */
public final class SeSparseFormat implements SparseFormat {
    private static final Set<String> REPAIRABLE = Set.of(
            "sesparse.live-grain-free",
            "sesparse.back-map",
            "sesparse.free-table",
            "sesparse.table-leak",
            "sesparse.leak");

    @Override
    public String name() {
        return "SEsparse";
    }

    @Override
    public String extentWord() {
        return "SESPARSE";
    }

    @Override
    public String bareCreateType() {
        return "seSparse";
    }

    @Override
    public Set<String> diskFormats() {
        return Set.of("seSparse");
    }

    @Override
    public boolean hasMagic(ByteBuffer start) {
        return SeSparseHeader.hasMagic(start);
    }

    @Override
    public long capacityBytes(BlockFile file) throws IOException {
        return SeSparseExtents.capacityBytes(file);
    }

    @Override
    public Extent open(BlockFile file, TableCache cache) throws IOException {
        return SeSparseExtents.open(file, cache);
    }

    @Override
    public Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        return SeSparseExtents.openDamaged(file, cache);
    }

    @Override
    public WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException {
        return SeSparseExtents.openWritable(file, cache);
    }

    @Override
    public List<Finding> check(BlockFile file, Progress progress) throws IOException {
        return SeSparseChecker.check(file, progress);
    }

    @Override
    public int grainBytes(int wanted) {
        return SeSparseLayout.GRAIN_BYTES;
    }

    @Override
    public long maxCapacityBytes() {
        return HostLimit.MAX_DISK_BYTES;
    }

    @Override
    public void requireCapacity(long capacityBytes, Path disk) throws LimitExceededException {
        HostLimit.require(capacityBytes, disk);
    }

    @Override
    public void create(BlockFile file, NewExtent extent) throws IOException {
        SeSparseExtents.create(file, extent.capacityBytes());
    }

    @Override
    public long writtenBytes(NewExtent extent, Path file) throws LimitExceededException {
        return SeSparseExtents.writtenBytes(extent.capacityBytes(), file);
    }

    @Override
    public long emptyFileBytes(NewExtent extent, Path file) throws LimitExceededException {
        return SeSparseExtents.emptyFileBytes(extent.capacityBytes(), file);
    }

    @Override
    public boolean hasTablesFor(BlockFile file, long capacityBytes) throws IOException {
        return SeSparseExtents.hasTablesFor(file, capacityBytes);
    }

    @Override
    public void grow(BlockFile file, long capacityBytes) throws IOException {
        if (capacityBytes(file) < capacityBytes) {
            SeSparseExtents.grow(file, capacityBytes);
        }
    }

    @Override
    public Optional<MetadataRepair> planRepair(BlockFile file) throws IOException {
        if (check(file, Progress.NONE).stream().noneMatch(finding -> REPAIRABLE.contains(finding.id()))) {
            return Optional.empty();
        }
        Path name = file.path().getFileName();
        return Optional.of(new MetadataRepair(
                SeSparseRepair.metadataBytes(file),
                "rebuild in " + name + ": free bitmap, back map and table count from the grain tables",
                List.of(name + ": leaked grains are free again afterwards")));
    }

    @Override
    public void repair(BlockFile file, Progress progress) throws IOException {
        SeSparseRepair.rebuildMaps(file, progress);
    }

    @Override
    public boolean listsFreeGrains() {
        return true;
    }

    @Override
    public long packedBytes(BlockFile file, Progress progress) throws IOException {
        return SeSparseCompaction.compactedBytes(file, progress);
    }

    @Override
    public void pack(BlockFile file, Progress progress) throws IOException {
        SeSparseCompaction.compact(file, progress);
    }

    @Override
    public void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        SeSparseCompaction.forEachFree(file, sink, progress);
    }
}
