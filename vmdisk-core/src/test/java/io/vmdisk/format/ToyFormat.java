package io.vmdisk.format;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.MetadataRepair;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.extent.flat.FlatFormat;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** "TOY!", a byte that says whether it was closed, the capacity; from byte 4096 on the disk as it is. */
public final class ToyFormat implements SparseFormat {
    private static final byte[] MAGIC = "TOY!".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_UNCLEAN = 4;
    private static final int AT_CAPACITY = 8;
    private static final int DATA_AT = 4096;

    @Override
    public String name() {
        return "toy";
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
        return Set.of("toy");
    }

    @Override
    public boolean hasMagic(ByteBuffer start) {
        return start.remaining() >= MAGIC.length
                && start.slice().limit(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    private static ByteBuffer header(BlockFile file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(AT_CAPACITY + Long.BYTES);
        file.readFully(0, header);
        return header.flip();
    }

    @Override
    public long capacityBytes(BlockFile file) throws IOException {
        return header(file).getLong(AT_CAPACITY);
    }

    @Override
    public Extent open(BlockFile file, TableCache cache) throws IOException {
        return FlatFormat.open(file, DATA_AT, capacityBytes(file));
    }

    @Override
    public WritableExtent openWritable(BlockFile file, TableCache cache, LinkRole role) throws IOException {
        return FlatFormat.open(file, DATA_AT, capacityBytes(file));
    }

    @Override
    public List<Finding> check(BlockFile file, Progress progress) throws IOException {
        return header(file).get(AT_UNCLEAN) == 0
                ? List.of()
                : List.of(new Finding(
                        "toy.unclean", Finding.Severity.WARNING, file.path(), AT_UNCLEAN, "it was left open", ""));
    }

    @Override
    public int grainBytes(int wanted) {
        return 512;
    }

    @Override
    public void create(BlockFile file, NewExtent extent) throws IOException {
        file.setSize(DATA_AT + extent.capacityBytes());
        ByteBuffer header = ByteBuffer.allocate(AT_CAPACITY + Long.BYTES).put(MAGIC);
        file.writeFully(0, header.putLong(AT_CAPACITY, extent.capacityBytes()).rewind());
    }

    @Override
    public long writtenBytes(NewExtent extent, Path file) {
        return DATA_AT;
    }

    @Override
    public long emptyFileBytes(NewExtent extent, Path file) {
        return DATA_AT + extent.capacityBytes();
    }

    @Override
    public Optional<MetadataRepair> planRepair(BlockFile file) throws IOException {
        return check(file, Progress.NONE).isEmpty()
                ? Optional.empty()
                : Optional.of(new MetadataRepair(DATA_AT, "mark it as closed", List.of()));
    }

    @Override
    public void repair(BlockFile file, Progress progress) throws IOException {
        file.writeFully(AT_UNCLEAN, ByteBuffer.allocate(1));
    }
}
