package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.Call;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merging where hardly anything is free. */
class FullVolumeTest {
    private static final int CAPACITY = 4 << 20;

    /** What a plan's journal and an edit of a descriptor take. */
    private static final long PAPERWORK = 24 << 10;

    private final MemoryVolume volume = new MemoryVolume();

    private LongChain chain(DiskFormat base, DiskFormat link) throws IOException {
        return LongChain.make(volume, base, link, 10, CAPACITY, 200_000);
    }

    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, VMFS_SPARSE, 4096",
        "VMFS_THIN, SE_SPARSE, 4096",
        "SE_SPARSE, SE_SPARSE, 4096",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, 65536",
        "TWO_GB_SPARSE, TWO_GB_SPARSE, 65536"
    })
    void refusesTheOrdinaryWayAndSucceedsWithOneFreeUnit(DiskFormat base, DiskFormat link, long unit)
            throws IOException {
        LongChain chain = chain(base, link);
        volume.leaveFree(unit + PAPERWORK);
        RecordingVolume recording = new RecordingVolume(volume);
        Plan ordinary = chain.plan(recording, LinkSpace.KEEP);

        assertThatThrownBy(() -> new PlanExecutor(recording, Progress.NONE).execute(ordinary))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageContaining((unit + PAPERWORK) + " are free")
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("the choice of low space");
        assertThat(recording.log())
                .noneMatch(call -> call instanceof Call.Change)
                .noneMatch(call ->
                        call instanceof Call.Create create && !create.path().endsWith(FolderLock.NAME));
        chain.verify(volume, chain.top(), "after the refusal");
        assertThatThrownBy(() -> new PlanExecutor(recording, Progress.NONE).rehearse(ordinary))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageContaining((unit + PAPERWORK) + " are free");

        new PlanExecutor(volume, Progress.NONE).execute(chain.plan(volume, LinkSpace.GIVE_BACK));
        chain.verifyMerged(volume, "with low space");
    }

    @Test
    void refusesLowSpaceTooWhereNotEvenOneUnitIsFree() throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        volume.leaveFree(4096);
        Plan plan = chain.plan(volume, LinkSpace.GIVE_BACK);

        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(plan))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageContaining("4096 are free")
                .hasMessageNotContaining("the choice of low space");
        chain.verify(volume, chain.top(), "after the refusal");
    }

    /** What a thin base lacks is counted even where holes can't be asked for: the work ends as its rehearsal does. */
    @Test
    void aThinBaseWhoseHolesCannotBeSeenCountsAsOneThatHasThem() throws IOException {
        LongChain chain = chain(DiskFormat.VMFS_THIN, DiskFormat.VMFS_SPARSE);
        volume.leaveFree(64 << 20);
        long exact = growth(chain.plan(volume, LinkSpace.KEEP));
        FaultVolume blind = FaultVolume.withoutHoles(volume);
        assertThat(growth(chain.plan(blind, LinkSpace.KEEP))).isGreaterThanOrEqualTo(exact);

        volume.leaveFree(exact + PAPERWORK);
        Plan fits = chain.plan(blind, LinkSpace.KEEP);
        assertThat(growth(fits)).isEqualTo(exact);
        volume.leaveFree(exact / 2);
        Plan tooMuch = chain.plan(blind, LinkSpace.KEEP);
        assertThatThrownBy(() -> new PlanExecutor(blind, Progress.NONE).rehearse(tooMuch))
                .isInstanceOf(OutOfSpaceException.class);
        assertThatThrownBy(() -> new PlanExecutor(blind, Progress.NONE).execute(tooMuch))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageContaining("nothing was changed");
        chain.verify(volume, chain.top(), "after the refusal");

        volume.leaveFree(exact + PAPERWORK);
        new PlanExecutor(blind, Progress.NONE).execute(fits);
        chain.verifyMerged(volume, "with just enough");
    }

    private static long growth(Plan plan) {
        return plan.steps().stream()
                .filter(FoldLinks.class::isInstance)
                .mapToLong(step -> ((FoldLinks) step).growth())
                .sum();
    }

    /** Somebody else fills the volume when the first bytes have moved. */
    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, VMFS_SPARSE, KEEP",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEEP",
        "SE_SPARSE, SE_SPARSE, KEEP",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, GIVE_BACK"
    })
    void aVolumeThatFillsUpMidwayLosesNothing(DiskFormat base, DiskFormat link, LinkSpace space) throws IOException {
        LongChain chain = chain(base, link);
        volume.leaveFree(5 << 20);
        Plan plan = chain.plan(volume, space);
        Progress neighbour = new Progress() {
            @Override
            public void advance(long bytes) {
                volume.leaveFree(0);
            }
        };

        Throwable failure = catchThrowable(() -> new PlanExecutor(volume, neighbour).execute(plan));
        assertThat(failure)
                .isInstanceOf(UnfinishedPlanException.class)
                .hasMessageContaining("could not fold")
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("a recovery");
        assertThat(volume.openFiles()).isEmpty();
        if (space == LinkSpace.KEEP) {
            assertThatThrownBy(() -> new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
        }

        volume.leaveFree(5 << 20);
        assertThat(new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder()))
                .isEqualTo(RecoveryOutcome.FINISHED);
        chain.verifyMerged(volume, "after recovery");
    }

    @Test
    void aVolumeThatFillsUpBeforeTheCommitPointIsLeftAsItWas() throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        Plan plan = chain.plan(volume, LinkSpace.KEEP);
        FaultVolume full = FaultVolume.fullAfter(volume, 700);

        assertThatThrownBy(() -> new PlanExecutor(full, Progress.NONE)
                        .execute(new Plan(
                                plan.operation(), plan.folder(), plan.preparations(), noNeed(plan), plan.notes())))
                .isInstanceOf(IOException.class);
        assertThat(volume.files()).noneMatch(file -> file.toString().contains("vmdisk-"));
        chain.verify(volume, chain.top(), "after the failure");
    }

    /** The same steps, as if they needed no room: others may take it after it was looked at. */
    private static java.util.List<Step> noNeed(Plan plan) {
        return plan.steps().stream()
                .map(step -> step instanceof FoldLinks fold
                        ? new FoldLinks(fold.links(), fold.into(), fold.space(), fold.bytes(), 0)
                        : step)
                .toList();
    }

    @Test
    void saysThatNothingCanBeGivenBackAndKeepsTheLinksIfThereIsRoom() throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        FaultVolume java17 = FaultVolume.withoutPunch(volume);

        Plan plan = chain.plan(java17, LinkSpace.GIVE_BACK);
        assertThat(plan.notes()).anyMatch(note -> note.contains("nothing can be given back"));
        new PlanExecutor(java17, Progress.NONE).execute(plan);
        chain.verifyMerged(volume, "without punching");
    }

    @Test
    void refusesWhereNothingCanBeGivenBackAndTheRoomIsNotThere() throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        volume.leaveFree(100_000);

        assertThatThrownBy(() -> chain.plan(FaultVolume.withoutPunch(volume), LinkSpace.GIVE_BACK))
                .isInstanceOf(OutOfSpaceException.class)
                .hasMessageContaining("nothing can be given back")
                .hasMessageContaining("are free")
                .hasMessageContaining("a new disk as target");
        chain.verify(volume, chain.top(), "after the refusal");
    }

    /** Two grains in one place: when one is merged and given back, the other would be gone. */
    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE", "VMFS_SPARSE", "SE_SPARSE"})
    void refusesToGiveBackFromALinkWhoseTablesAreNotSound(DiskFormat link) throws IOException {
        LongChain chain = chain(DiskFormat.VMFS_THIN, link);
        Path damaged = TableDamage.oneGrainTwice(volume, chain.top());

        assertThatThrownBy(() -> chain.plan(volume, LinkSpace.GIVE_BACK))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining(String.valueOf(damaged.getFileName()))
                .hasMessageContaining("a check")
                .hasMessageContaining("a new disk as target");
        assertThat(chain.plan(volume, LinkSpace.KEEP).isEmpty()).isFalse();
    }

    @Test
    void refusesToGiveBackFromALinkThatIsCut() throws IOException {
        LongChain chain = chain(DiskFormat.VMFS_THIN, DiskFormat.MONOLITHIC_SPARSE);
        try (BlockFile file = volume.open(chain.top(), OpenMode.WRITE)) {
            file.setSize(file.size() - 70_000);
        }

        assertThatThrownBy(() -> chain.plan(volume, LinkSpace.GIVE_BACK)).isInstanceOf(UnsafeStateException.class);
    }

    /** It would stop half way, and could neither be finished nor undone. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void refusesToMergeALinkThatIsCutOrIntoADiskThatIs(boolean base) throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        Path cut = base ? chain.base() : chain.top();
        try (BlockFile file = volume.open(cut, OpenMode.WRITE)) {
            file.setSize(file.size() - 70_000);
        }

        assertThatThrownBy(() -> chain.plan(volume, LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining(String.valueOf(cut.getFileName()))
                .hasMessageContaining("a salvage");
    }

    /** Two links that share an extent, as after a careless copy of a descriptor. */
    @Test
    void refusesToGiveBackFromAFileThatIsInTheChainTwice() throws IOException {
        LongChain chain = chain(DiskFormat.VMFS_THIN, DiskFormat.VMFS_SPARSE);
        Path descriptor = chain.top();
        String text = new String(volume.bytes(descriptor), java.nio.charset.StandardCharsets.UTF_8);
        String shared = text.replace("web-000010-delta.vmdk", "web-000009-delta.vmdk");
        assertThat(shared).isNotEqualTo(text);
        volume.put(descriptor, shared.getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThatThrownBy(() -> chain.plan(volume, LinkSpace.GIVE_BACK))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("twice in this chain");
    }

    /** Nobody may read zeros where the merged data was: neither we nor others that look at content IDs. */
    @Test
    void aChainThatGivesSpaceBackCanNotBeReadUntilItIsRecovered() throws IOException {
        LongChain chain = chain(DiskFormat.MONOLITHIC_SPARSE, DiskFormat.MONOLITHIC_SPARSE);
        Plan plan = chain.plan(volume, LinkSpace.GIVE_BACK);
        int[] calls = {0};
        Progress stops = new Progress() {
            @Override
            public void begin(String task, long bytes) {
                if (task.startsWith("folding")) {
                    calls[0]++;
                }
            }

            @Override
            public boolean cancelled() {
                return calls[0] > 0;
            }
        };
        assertThatThrownBy(() -> new PlanExecutor(volume, stops).execute(plan))
                .isInstanceOf(io.vmdisk.OperationCancelledException.class);

        assertThatThrownBy(() -> chain.verify(volume, chain.top(), "interrupted"))
                .isInstanceOf(io.vmdisk.BrokenChainException.class);
        new Recovery(volume, Progress.NONE).recover(MemoryVolume.folder());
        chain.verifyMerged(volume, "after recovery");
    }

    /** What hides under newer copies goes too, or ten links full of the same place would never fit. */
    @Test
    void givesBackOlderCopiesBelowTheMergedOnes() throws IOException {
        LongChain chain = chain(DiskFormat.VMFS_THIN, DiskFormat.MONOLITHIC_SPARSE);
        RecordingVolume recording = new RecordingVolume(volume);
        new PlanExecutor(recording, Progress.NONE).execute(chain.plan(recording, LinkSpace.GIVE_BACK));

        assertThat(recording.log().stream()
                        .filter(call -> call instanceof Call.Punch punch && punch.length() > 4096)
                        .map(call -> ((Call.Punch) call).path().getFileName().toString())
                        .filter(name -> name.startsWith("web-0"))
                        .distinct())
                .hasSize(10);
    }
}
