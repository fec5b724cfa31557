package io.vmdisk.extent.hosted;

import io.vmdisk.ByteRange;
import io.vmdisk.Finding;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.extent.DescriptorRoom;
import io.vmdisk.extent.EmbeddedDescriptor;
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

/** Hosted sparse files, and stream-optimised ones, which have the same header. */
public final class HostedFormat implements SparseFormat {
    private static final int SECTOR = HostedLayout.SECTOR;

    @Override
    public String name() {
        return "hosted sparse";
    }

    @Override
    public String extentWord() {
        return "SPARSE";
    }

    @Override
    public String bareCreateType() {
        return "custom";
    }

    @Override
    public Set<String> diskFormats() {
        return Set.of("monolithicSparse", "twoGbMaxExtentSparse");
    }

    @Override
    public boolean hasMagic(ByteBuffer start) {
        return HostedHeader.matches(start);
    }

    @Override
    public long capacityBytes(BlockFile file) throws IOException {
        return HostedExtents.header(file).capacitySectors() * SECTOR;
    }

    @Override
    public Extent open(BlockFile file, TableCache cache) throws IOException {
        return HostedExtents.open(file, cache);
    }

    @Override
    public Extent openDamaged(BlockFile file, TableCache cache) throws IOException {
        return HostedExtents.openDamaged(file, cache);
    }

    @Override
    public WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException {
        return HostedExtents.openWritable(file, cache, role);
    }

    @Override
    public List<Finding> check(BlockFile file, Progress progress) throws IOException {
        return HostedChecker.check(file, progress);
    }

    @Override
    public Optional<EmbeddedDescriptor> embeddedDescriptor(BlockFile file, int limit) throws IOException {
        HostedHeader header = HostedExtents.header(file);
        byte[] area = HostedExtents.embeddedDescriptor(file, header, limit);
        return area.length == 0 || area[0] == 0
                ? Optional.empty()
                : Optional.of(new EmbeddedDescriptor(
                        header.descriptorSector() * SECTOR, area, header.capacitySectors() * SECTOR));
    }

    @Override
    public Optional<EmbeddedDescriptor> damagedDescriptor(BlockFile file, int limit) throws IOException {
        HostedHeader header = HostedExtents.frontOrFooter(file);
        long at = header.descriptorSector() * SECTOR;
        long bytes = Math.min(header.descriptorSectors() * SECTOR, file.size() - at);
        if (header.descriptorSector() < 1 || header.descriptorSector() > HostedLayout.MAX_FILE_SECTORS || bytes < 1) {
            return Optional.empty();
        }
        byte[] area = new byte[(int) Math.min(bytes, limit)];
        file.readFully(at, ByteBuffer.wrap(area));
        return area[0] == 0
                ? Optional.empty()
                : Optional.of(new EmbeddedDescriptor(at, area, header.capacitySectors() * SECTOR));
    }

    @Override
    public long damagedCapacityBytes(BlockFile file) throws IOException {
        return HostedExtents.frontOrFooter(file).capacitySectors() * SECTOR;
    }

    @Override
    public DescriptorRoom descriptorRoom(BlockFile file) throws IOException {
        HostedHeader header = HostedExtents.header(file);
        long sectors = header.descriptorSectors();
        if (header.descriptorSector() < 1
                || sectors < 1
                || sectors > header.overheadSectors()
                || header.descriptorSector() > header.overheadSectors() - sectors) {
            throw new MalformedFileException(
                    "descriptor-area",
                    file.path(),
                    HostedHeader.AT_DESCRIPTOR,
                    "the header has no room for a descriptor inside this file",
                    "if it is one part of a split disk, give the name of the disk's own descriptor");
        }
        return new DescriptorRoom(
                header.descriptorSector() * SECTOR,
                Math.toIntExact(sectors * SECTOR),
                header.has(HostedFlags.COMPRESSED) ? "streamOptimized" : "monolithicSparse");
    }

    @Override
    public int grainBytes(int wanted) {
        return wanted == 0 ? HostedLayout.DEFAULT_GRAIN_SECTORS * SECTOR : wanted;
    }

    @Override
    public void require(NewExtent extent, Path disk) throws LimitExceededException {
        HostedCreation.requireNew(sectors(extent.capacityBytes()), extent.grainBytes() / SECTOR, extent.area(), disk);
    }

    @Override
    public void create(BlockFile file, NewExtent extent) throws IOException {
        HostedCreation.create(file, sectors(extent.capacityBytes()), extent.grainBytes() / SECTOR, extent.area());
    }

    @Override
    public long writtenBytes(NewExtent extent, Path file) throws LimitExceededException {
        return HostedCreation.writtenBytes(
                sectors(extent.capacityBytes()), extent.grainBytes() / SECTOR, extent.area(), file);
    }

    @Override
    public long emptyFileBytes(NewExtent extent, Path file) throws LimitExceededException {
        return HostedCreation.emptyFileBytes(
                sectors(extent.capacityBytes()), extent.grainBytes() / SECTOR, extent.area(), file);
    }

    @Override
    public Optional<ByteRange> newDescriptorArea() {
        return Optional.of(new ByteRange(HostedCreation.descriptorOffset(), HostedCreation.descriptorBytes()));
    }

    @Override
    public boolean hasTablesFor(BlockFile file, long capacityBytes) {
        return true;
    }

    @Override
    public void grow(BlockFile file, long capacityBytes) throws IOException {
        HostedGrowth.of(file).grow(sectors(capacityBytes));
    }

    @Override
    public boolean canShrink() {
        return true;
    }

    @Override
    public void shrink(BlockFile file, long capacityBytes) throws IOException {
        HostedGrowth.of(file).shrink(sectors(capacityBytes));
    }

    @Override
    public Optional<MetadataRepair> planRepair(BlockFile file) throws IOException {
        HostedRepair.Outcome outcome = HostedRepair.plan(file, Progress.NONE);
        if (outcome.isEmpty()) {
            return Optional.empty();
        }
        String change = "set in " + file.path().getFileName() + ": " + outcome.tables() + " directory entries and "
                + outcome.entries() + " table entries from the other copy"
                + (outcome.directory() ? ", and where the grain directory is" : "")
                + (outcome.unclean() ? ", mark it as closed" : "");
        return Optional.of(new MetadataRepair(HostedRepair.metadataBytes(file), change, List.of()));
    }

    @Override
    public void repair(BlockFile file, Progress progress) throws IOException {
        HostedRepair.restoreTables(file, progress);
    }

    @Override
    public long packedBytes(BlockFile file, Progress progress) throws IOException {
        return HostedCompaction.compactedBytes(file, progress);
    }

    @Override
    public void pack(BlockFile file, Progress progress) throws IOException {
        HostedCompaction.compact(file, progress);
    }

    @Override
    public void forEachFree(BlockFile file, SlotUse.StretchSink sink, Progress progress) throws IOException {
        HostedCompaction.forEachFree(file, sink, progress);
    }

    private static long sectors(long bytes) {
        return bytes / SECTOR;
    }
}
