package io.vmdisk.plan.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.disk.ChainConsolidation;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A merge whose disk can stand on the blocks of its links: it needs no space, and the plan says so. */
class SharedFoldTest {
    private static final int CAPACITY = 4 << 20;
    /** Held by the link, in whole grains of 64 KiB. */
    private static final int HELD = 2 << 20;
    /** For tables, journal and descriptors, and far less than what the link holds. */
    private static final int ROOM = 512 << 10;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("base.vmdk");
    private final Path link = MemoryVolume.folder().resolve("link.vmdk");
    private final byte[] content = new byte[CAPACITY];

    private void make(DiskFormat baseFormat, DiskFormat linkFormat) throws IOException {
        StagedDisk.createEmpty(
                base, CreateSpec.of(baseFormat, CAPACITY).withExtentBytes(1536 << 10), volume, Progress.NONE);
        StagedDisk.createEmpty(link, CreateSpec.of(linkFormat, CAPACITY).withParent(base), volume, Progress.NONE);
        byte[] held = Patterns.random(8, HELD);
        try (VirtualDisk disk = VirtualDisk.open(link, OpenOptions.writable().withVolume(volume))) {
            disk.write(1 << 20, ByteBuffer.wrap(held));
        }
        System.arraycopy(held, 0, content, 1 << 20, HELD);
    }

    private Plan plan(LinkSpace space) throws IOException {
        return new ChainConsolidation(volume, List.of()).plan(link, space);
    }

    private static FoldLinks fold(Plan plan) {
        return plan.steps().stream()
                .filter(FoldLinks.class::isInstance)
                .map(FoldLinks.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private void requireMerged() throws IOException {
        ByteBuffer read = ByteBuffer.allocate(CAPACITY);
        try (VirtualDisk disk = VirtualDisk.open(base, OpenOptions.readOnly().withVolume(volume))) {
            disk.read(0, read);
        }
        assertThat(read.array()).isEqualTo(content);
        assertThat(volume.exists(link)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE",
        "VMFS_THIN, SE_SPARSE",
        "TWO_GB_SPARSE, MONOLITHIC_SPARSE",
        "TWO_GB_FLAT, MONOLITHIC_SPARSE",
        "SE_SPARSE, SE_SPARSE"
    })
    void isDoneWhereThereIsNoRoomForACopy(DiskFormat baseFormat, DiskFormat linkFormat) throws IOException {
        make(baseFormat, linkFormat);
        volume.sharing().leaveFree(ROOM);

        Plan plan = plan(LinkSpace.KEEP);

        assertThat(fold(plan).growth()).isZero();
        assertThat(plan.notes())
                .contains("base.vmdk comes to share blocks with its links: of " + HELD + " bytes 0 are copied");
        new PlanExecutor(volume, Progress.NONE).execute(plan);
        assertThat(volume.sharedBytes()).isEqualTo(HELD);
        requireMerged();
    }

    @Test
    void givesNothingBackThoughItWasAskedForLowSpace() throws IOException {
        make(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        volume.sharing().leaveFree(ROOM);

        Plan plan = plan(LinkSpace.GIVE_BACK);

        assertThat(fold(plan).space()).isEqualTo(LinkSpace.KEEP);
        new PlanExecutor(volume, Progress.NONE).execute(plan);
        requireMerged();
    }

    @Test
    void countsWhatFillsNoGrainAsCopied() throws IOException {
        make(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.SE_SPARSE);
        byte[] end = Patterns.random(9, 8192);
        try (VirtualDisk disk = VirtualDisk.open(link, OpenOptions.writable().withVolume(volume))) {
            disk.write(1 << 20 | HELD, ByteBuffer.wrap(end));
        }
        System.arraycopy(end, 0, content, 1 << 20 | HELD, end.length);
        volume.sharing();

        Plan plan = plan(LinkSpace.KEEP);

        assertThat(fold(plan).growth()).isEqualTo(64 << 10);
        assertThat(plan.notes()).anyMatch(note -> note.endsWith("of " + (HELD + 8192) + " bytes 8192 are copied"));
        new PlanExecutor(volume, Progress.NONE).execute(plan);
        requireMerged();
    }

    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE, MONOLITHIC_SPARSE", "MONOLITHIC_SPARSE, VMFS_SPARSE"})
    void isRefusedForWantOfRoomWhereBlocksCannotBeShared(DiskFormat baseFormat, DiskFormat linkFormat)
            throws IOException {
        make(baseFormat, linkFormat);
        if (linkFormat == DiskFormat.VMFS_SPARSE) {
            // Its sectors lie between the blocks.
            volume.sharing();
        }
        volume.leaveFree(ROOM);

        Plan plan = plan(LinkSpace.KEEP);

        assertThat(fold(plan).growth()).isEqualTo(HELD);
        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(plan))
                .isInstanceOf(OutOfSpaceException.class);
        assertThat(volume.sharedBytes()).isZero();
    }
}
