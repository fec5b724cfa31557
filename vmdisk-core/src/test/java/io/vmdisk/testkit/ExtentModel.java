package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.extent.Backing;
import io.vmdisk.extent.DescriptorArea;
import io.vmdisk.extent.LinkRole;
import io.vmdisk.extent.NewExtent;
import io.vmdisk.extent.SparseFormat;
import io.vmdisk.extent.TableCache;
import io.vmdisk.extent.WritableExtent;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A disk over a parent, and beside it the bytes it must read as. Random steps change both; they keep near the given
 * places, so that borders of grains and tables are met often.
 */
public final class ExtentModel {
    private static final int NEAR_BYTES = 40_000;

    /** Tables come and go. */
    private static final int SMALL_CACHE_BYTES = 40_000;

    private final SparseFormat format;
    private final Volume volume;
    private final Path path;
    private final Backing backing;
    private final byte[] content;
    private final long[] places;
    private WritableExtent extent;

    private ExtentModel(SparseFormat format, Volume volume, Path path, byte[] content, Backing backing, long... places)
            throws IOException {
        this.format = format;
        this.volume = volume;
        this.path = path;
        this.content = content;
        this.backing = backing;
        this.places = places.clone();
        this.extent = open();
    }

    /** A new disk of the usual grain over a parent, or, if {@code parent} is empty, without one. */
    public static ExtentModel create(
            SparseFormat format, Volume volume, Path path, int capacityBytes, byte[] parent, long... places)
            throws IOException {
        NewExtent usual = new NewExtent(capacityBytes, format.grainBytes(0), LinkRole.DELTA, DescriptorArea.SEPARATE);
        return create(format, volume, path, usual, parent, places);
    }

    /** A new disk over a parent, or, if {@code parent} is empty, without one. */
    public static ExtentModel create(
            SparseFormat format, Volume volume, Path path, NewExtent extent, byte[] parent, long... places)
            throws IOException {
        try (var file = volume.open(path, OpenMode.CREATE)) {
            format.create(file, extent);
        }
        int capacityBytes = Math.toIntExact(extent.capacityBytes());
        return over(format, volume, path, Arrays.copyOf(parent, capacityBytes), parent, places);
    }

    /** An existing disk that reads as {@code content}. */
    public static ExtentModel over(
            SparseFormat format, Volume volume, Path path, byte[] content, byte[] parent, long... places)
            throws IOException {
        Backing backing = parent.length == 0 ? Backing.NONE : ExtentContent.backing(parent);
        return new ExtentModel(format, volume, path, content.clone(), backing, places);
    }

    private WritableExtent open() throws IOException {
        return format.openWritable(
                volume.open(path, OpenMode.WRITE), new TableCache(SMALL_CACHE_BYTES), LinkRole.DELTA);
    }

    /** One random change, flush or reopening. */
    public void step(SplittableRandom random) throws IOException {
        long place = places[random.nextInt(places.length)] + random.nextInt(2 * NEAR_BYTES) - NEAR_BYTES;
        int start = (int) Math.max(0, Math.min(content.length - 1, place));
        int length = Math.min(content.length - start, 1 + random.nextInt(random.nextInt(NEAR_BYTES) + 1));
        if (random.nextBoolean()) {
            start = start / 4096 * 4096;
            length = Math.min(content.length - start, (length + 4095) / 4096 * 4096);
        }
        switch (random.nextInt(9)) {
            case 0, 1, 2, 3 -> write(start, Patterns.random(random.nextLong(), length));
            case 4 -> zero(start, length);
            case 5, 6 -> unmap(start, length);
            case 7 -> flush();
            default -> {
                close();
                reopen();
            }
        }
    }

    /** Writes bytes. */
    public void write(int start, byte[] bytes) throws IOException {
        System.arraycopy(bytes, 0, content, start, bytes.length);
        extent.write(start, ByteBuffer.wrap(bytes), backing);
    }

    /** Writes zeros. */
    public void zero(int start, int length) throws IOException {
        Arrays.fill(content, start, start + length, (byte) 0);
        extent.zero(start, length, backing);
    }

    /** Unmaps. */
    public void unmap(int start, int length) throws IOException {
        Arrays.fill(content, start, start + length, (byte) 0);
        extent.unmap(start, length, backing);
    }

    /** Makes all of it durable. */
    public void flush() throws IOException {
        extent.flush();
    }

    /** Flushes and closes. */
    public void close() throws IOException {
        extent.close();
    }

    /** Closes after a change that was refused; the model is of no use any more. */
    public void abandon() throws IOException {
        extent.abandon(new IOException("refused"));
        extent.close();
    }

    /** Opens again after {@link #close}. */
    public void reopen() throws IOException {
        extent = open();
    }

    /** What it must read as now. */
    public byte[] content() {
        return content.clone();
    }

    /** Fails if it reads otherwise. */
    public void requireEqual() throws IOException {
        requireEqual(0, content.length);
    }

    /** Fails if a range of it reads otherwise. */
    public void requireEqual(int start, int length) throws IOException {
        byte[] found = ExtentContent.of(extent, backing, start, length);
        int difference = Arrays.mismatch(found, 0, length, content, start, start + length);
        assertThat(difference).as("first byte that differs").isEqualTo(-1);
    }

    /** Fails if a check finds more than things to know and, where those are usual, leaks. */
    public void requireSound(Finding.Severity worst) throws IOException {
        try (var file = volume.open(path, OpenMode.READ)) {
            assertThat(format.check(file, Progress.NONE))
                    .allMatch(finding -> finding.severity().compareTo(worst) <= 0);
        }
    }
}
