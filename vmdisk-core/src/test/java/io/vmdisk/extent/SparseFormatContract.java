package io.vmdisk.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every sparse format must hold, through its door alone. A test of a format extends this and names it. */
public abstract class SparseFormatContract {
    private static final int BLOCK = 4096;
    private static final int CACHE_BYTES = 1 << 20;
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");
    private static final byte[] OLD = Patterns.filled(0x11, 8192);
    private static final byte[] NEW = Patterns.filled(0x22, 8192);

    private static final int THREADS = 4;
    private static final int STRIPES = 40;
    /** Ends inside grains of 4 KiB, and of one sector. */
    private static final int STRIPE = 1000;

    private final SparseFormat format;
    private final int grain;
    private final int table;
    private final int capacity;
    private final byte[] parent;
    private final Set<String> harmless;
    private final String askedForRepair;

    /**
     * The contract for a format.
     *
     * @param grain of the disks that are made, bytes
     * @param table what one of their tables covers, bytes
     * @param harmless findings that a crash may leave, since the next session puts them right
     * @param askedForRepair the code with which a change may be refused after a crash until the file is repaired, or
     *     empty
     */
    protected SparseFormatContract(
            SparseFormat format, int grain, int table, Set<String> harmless, String askedForRepair) {
        this.format = format;
        this.grain = grain;
        this.table = table;
        this.capacity = table + 16 * BLOCK;
        this.parent = Patterns.random(1, capacity);
        this.harmless = harmless;
        this.askedForRepair = askedForRepair;
    }

    private NewExtent disk(int bytes) {
        return new NewExtent(bytes, grain, LinkRole.DELTA, DescriptorArea.SEPARATE);
    }

    private boolean isHarmless(Finding finding) {
        return finding.severity().compareTo(Finding.Severity.LEAK) <= 0 || harmless.contains(finding.id());
    }

    // Like an array.

