package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.step.Content;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A resize that is cut off is known to recovery, and leaves files of no third size. */
class JournalledResizeTest {
    private static final int CAPACITY = 2 << 20;
    private static final int PART = 800 << 10;

    private final Path disk = MemoryVolume.folder().resolve("disk.vmdk");
    private final MemoryVolume volume = new MemoryVolume();

    private void make(DiskFormat format) throws IOException {
        StagedDisk.createEmpty(disk, CreateSpec.of(format, CAPACITY).withExtentBytes(PART), volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(0, ByteBuffer.wrap(Patterns.random(1, 400_000)));
        }
    }

    private JournalledResize resize(io.vmdisk.storage.Volume files) {
        return new JournalledResize(OpenOptions.writable().withVolume(files), Progress.NONE);
    }

    private interface Work {
        void run(JournalledResize resize) throws IOException;
    }

    private void crash(Work work) throws IOException {
        CrashReplay replay = CrashReplay.record(volume, files -> work.run(resize(files)));
        Map<String, Content> before = content(replay.before());
        Map<String, Content> after = content(replay.after());
        assertThat(after).isNotEqualTo(before);
        int finished = 0;
        for (Crash crash : replay.crashes(3, 5).toList()) {
            MemoryVolume left = crash.volume();
            RecoveryOutcome outcome = new Recovery(left, Progress.NONE).recover(MemoryVolume.folder());
            boolean done = outcome == RecoveryOutcome.FINISHED;
            finished += done ? 1 : 0;
            Map<String, Content> found = content(left);
            String when = crash + " " + outcome + " " + crash.losses();
            if (done) {
                assertThat(sizes(found)).as(when).isEqualTo(sizes(after));
            } else {
                assertThat(sizes(found)).as(when).isIn(sizes(before), sizes(after));
            }
        }
        assertThat(finished).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"TWO_GB_SPARSE", "TWO_GB_FLAT"})
    void recoveryFinishesToGrow(DiskFormat format) throws IOException {
        make(format);
        crash(resize -> resize.grow(disk, 3 * PART + (1 << 20)));
    }

    @ParameterizedTest
    @EnumSource(names = {"TWO_GB_SPARSE", "TWO_GB_FLAT", "MONOLITHIC_FLAT"})
    void recoveryFinishesToShrink(DiskFormat format) throws IOException {
        make(format);
        crash(resize -> resize.shrink(disk, 500 << 10));
    }

    /** Then neither a name nor a length has changed, nor the first kilobytes of any file. */
    @Test
    void aFailureRightBehindTheNewTextIsFinishedHoweverLongTheTextIs() throws IOException {
        make(DiskFormat.TWO_GB_FLAT);
        String text = new String(volume.bytes(disk), StandardCharsets.UTF_8);
        int extents = text.indexOf("RW ");
        String padded = text.substring(0, extents)
                + "# padding of a hundred thousand bytes\n".repeat(2700)
                + text.substring(extents);
        volume.delete(disk);
        volume.put(disk, padded.getBytes(StandardCharsets.UTF_8));
        long wanted = CAPACITY - (100 << 10);
        int half = 0;
        for (int n = 1; ; n++) {
            MemoryVolume files = volume.copy();
            FaultVolume faulty = FaultVolume.failOnce(files, n);
            try {
                resize(faulty).shrink(disk, wanted);
            } catch (IOException e) {
                // Recovery judges.
            }
            if (faulty.failed().isEmpty()) {
                break;
            }
            half += new Recovery(files, Progress.NONE).isInterrupted(MemoryVolume.folder()) ? 1 : 0;
            new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
            try (VirtualDisk opened =
                    VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(files))) {
                long stored = 0;
                for (ExtentPlace place : opened.chain().top().extents()) {
                    stored += files.bytes(place.file().orElseThrow()).length;
                }
                assertThat(stored).as(faulty.failed().toString()).isEqualTo(opened.capacity());
            }
        }
        assertThat(half).isPositive();
    }

    @Test
    void aRefusalLeavesNoJournal() throws IOException {
        make(DiskFormat.TWO_GB_SPARSE);
        assertThatThrownBy(() -> resize(volume).grow(disk, 1 << 20)).isInstanceOf(UnsafeStateException.class);
        assertThatThrownBy(() -> resize(volume).shrink(disk, 1 << 10)).isInstanceOf(UnsafeStateException.class);
        assertThat(volume.exists(MemoryVolume.folder().resolve(".vmdisk-journal")))
                .isFalse();
        assertThat(volume.locked()).isEmpty();
    }

    @Test
    void aRefusalHalfWayIsFinishedByRecoveryWhenItsCauseIsGone() throws IOException {
        make(DiskFormat.TWO_GB_FLAT);
        Path taken = MemoryVolume.folder().resolve("disk-f005.vmdk");
        volume.put(taken, new byte[] {1, 2, 3});
        long wanted = 5L * PART;

        assertThatThrownBy(() -> resize(volume).grow(disk, wanted))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("disk-f005.vmdk")
                .hasMessageContaining("a recovery");
        assertThat(volume.exists(MemoryVolume.folder().resolve("disk-f004.vmdk")))
                .isTrue();
        Recovery recovery = new Recovery(volume, Progress.NONE);
        assertThatThrownBy(() -> recovery.recover(MemoryVolume.folder())).isInstanceOf(VmdiskException.class);
        assertThat(recovery.isInterrupted(MemoryVolume.folder())).isTrue();
        assertThat(volume.bytes(taken)).hasSize(3);

        volume.delete(taken);
        assertThat(recovery.recover(MemoryVolume.folder())).isEqualTo(RecoveryOutcome.FINISHED);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            assertThat(opened.capacity()).isEqualTo(wanted);
        }
        assertThat(recovery.isInterrupted(MemoryVolume.folder())).isFalse();
    }

    /** Lengths, and the texts. */
    private static Map<String, Object> sizes(Map<String, Content> content) {
        Map<String, Object> sizes = new TreeMap<>();
        content.forEach((name, bytes) -> sizes.put(name, name.endsWith("/disk.vmdk") ? bytes : bytes.length()));
        return sizes;
    }

    private static Map<String, Content> content(MemoryVolume files) throws IOException {
        Map<String, Content> content = new TreeMap<>();
        for (Path file : files.files()) {
            if (!file.toString().contains(".vmdisk-")) {
                content.put(file.toString(), Content.of(files.bytes(file)));
            }
        }
        return content;
    }
}
