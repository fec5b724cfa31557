package io.vmdisk.plan.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.BrokenChainException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.GrowDisk;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a merge plans and what it refuses, on a base with two links: nothing is changed here. */
class FoldPlanTest {
    private static final int GRAIN = 64 << 10;
    private static final int CAPACITY = 16 * GRAIN;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = path("web.vmdk");
    private final Path middle = path("web-000001.vmdk");
    private final Path top = path("web-000002.vmdk");

    private static Path path(String name) {
        return MemoryVolume.folder().resolve(name);
    }

    private void make(Path disk, CreateSpec spec, long... grains) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            for (long grain : grains) {
                opened.write(grain * GRAIN, ByteBuffer.wrap(Patterns.filled((int) grain + 1, GRAIN)));
            }
        }
    }

    private void chain(DiskFormat form) throws IOException {
        make(base, CreateSpec.of(form, CAPACITY), 0);
        make(middle, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), 0, 1);
        make(top, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(middle), 2, 3, 4);
    }

    private Plan plan(Volume through, LinkSpace space) throws IOException {
        return new ChainConsolidation(through, List.of()).plan(top, space);
    }

    private static <S extends Step> List<S> steps(Plan plan, Class<S> kind) {
        return plan.steps().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static void refused(ThrowingCallable call, Class<? extends VmdiskException> kind, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(kind, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void theFoldSaysWhatItMovesAndNeedsAndTheLinksGoAfterIt() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);

        Plan plan = plan(volume, LinkSpace.KEEP);

        assertThat(steps(plan, FoldLinks.class))
                .containsExactly(new FoldLinks(List.of(top, middle), base, LinkSpace.KEEP, 5L * GRAIN, 4L * GRAIN));
        assertThat(steps(plan, DeleteFile.class)).extracting(DeleteFile::path).containsExactly(top, middle);
        assertThat(steps(plan, GrowDisk.class)).isEmpty();
        assertThat(plan.steps().indexOf(steps(plan, FoldLinks.class).get(0)))
                .isLessThan(plan.steps().indexOf(steps(plan, DeleteFile.class).get(0)));
        assertThat(plan.notes()).containsExactly("afterwards web.vmdk has the content of web-000002.vmdk");
        assertThat(volume.openFiles()).isEmpty();
    }

    @Test
    void aFoldThatGivesBackNeedsRoomForAGrainToBeginWith() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);

        assertThat(steps(plan(volume, LinkSpace.GIVE_BACK), FoldLinks.class))
                .containsExactly(new FoldLinks(List.of(top, middle), base, LinkSpace.GIVE_BACK, 5L * GRAIN, GRAIN));
    }

    @Test
    void whereNothingCanBeGivenBackTheLinksKeepTheirSpaceIfThereIsRoom() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        Volume without = FaultVolume.withoutPunch(volume);

        Plan plan = plan(without, LinkSpace.GIVE_BACK);
        assertThat(steps(plan, FoldLinks.class).get(0).space()).isEqualTo(LinkSpace.KEEP);
        assertThat(plan.notes()).anyMatch(note -> note.contains("the links keep their space"));

        volume.leaveFree(4 * GRAIN);
        assertThatCode(() -> plan(without, LinkSpace.GIVE_BACK)).doesNotThrowAnyException();
        volume.leaveFree(4 * GRAIN - 1);
        refused(() -> plan(without, LinkSpace.GIVE_BACK), OutOfSpaceException.class, "space.give-back");
    }

    @Test
    void nothingIsGivenBackFromALinkOfWhichTwoGrainsShareAPlace() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        shareAPlace(middle);

        refused(() -> plan(volume, LinkSpace.GIVE_BACK), UnsafeStateException.class, "unsafe.low-space");
        assertThatCode(() -> plan(volume, LinkSpace.KEEP)).doesNotThrowAnyException();
    }

    /** Lets grain 1 have the place of grain 0, in both copies of the tables. */
    private void shareAPlace(Path disk) throws IOException {
        try (BlockFile file = volume.open(disk, OpenMode.WRITE)) {
            ByteBuffer header = read(file, 0);
            for (int directory : new int[] {48, 56}) {
                long at = header.getLong(directory) * 512;
                long table = Integer.toUnsignedLong(read(file, at).getInt(0)) * 512;
                ByteBuffer entries = read(file, table);
                entries.putInt(4, entries.getInt(0));
                file.writeFully(table, entries);
            }
        }
    }

    private static ByteBuffer read(BlockFile file, long at) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(at, sector);
        return sector.clear();
    }

    @Test
    void nothingIsGivenBackFromAFileThatIsTwiceInTheChain() throws IOException {
        make(base, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 0);
        make(middle, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(base), 1);
        make(top, CreateSpec.of(DiskFormat.VMFS_SPARSE, CAPACITY).withParent(middle), 2);
        String text = new String(volume.bytes(top), StandardCharsets.UTF_8);
        volume.put(
                top,
                text.replace("web-000002-delta.vmdk", "web-000001-delta.vmdk").getBytes(StandardCharsets.UTF_8));

        refused(() -> plan(volume, LinkSpace.GIVE_BACK), UnsafeStateException.class, "unsafe.low-space");
    }

    @Test
    void aBrokenChainIsNotMergedAsAWholeOrInPart() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        volume.delete(base);
        ChainConsolidation planner = new ChainConsolidation(volume, List.of());

        refused(() -> planner.plan(top, LinkSpace.KEEP), BrokenChainException.class, "chain.broken");
        refused(() -> planner.planOne(top, LinkSpace.KEEP), BrokenChainException.class, "chain.broken");
    }

    @Test
    void filesOutsideTheFolderStayUnlessTheUserNamedTheirs() throws IOException {
        Path elsewhere = MemoryVolume.folder().resolveSibling("templates");
        volume.createFolder(elsewhere);
        Path far = elsewhere.resolve("far.vmdk");
        make(far, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 0);
        make(top, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(far), 1);
        ChainConsolidation planner = new ChainConsolidation(volume, List.of());

        refused(() -> planner.plan(top, LinkSpace.KEEP), UnsafeStateException.class, "unsafe.outside-folder");
        refused(() -> planner.planOne(top, LinkSpace.KEEP), UnsafeStateException.class, "unsafe.outside-folder");
        assertThat(new ChainConsolidation(volume, List.of(elsewhere))
                        .plan(top, LinkSpace.KEEP)
                        .steps())
                .isNotEmpty();
    }

    @Test
    void whatCannotBeReadMayDependOnADiskThatWouldGo() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        Path secret = path("other.vmdk");
        make(secret, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        volume.withhold(secret);

        assertThatThrownBy(() -> plan(volume, LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("other.vmdk");
    }

    @Test
    void nothingIsFoldedIntoAStream() throws IOException {
        make(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), 0);
        make(top, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), 1);
        DiskLink link =
                DiskChain.of(top, OpenOptions.readOnly().withVolume(volume)).top();
        DiskLink stream = asStream();

        refused(
                () -> new FoldSteps(volume).fold(List.of(link), stream, List.of(), LinkSpace.KEEP),
                UnsupportedFeatureException.class,
                "unsupported.stream-write");
    }

    private DiskLink asStream() throws IOException {
        String text = new String(volume.bytes(base), StandardCharsets.ISO_8859_1);
        volume.put(
                base,
                text.replace("createType=\"monolithicSparse\"", "createType=\"streamOptimized\" ")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return DiskChain.of(base, OpenOptions.readOnly().withVolume(volume)).top();
    }

    @Test
    void aDiskThatWasCutIsNotMergedFromOrInto() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        MemoryVolume sound = volume.copy();
        for (Path cut : List.of(base, top)) {
            MemoryVolume damaged = sound.copy();
            try (BlockFile file = damaged.open(cut, OpenMode.WRITE)) {
                file.setSize(file.size() - GRAIN);
            }
            assertThatThrownBy(() -> plan(damaged, LinkSpace.KEEP))
                    .as(cut.toString())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("ends after");
            assertThat(damaged.openFiles()).isEmpty();
        }
    }

    @Test
    void aThinBaseWhoseHolesCannotBeAskedForIsReadOnlyWhereThatDecides() throws IOException {
        make(base, CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), 0, 1);
        make(top, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base), 0, 1, 2, 3);
        Volume blind = FaultVolume.withoutHoles(volume);

        assertThat(steps(plan(volume, LinkSpace.KEEP), FoldLinks.class).get(0).growth())
                .isEqualTo(2L * GRAIN);
        assertThat(steps(plan(blind, LinkSpace.KEEP), FoldLinks.class).get(0).growth())
                .isEqualTo(4L * GRAIN);
        volume.leaveFree(8 * GRAIN);
        assertThat(steps(plan(blind, LinkSpace.KEEP), FoldLinks.class).get(0).growth())
                .isEqualTo(4L * GRAIN);
        volume.leaveFree(8 * GRAIN - 2);
        assertThat(steps(plan(blind, LinkSpace.KEEP), FoldLinks.class).get(0).growth())
                .isEqualTo(2L * GRAIN);
    }

    @Test
    void whereNextToAllIsSharedTheLinksKeepTheirSpace() throws IOException {
        volume.sharing();
        chain(DiskFormat.MONOLITHIC_SPARSE);

        Plan plan = plan(volume, LinkSpace.GIVE_BACK);

        assertThat(steps(plan, FoldLinks.class).get(0).space()).isEqualTo(LinkSpace.KEEP);
        assertThat(plan.notes()).anyMatch(note -> note.contains("comes to share blocks with its links"));
    }

    @Test
    void aPullPutsTheDiskOnItsGrandparentAndRemovesTheParent() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        byte[] content = content(top);
        ParentPull pull = new ParentPull(OpenOptions.writable().withVolume(volume), List.of(), Progress.NONE);
        Plan plan = pull.plan(top);
        assertThat(steps(plan, DeleteFile.class)).extracting(DeleteFile::path).containsExactly(middle);
        assertThat(plan.steps()).hasSize(2);
        assertThat(plan.notes()).isNotEmpty();

        pull.run(top);
        assertThat(volume.files()).containsExactly(top, base);
        assertThat(DiskChain.of(top, OpenOptions.readOnly().withVolume(volume)).links())
                .hasSize(2);
        assertThat(content(top)).isEqualTo(content);

        pull.run(top);
        assertThat(volume.files()).containsExactly(top);
        assertThat(content(top)).isEqualTo(content);
        assertThat(pull.plan(top).steps()).isEmpty();
        assertThat(pull.plan(top).notes()).containsExactly("the disk has no parent: nothing to do");
        pull.run(top);
    }

    private byte[] content(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    @Test
    void aParentThatOthersNeedOrThatMayBeNeededIsNotPulled() throws IOException {
        chain(DiskFormat.MONOLITHIC_SPARSE);
        ParentPull pull = new ParentPull(OpenOptions.writable().withVolume(volume), List.of(), Progress.NONE);
        Path other = path("clone.vmdk");
        make(other, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(middle));
        refused(() -> pull.run(top), UnsafeStateException.class, "unsafe.has-children");
        volume.withhold(other);
        assertThatThrownBy(() -> pull.plan(top)).isInstanceOf(UnsafeStateException.class);
        volume.delete(other);
        volume.delete(base);
        assertThatThrownBy(() -> pull.plan(top)).isInstanceOf(BrokenChainException.class);
    }
}