    @Property(tries = 12, seed = "8", shrinking = ShrinkingMode.OFF)
    void readsAsAnArrayWouldWhateverIsDoneToIt(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        int bytes = 2 * table + (1 << 20) + 512;
        byte[] below = random.nextInt(3) == 0 ? new byte[0] : Patterns.random(1, bytes - 70_000);
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, volume, PATH, disk(bytes), below, 0, table, 2L * table, bytes);
        for (int round = 0; round < 3; round++) {
            for (int step = 0; step < 40; step++) {
                model.step(random);
            }
            model.requireEqual();
            model.close();
            model.requireSound(Finding.Severity.LEAK);
            model.reopen();
            model.requireEqual();
        }
        model.close();
    }

    // Crashes at every call of a session, with every kind of loss that an unforced write can suffer.

    /** The session changes 16 blocks at each of these, and no others. */
    private int[] touched() {
        return new int[] {0, table};
    }

    /** Content at each flush and at the end of a change that no flush has followed yet, and the call it was durable at. */
    private static final class Versions {
        private final List<byte[]> contents = new ArrayList<>();
        private final List<Integer> durableFrom = new ArrayList<>();

        void flushed(ExtentModel model, int callsBefore) throws IOException {
            assertThat(callsBefore).isPositive();
            contents.add(model.content());
            model.flush();
        }
    }

    @Test
    void keepsWhatWasFlushedAndShowsNothingForeign() throws IOException {
        Versions versions = new Versions();
        MemoryVolume start = new MemoryVolume();
        ExtentModel first = ExtentModel.create(format, start, PATH, disk(capacity), parent, 0);
        first.write(0, Patterns.filled(0x11, 3 * BLOCK));
        first.close();
        byte[] before = first.content();
        versions.contents.add(before);
        versions.durableFrom.add(0);

        CrashReplay replay = CrashReplay.record(start, volume -> {
            ExtentModel model = ExtentModel.over(format, volume, PATH, before, parent, 0);
            model.write(BLOCK, Patterns.filled(0x22, BLOCK));
            model.write(table + 100, Patterns.filled(0x33, 2 * BLOCK));
            versions.flushed(model, volume.log().size());
            versions.durableFrom.add(volume.log().size());
            model.unmap(0, BLOCK);
            model.zero(2 * BLOCK, BLOCK);
            versions.flushed(model, volume.log().size());
            versions.durableFrom.add(volume.log().size());
            model.write(5 * BLOCK, Patterns.filled(0x44, 2 * BLOCK));
            model.write(8 * BLOCK + 10, Patterns.filled(0x55, 20));
            versions.flushed(model, volume.log().size());
            model.close();
            versions.durableFrom.add(volume.log().size());
        });

        List<Crash> crashes = replay.crashes(8, 42).toList();
        assertThat(crashes).hasSizeGreaterThan(100);
        for (Crash crash : crashes) {
            MemoryVolume after = crash.volume();
            requireEachSectorOldOrNew(crash, versions, content(after));
            requireLeaksAtWorst(crash, after);
            requireWritable(crash, versions, after);
        }
    }

    private byte[] content(MemoryVolume volume) throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (Extent extent = format.open(file, new TableCache(CACHE_BYTES))) {
            byte[] content = parent.clone();
            for (int start : touched()) {
                byte[] part = ExtentContent.of(extent, ExtentContent.backing(parent), start, 16 * BLOCK);
                System.arraycopy(part, 0, content, start, part.length);
            }
            return content;
        }
    }

    /** Any sector is as in the last durable version, or as in one written since. */
    private void requireEachSectorOldOrNew(Crash crash, Versions versions, byte[] content) {
        int oldest = 0;
        while (oldest + 1 < versions.durableFrom.size() && versions.durableFrom.get(oldest + 1) <= crash.at()) {
            oldest++;
        }
        for (int sector = 0; sector < 256; sector++) {
            int at = touched()[sector / 128] + sector % 128 * 512;
            boolean known = false;
            for (int version = oldest; version < versions.contents.size() && !known; version++) {
                known = Arrays.equals(content, at, at + 512, versions.contents.get(version), at, at + 512);
            }
            assertThat(known)
                    .as("sector at %d after %s%n%s", at, crash, crash.losses())
                    .isTrue();
        }
    }

    private void requireLeaksAtWorst(Crash crash, MemoryVolume volume) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(format.check(file, Progress.NONE))
                    .as("%s%n%s", crash, crash.losses())
                    .allMatch(this::isHarmless);
        }
    }

    /** The next session finds the file good enough to change, if need be after a repair, and does it no harm. */
    private void requireWritable(Crash crash, Versions versions, MemoryVolume volume) throws IOException {
        byte[] before = content(volume);
        ExtentModel model = ExtentModel.over(format, volume, PATH, before, parent, 0);
        try {
            model.write(3 * BLOCK, Patterns.filled(0x66, 9 * BLOCK));
        } catch (UnsafeStateException e) {
            assertThat(e.code()).as(crash.toString()).isEqualTo(askedForRepair);
            model.abandon();
            repair(volume);
            requireEachSectorOldOrNew(crash, versions, content(volume));
            model = ExtentModel.over(format, volume, PATH, content(volume), parent, 0);
            model.write(3 * BLOCK, Patterns.filled(0x66, 9 * BLOCK));
        }
        model.unmap(table, BLOCK);
        model.close();
        model.reopen();
        for (int start : touched()) {
            model.requireEqual(start, 16 * BLOCK);
        }
        model.close();
        model.requireSound(Finding.Severity.LEAK);
        assertThat(volume.openFiles()).as(crash.toString()).isEmpty();
    }

    private void repair(MemoryVolume volume) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            assertThat(format.planRepair(file)).isPresent();
            format.repair(file, Progress.NONE);
        }
    }

    // Each call of a session fails once, or from then on: the caller hears of it, and the file stays good.

    private interface Fault {
        FaultVolume on(Volume volume, int call);
    }

    @Test
    void survivesAnyCallThatFailsOnce() throws IOException {
        failEach(FaultVolume::failOnce);
    }

    @Test
    void survivesADiskThatDies() throws IOException {
        failEach(FaultVolume::failFrom);
    }

    private void failEach(Fault fault) throws IOException {
        MemoryVolume start = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, start, PATH, disk(1 << 20), new byte[0], 0);
        model.write(0, OLD);
        model.write(65536, OLD);
        model.close();
        boolean failed = true;
        for (int call = 1; failed; call++) {
            MemoryVolume volume = start.copy();
            FaultVolume faulty = fault.on(volume, call);
            failed = fails(faulty);
            assertThat(failed).isEqualTo(faulty.failed().isPresent());
            assertThat(volume.openFiles()).isEmpty();
            requireGood(volume, failed, "call " + call + " " + faulty.failed());
        }
    }

    private boolean fails(FaultVolume volume) throws IOException {
        // Closes what it opened, whatever happened.
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            try (WritableExtent extent = format.openWritable(file, new TableCache(40_000), LinkRole.DELTA)) {
                extent.write(4096, ByteBuffer.wrap(NEW), Backing.NONE);
                extent.unmap(65536, 4096, Backing.NONE);
                extent.flush();
                extent.write(200_704, ByteBuffer.wrap(NEW), Backing.NONE);
            }
            return false;
        } catch (InjectedFaultException e) {
            return true;
        }
    }

    private void requireGood(MemoryVolume volume, boolean failed, String what) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(format.check(file, Progress.NONE)).as(what).allMatch(this::isHarmless);
        }
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (Extent extent = format.open(file, new TableCache(CACHE_BYTES))) {
            byte[] content = ExtentContent.of(extent);
            require(content, 0, what, 0x11);
            require(content, 4096, what, failed ? new int[] {0x11, 0x22} : new int[] {0x22});
            require(content, 8192, what, failed ? new int[] {0, 0x22} : new int[] {0x22});
            require(content, 65536, what, failed ? new int[] {0x11, 0} : new int[] {0});
            require(content, 65536 + 4096, what, 0x11);
            require(content, 200_704, what, failed ? new int[] {0, 0x22} : new int[] {0x22});
        }
    }

    // Threads: what each wrote is there, though they share grains and a flush comes in between.

    @Test
    @Timeout(60)
    void keepsWhatEachOfManyThreadsWrote() throws Exception {
        MemoryVolume volume = new MemoryVolume();
        ExtentModel.create(format, volume, PATH, disk(capacity), parent, 0).close();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (WritableExtent extent =
                format.openWritable(volume.open(PATH, OpenMode.WRITE), new TableCache(40_000), LinkRole.DELTA)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int own = thread;
                writers.add(threads.submit(() -> {
                    writeStripes(extent, own);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            extent.flush();
        } finally {
            threads.shutdown();
        }
        byte[] expected = parent.clone();
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            Arrays.fill(expected, stripe * STRIPE, (stripe + 1) * STRIPE, (byte) (stripe % THREADS + 1));
        }
        assertThat(content(volume)).isEqualTo(expected);
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(format.check(file, Progress.NONE)).allMatch(this::isHarmless);
        }
    }

    private void writeStripes(WritableExtent extent, int thread) throws IOException {
        for (int stripe = thread; stripe < STRIPES; stripe += THREADS) {
            ByteBuffer bytes = ByteBuffer.wrap(Patterns.filled(thread + 1, STRIPE));
            extent.write((long) stripe * STRIPE, bytes, ExtentContent.backing(parent));
            if (stripe % 8 == 0) {
                extent.flush();
            }
        }
    }

    // Growth: in place where the file has room for it, and no other way.

    @Test
    void growsInPlaceWhereItSaysThatItCanAndKeepsItsContent() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, volume, PATH, disk(1 << 20), new byte[0], 0);
        model.write(0, OLD);
        model.write((1 << 20) - 8192, NEW);
        model.close();
        byte[] before = model.content();
        long larger = (1 << 20) + 3L * BLOCK;
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
            boolean can = format.hasTablesFor(file, larger);
            if (can) {
                format.grow(file, larger);
            }
            assertThat(format.capacityBytes(file)).isEqualTo(can ? larger : 1 << 20);
            assertThat(format.check(file, Progress.NONE)).allMatch(this::isHarmless);
        }
        try (Extent extent = format.open(volume.open(PATH, OpenMode.READ), new TableCache(CACHE_BYTES))) {
            byte[] after = ExtentContent.of(extent);
            assertThat(after).startsWith(before);
            assertThat(Arrays.copyOfRange(after, before.length, after.length)).containsOnly(0);
        }
    }

    // Hostile bytes: whatever the metadata says, the end is an exception of ours that names the file.

    @Test
    void endsInOurOwnExceptionsWhateverBytesAreWrong() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, volume, PATH, disk(capacity), new byte[0], 0);
        model.write(0, OLD);
        model.write(table, NEW);
        model.close();
        byte[] sound = volume.bytes(PATH);
        int[] places = metadata(volume, sound);
        SplittableRandom random = new SplittableRandom(99);
        for (int round = 0; round < 600; round++) {
            byte[] bytes = sound.clone();
            for (int hit = 0; hit <= random.nextInt(4); hit++) {
                int place = places[random.nextInt(places.length)] + random.nextInt(round % 2 == 0 ? 40 : 512);
                byte[] wrong = new byte[1 + random.nextInt(8)];
                random.nextBytes(wrong);
                if (random.nextInt(3) == 0) {
                    Arrays.fill(wrong, (byte) 0);
                }
                System.arraycopy(wrong, 0, bytes, Math.min(place, bytes.length - 8), wrong.length);
            }
            volume.put(PATH, bytes);
            use(volume, "round " + round);
        }
    }

    /** Where a sector of the file is not all zero, outside of the data: that is metadata. */
    private static int[] metadata(MemoryVolume volume, byte[] sound) {
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at + 512 <= sound.length; at += 512) {
            byte[] sector = Arrays.copyOfRange(sound, at, at + 512);
            boolean data = sector[0] == sector[511] && (sector[0] == 0x11 || sector[0] == 0x22);
            if (!data && !Arrays.equals(sector, new byte[512])) {
                places.add(at);
            }
        }
        assertThat(places).as("metadata of %s", volume).hasSizeGreaterThan(2);
        return places.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void aFileThatWasCutIsNoLongerSoundAndEndsInOurOwnExceptions() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, volume, PATH, disk(1 << 20), new byte[0], 0);
        model.write(0, OLD);
        model.write((1 << 20) - 8192, NEW);
        model.close();
        byte[] sound = volume.bytes(PATH);
        for (int part = 0; part < 64; part++) {
            volume.put(PATH, Arrays.copyOf(sound, (int) ((long) sound.length * part / 64)));
            use(volume, "cut to " + part + "/64");
            try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
                assertThat(format.check(file, Progress.NONE)).as("part " + part).isNotEmpty();
            }
        }
    }

    @Test
    void aFileThatLostGrainsTakesNoChangeAtAll() throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model = ExtentModel.create(format, volume, PATH, disk(1 << 20), new byte[0], 0);
        model.write(0, OLD);
        model.write((1 << 20) - 65536, Patterns.filled(0x22, 65536));
        model.close();
        byte[] sound = volume.bytes(PATH);
        byte[] cut = Arrays.copyOf(sound, indexOf(sound, (byte) 0x22));
        for (long place : new long[] {0, 256 << 10, (1 << 20) - 65536}) {
            refusesToChange(volume, cut, extent -> extent.write(place, ByteBuffer.wrap(OLD), Backing.NONE));
            refusesToChange(volume, cut, extent -> extent.reserve(place, 4096));
        }
        refusesToChange(volume, cut, extent -> extent.zero(0, 4096, Backing.NONE));
        refusesToChange(volume, cut, extent -> extent.unmap(0, 4096, Backing.NONE));
    }

    /** Where a stretch of this byte begins that is as long as a block. */
    private static int indexOf(byte[] bytes, byte value) {
        int begin = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] != value) {
                begin = at + 1;
            } else if (at - begin == BLOCK) {
                return begin;
            }
        }
        throw new AssertionError("no stretch of " + value);
    }

    private interface Change {
        void on(WritableExtent extent) throws IOException;
    }

    private void refusesToChange(MemoryVolume volume, byte[] cut, Change change) throws IOException {
        volume.put(PATH, cut);
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE);
                WritableExtent extent = format.openWritable(file, new TableCache(40_000), LinkRole.DELTA)) {
            assertThatThrownBy(() -> change.on(extent))
                    .isInstanceOf(VmdiskException.class)
                    .hasMessageContaining(String.valueOf(PATH.getFileName()));
        }
        assertThat(volume.bytes(PATH)).isEqualTo(cut);
    }

    private void use(MemoryVolume volume, String what) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(format.check(file, Progress.NONE))
                    .as(what)
                    .allSatisfy(finding -> assertThat(finding.message()).isNotBlank());
        }
        try {
            readSome(volume);
            writeSome(volume);
            try (BlockFile file = volume.open(PATH, OpenMode.WRITE)) {
                if (format.planRepair(file).isPresent()) {
                    format.repair(file, Progress.NONE);
                }
            }
        } catch (VmdiskException e) {
            assertThat(e.getMessage()).as(what).contains(String.valueOf(PATH.getFileName()));
        }
        assertThat(volume.openFiles()).as(what).isEmpty();
    }

    private void readSome(MemoryVolume volume) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ);
                Extent extent = format.open(file, new TableCache(CACHE_BYTES))) {
            int length = (int) Math.min(extent.capacity(), 1 << 20);
            ExtentContent.of(extent, Backing.NONE, 0, length);
            ExtentContent.of(extent, Backing.NONE, extent.capacity() - length, length);
        }
    }

    private void writeSome(MemoryVolume volume) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.WRITE);
                WritableExtent extent = format.openWritable(file, new TableCache(40_000), LinkRole.DELTA)) {
            int length = (int) Math.min(extent.capacity(), 8192);
            extent.write(0, ByteBuffer.allocate(length), Backing.NONE);
            extent.flush();
        }
    }

    /** The 512 bytes there are all the same, and one of these values. */
    private static void require(byte[] content, int at, String what, int... allowed) {
        assertThat(Arrays.stream(allowed)
                        .anyMatch(value -> Arrays.equals(content, at, at + 512, Patterns.filled(value, 512), 0, 512)))
                .as("content at %d after %s", at, what)
                .isTrue();
    }
}
