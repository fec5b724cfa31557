package io.vmdisk.plan.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Journal;
import io.vmdisk.plan.LongChain;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainConsolidationTest {
    private static final int CAPACITY = 2 << 20;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = path("web.vmdk");
    private byte[] content = new byte[CAPACITY];

    private static Path path(String name) {
        return MemoryVolume.folder().resolve(name);
    }

    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, VMFS_SPARSE, SE_SPARSE, KEEP",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEEP",
        "TWO_GB_SPARSE, TWO_GB_SPARSE, SE_SPARSE, KEEP",
        "SE_SPARSE, SE_SPARSE, VMFS_SPARSE, KEEP",
        "VMFS_THIN, VMFS_SPARSE, SE_SPARSE, GIVE_BACK",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, SE_SPARSE, GIVE_BACK"
    })
    void leavesTheBaseWithTheContentAndTheIdentityOfTheTop(
            DiskFormat first, DiskFormat second, DiskFormat third, LinkSpace space) throws IOException {
        Path top = chain(first, second, third);
        var identity = facts(volume, top).contentId();

        Plan plan = new ChainConsolidation(volume, List.of()).plan(top, space);
        new PlanExecutor(volume, Progress.NONE).execute(plan);

        assertThat(read(volume, base)).isEqualTo(content);
        assertThat(facts(volume, base).contentId()).isEqualTo(identity);
        assertThat(volume.exists(top)).isFalse();
        assertThat(volume.files()).noneMatch(file -> file.toString().contains("0000"));
        assertThat(volume.files()).noneMatch(file -> file.toString().contains("vmdisk-"));
        assertThat(volume.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"VMFS_THIN, SE_SPARSE", "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE", "TWO_GB_FLAT, MONOLITHIC_SPARSE"})
    void growsABaseThatIsSmallerThanItsChild(DiskFormat format, DiskFormat delta) throws IOException {
        StagedDisk.createEmpty(base, CreateSpec.of(format, CAPACITY / 2), volume, Progress.NONE);
        Path child = path("web-000001.vmdk");
        StagedDisk.createEmpty(child, CreateSpec.of(delta, CAPACITY).withParent(base), volume, Progress.NONE);
        content = Patterns.mixed(3, CAPACITY);
        try (VirtualDisk disk = VirtualDisk.open(child, OpenOptions.writable().withVolume(volume))) {
            disk.write(0, ByteBuffer.wrap(content));
        }

        Plan plan = new ChainConsolidation(volume, List.of()).plan(child, LinkSpace.KEEP);
        new PlanExecutor(volume, Progress.NONE).execute(plan);

        assertThat(facts(volume, base).capacity()).isEqualTo(CAPACITY);
        assertThat(read(volume, base)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1"})
    void refusesALinkThatHidesTheEndOfTheDiskBelow(int middle, int last) throws IOException {
        Path parent = base;
        StagedDisk.createEmpty(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 2 << 20), volume, Progress.NONE);
        for (int capacity : List.of(middle << 20, last << 20)) {
            Path child = path("web-" + volume.files().size() + ".vmdk");
            StagedDisk.createEmpty(
                    child,
                    CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, capacity).withParent(parent),
                    volume,
                    Progress.NONE);
            parent = child;
        }
        Path top = parent;

        assertThatThrownBy(() -> new ChainConsolidation(volume, List.of()).plan(top, LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("cuts off");
    }

    @Test
    void refusesABaseThatOtherDisksDependOn() throws IOException {
        Path top = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        StagedDisk.createEmpty(
                path("clone.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base),
                volume,
                Progress.NONE);

        assertThatThrownBy(() -> new ChainConsolidation(volume, List.of()).plan(top, LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("clone.vmdk");
    }

    @Test
    void refusesToWorkInAFolderWithAnInterruptedOperation() throws IOException {
        Path top = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        Plan plan = new ChainConsolidation(volume, List.of()).plan(top, LinkSpace.KEEP);
        Journal.begin(volume, plan);

        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(plan))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("recover");
        assertThat(new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder()))
                .isEqualTo(RecoveryOutcome.UNDONE);
        assertThat(read(volume, top)).isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource({"KEEP", "GIVE_BACK"})
    void mergesOneLinkIntoItsParentAlone(LinkSpace space) throws IOException {
        Path top = chain(DiskFormat.VMFS_THIN, DiskFormat.VMFS_SPARSE, DiskFormat.VMFS_SPARSE);
        byte[] below = read(volume, base);

        Plan plan = new ChainConsolidation(volume, List.of()).planOne(top, space);
        new PlanExecutor(volume, Progress.NONE).execute(plan);

        assertThat(volume.exists(top)).isFalse();
        assertThat(read(volume, path("web-000001.vmdk"))).isEqualTo(content);
        assertThat(read(volume, base)).isEqualTo(below);
        assertThat(new ChainConsolidation(volume, List.of())
                        .planOne(base, space)
                        .steps())
                .isEmpty();
    }

    @Test
    void mergesNoLinkThatOthersLieOn() throws IOException {
        chain(DiskFormat.VMFS_THIN, DiskFormat.VMFS_SPARSE, DiskFormat.VMFS_SPARSE);

        assertThatThrownBy(() ->
                        new ChainConsolidation(volume, List.of()).planOne(path("web-000001.vmdk"), LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class);
    }

    private Path chain(DiskFormat... formats) throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        Path parent = null;
        Path top = base;
        for (int i = 0; i < formats.length; i++) {
            top = i == 0 ? base : path("web-00000" + i + ".vmdk");
            CreateSpec spec = CreateSpec.of(formats[i], CAPACITY).withExtentBytes(1 << 20);
            StagedDisk.createEmpty(top, parent == null ? spec : spec.withParent(parent), volume, Progress.NONE);
            try (VirtualDisk disk = VirtualDisk.open(top, OpenOptions.writable().withVolume(volume))) {
                for (int n = 0; n < 8; n++) {
                    int length = 1 + random.nextInt(60_000);
                    int at = random.nextInt(CAPACITY - length);
                    if (n == 3) {
                        disk.zero(at, length);
                        Arrays.fill(content, at, at + length, (byte) 0);
                    } else {
                        byte[] bytes = Patterns.random(random.nextLong(), length);
                        disk.write(at, ByteBuffer.wrap(bytes));
                        System.arraycopy(bytes, 0, content, at, length);
                    }
                }
            }
            parent = top;
        }
        return top;
    }

    private static io.vmdisk.disk.DiskLink facts(Volume volume, Path disk) throws IOException {
        return io.vmdisk.disk.DiskChain.of(disk, OpenOptions.readOnly().withVolume(volume))
                .top();
    }

    private static byte[] read(Volume volume, Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    /** Planned, locked and folded: what one link costs does not depend on how many others there are. */
    @Test
    void looksAtEachLinkAsOftenInALongChainAsInAShortOne() throws IOException {
        int few = callsOfAMerge(8);
        int more = callsOfAMerge(16);
        int many = callsOfAMerge(32);

        assertThat((many - more) / 16.0).isLessThan(1.2 * (more - few) / 8.0);
    }

    private static int callsOfAMerge(int links) throws IOException {
        MemoryVolume memory = new MemoryVolume();
        DiskFormat format = DiskFormat.MONOLITHIC_SPARSE;
        LongChain chain = LongChain.make(memory, format, format, links, CAPACITY, 512);
        FaultVolume counted = FaultVolume.over(memory);
        new PlanExecutor(counted, Progress.NONE).execute(chain.plan(counted, LinkSpace.KEEP));
        chain.verifyMerged(memory, links + " links");
        return counted.calls();
    }
}
