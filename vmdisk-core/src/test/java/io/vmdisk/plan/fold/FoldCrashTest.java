package io.vmdisk.plan.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.plan.LongChain;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Recovery;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FailedCalls;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merging links, in each way there is, interrupted at every call that changes something, and with every call failing. */
@Tag("long")
class FoldCrashTest {
    private static final int CAPACITY = 256 << 10;
    private static final int WRITES = 20_000;
    private static final long SEED = 99;
    private static final int RECOVERIES_ONE_IN = 40;

    private final MemoryVolume volume = new MemoryVolume();

    private LongChain chain(DiskFormat base, DiskFormat link) throws IOException {
        return LongChain.make(volume, base, link, 4, CAPACITY, WRITES);
    }

    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, VMFS_SPARSE, KEEP",
        "VMFS_THIN, SE_SPARSE, KEEP",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEEP",
        "TWO_GB_SPARSE, TWO_GB_SPARSE, KEEP",
        "SE_SPARSE, SE_SPARSE, KEEP",
        "VMFS_THIN, VMFS_SPARSE, GIVE_BACK",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, GIVE_BACK",
        "SE_SPARSE, SE_SPARSE, GIVE_BACK"
    })
    void losesNothingInPlace(DiskFormat base, DiskFormat link, LinkSpace space) throws IOException {
        LongChain chain = chain(base, link);
        // So little that a merge which gives space back goes in several stretches.
        MemoryVolume small = volume.copy().leaveFree(space == LinkSpace.KEEP ? 4 << 20 : 150_000);
        survivesEveryCrash(chain, small, space);
    }

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEEP",
        "VMFS_THIN, MONOLITHIC_SPARSE, GIVE_BACK",
        "SE_SPARSE, SE_SPARSE, KEEP"
    })
    void losesNothingWhereBlocksAreSharedAndNotMoved(DiskFormat base, DiskFormat link, LinkSpace space)
            throws IOException {
        LongChain chain = LongChain.make(volume, base, link, 7, CAPACITY, 4 * WRITES);
        MemoryVolume sharing = volume.copy().sharing();
        // So little that a merge which gives space back does so, since part of it is copied.
        survivesEveryCrash(
                chain, space == LinkSpace.KEEP ? sharing.copy() : sharing.copy().leaveFree(150_000), space);

        new PlanExecutor(sharing, Progress.NONE).execute(chain.plan(sharing, space));
        assertThat(sharing.sharedBytes()).isPositive();
    }

    private static void survivesEveryCrash(LongChain chain, MemoryVolume small, LinkSpace space) throws IOException {
        CrashReplay replay = CrashReplay.record(
                small, recording -> new PlanExecutor(recording, Progress.NONE).execute(chain.plan(recording, space)));
        chain.verifyMerged(replay.after(), "without a crash");

        int number = 0;
        for (Crash crash : (Iterable<Crash>) replay.states(1, SEED)::iterator) {
            MemoryVolume files = crash.volume();
            assertReadsRightOrNot(chain, files, crash.toString());
            assertRecovers(chain, files, crash.toString());
            if (number++ % RECOVERIES_ONE_IN == RECOVERIES_ONE_IN / 2) {
                interruptRecovery(chain, crash);
            }
        }
        assertThat(number).isGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource({
        "VMFS_THIN, VMFS_SPARSE, KEEP",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, KEEP",
        "SE_SPARSE, SE_SPARSE, KEEP",
        "VMFS_THIN, VMFS_SPARSE, GIVE_BACK",
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, GIVE_BACK",
        "SE_SPARSE, SE_SPARSE, GIVE_BACK"
    })
    void losesNothingWhereACallFails(DiskFormat base, DiskFormat link, LinkSpace space) throws IOException {
        LongChain chain = LongChain.make(volume, base, link, 2, CAPACITY / 2, WRITES / 4);
        int failures = FailedCalls.each(
                volume, files -> new PlanExecutor(files, Progress.NONE).execute(chain.plan(files, space)), left -> {
                    assertReadsRightOrNot(chain, left.files(), left.call());
                    assertRecovers(chain, left.files(), left.call());
                    if (left.end() == FailedCalls.End.DONE) {
                        chain.verifyMerged(left.files(), left.call());
                    }
                });
        assertThat(failures).isGreaterThan(100);
    }

    private static void interruptRecovery(LongChain chain, Crash first) throws IOException {
        CrashReplay recovery = CrashReplay.record(
                first.volume(), recording -> new Recovery(recording, Progress.NONE).recover(MemoryVolume.folder()));
        for (Crash second : (Iterable<Crash>) recovery.states(0, SEED)::iterator) {
            assertRecovers(chain, second.volume(), first + ", recovery at " + second);
        }
    }

    private static void assertRecovers(LongChain chain, MemoryVolume files, String when) throws IOException {
        RecoveryOutcome outcome = new Recovery(files, Progress.NONE).recover(MemoryVolume.folder());
        if (files.exists(chain.top())) {
            assertThat(outcome).as(when).isNotEqualTo(RecoveryOutcome.FINISHED);
            chain.verify(files, chain.top(), when);
        } else {
            chain.verifyMerged(files, when);
        }
        assertThat(files.openFiles()).as(when).isEmpty();
    }

    private static void assertReadsRightOrNot(LongChain chain, MemoryVolume files, String when) throws IOException {
        try {
            chain.verify(files, chain.top(), when);
        } catch (VmdiskException | NoSuchFileException e) {
            // Refused, as it should be.
        }
    }

    @ParameterizedTest
    @CsvSource({"VMFS_THIN, VMFS_SPARSE, VMFS_THIN", "MONOLITHIC_SPARSE, SE_SPARSE, MONOLITHIC_SPARSE"})
    void leavesNoHalfDiskWhereItMergesIntoANewOne(DiskFormat base, DiskFormat link, DiskFormat made)
            throws IOException {
        LongChain chain = chain(base, link);
        Path whole = MemoryVolume.folder().resolve("whole.vmdk");
        CrashReplay replay = CrashReplay.record(volume, recording -> {
            try (VirtualDisk from =
                    VirtualDisk.open(chain.top(), OpenOptions.readOnly().withVolume(recording))) {
                new DiskConverter(1, recording, Progress.NONE).convert(from, whole, CreateSpec.of(made, CAPACITY));
            }
        });

        for (Crash crash : (Iterable<Crash>) replay.states(1, SEED)::iterator) {
            MemoryVolume files = crash.volume();
            chain.verify(files, chain.top(), crash.toString());
            if (files.exists(whole)) {
                chain.verify(files, whole, crash.toString());
            }
        }
    }
}
