package io.vmdisk.extent.cowd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding;
import io.vmdisk.extent.Extent;
import io.vmdisk.extent.TableCache;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.ExtentContent;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Crashes at every call of a session, with every kind of loss that an unforced write can suffer. */
class CowdCrashTest {
    private static final int BLOCK = 4096;
    private static final int TABLE = 2097152;
    private static final int CAPACITY = TABLE + 16 * BLOCK;
    /** The session changes 16 blocks at each of these, and no others. */
    private static final int[] TOUCHED = {0, TABLE};

    private static final byte[] PARENT = Patterns.random(1, CAPACITY);
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");

    /** Content at each flush, and at the end of a change that no flush has followed yet. */
    private final List<byte[]> versions = new ArrayList<>();

    private final List<Integer> durableFrom = new ArrayList<>();

    @Test
    void keepsWhatWasFlushedAndShowsNothingForeign() throws IOException {
        MemoryVolume start = new MemoryVolume();
        ExtentModel first = ExtentModel.create(new CowdFormat(), start, PATH, CAPACITY, PARENT, 0);
        first.write(0, Patterns.filled(0x11, 3 * BLOCK));
        first.close();
        byte[] before = first.content();
        versions.add(before);
        durableFrom.add(0);

        CrashReplay replay = CrashReplay.record(start, volume -> {
            ExtentModel model = ExtentModel.over(new CowdFormat(), volume, PATH, before, PARENT, 0);
            model.write(BLOCK, Patterns.filled(0x22, BLOCK));
            model.write(TABLE + 100, Patterns.filled(0x33, 2 * BLOCK));
            flushed(model, volume.log().size());
            durableFrom.add(volume.log().size());
            model.unmap(0, BLOCK);
            model.zero(2 * BLOCK, BLOCK);
            flushed(model, volume.log().size());
            durableFrom.add(volume.log().size());
            model.write(5 * BLOCK, Patterns.filled(0x44, 2 * BLOCK));
            model.write(8 * BLOCK + 10, Patterns.filled(0x55, 20));
            flushed(model, volume.log().size());
            model.close();
            durableFrom.add(volume.log().size());
        });

        List<Crash> crashes = replay.crashes(4, 42).toList();
        assertThat(crashes).hasSizeGreaterThan(100);
        for (Crash crash : crashes) {
            MemoryVolume after = crash.volume();
            requireEachBlockOldOrNew(crash, content(after));
            requireLeaksAtWorst(crash, after);
            requireWritable(crash, after);
        }
    }

    private void flushed(ExtentModel model, int callsBefore) throws IOException {
        assertThat(callsBefore).isPositive();
        versions.add(model.content());
        model.flush();
    }

    private static byte[] content(MemoryVolume volume) throws IOException {
        BlockFile file = volume.open(PATH, OpenMode.READ);
        try (Extent extent = CowdExtents.open(file, new TableCache(1 << 20))) {
            byte[] content = PARENT.clone();
            for (int start : TOUCHED) {
                byte[] part = ExtentContent.of(extent, ExtentContent.backing(PARENT), start, 16 * BLOCK);
                System.arraycopy(part, 0, content, start, part.length);
            }
            return content;
        }
    }

    /** Any sector is as in the last durable version, or as in one written since. */
    private void requireEachBlockOldOrNew(Crash crash, byte[] content) {
        int oldest = 0;
        while (oldest + 1 < durableFrom.size() && durableFrom.get(oldest + 1) <= crash.at()) {
            oldest++;
        }
        for (int sector = 0; sector < 256; sector++) {
            int at = TOUCHED[sector / 128] + sector % 128 * 512;
            boolean known = false;
            for (int version = oldest; version < versions.size() && !known; version++) {
                known = Arrays.equals(content, at, at + 512, versions.get(version), at, at + 512);
            }
            assertThat(known)
                    .as("sector at %d after %s%n%s", at, crash, crash.losses())
                    .isTrue();
        }
    }

    private static void requireLeaksAtWorst(Crash crash, MemoryVolume volume) throws IOException {
        try (BlockFile file = volume.open(PATH, OpenMode.READ)) {
            assertThat(new CowdFormat().check(file))
                    .as("%s%n%s", crash, crash.losses())
                    .allMatch(finding -> finding.severity().compareTo(Finding.Severity.LEAK) <= 0
                            || Set.of("cowd.unclean", "cowd.cut").contains(finding.id()));
        }
    }

    /** The next session finds the file good enough to change, and does it no harm. */
    private static void requireWritable(Crash crash, MemoryVolume volume) throws IOException {
        byte[] before = content(volume);
        ExtentModel model = ExtentModel.over(new CowdFormat(), volume, PATH, before, PARENT, 0);
        model.write(3 * BLOCK, Patterns.filled(0x66, 9 * BLOCK));
        model.unmap(TABLE, BLOCK);
        model.close();
        model.reopen();
        for (int start : TOUCHED) {
            model.requireEqual(start, 16 * BLOCK);
        }
        model.close();
        model.requireSound(Finding.Severity.LEAK);
        assertThat(volume.openFiles()).as(crash.toString()).isEmpty();
    }
}
