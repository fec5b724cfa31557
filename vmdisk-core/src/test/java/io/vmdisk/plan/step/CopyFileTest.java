package io.vmdisk.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.Recovery;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Crash;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A file that is copied by a plan: where files can share blocks it stands on those of the other. */
class CopyFileTest {
    private static final Path SOURCE = MemoryVolume.folder().resolve("template.nvram");
    private static final Path TARGET = MemoryVolume.folder().resolve("copy.nvram");
    private static final int BYTES = (96 << 10) + 700;

    private final MemoryVolume volume = new MemoryVolume();
    private final byte[] content = Patterns.random(4, BYTES);

    private static void copy(Volume files) throws IOException {
        CopyFile step = new CopyFile(SOURCE, TARGET, BYTES);
        Plan plan = new Plan("copy", MemoryVolume.folder(), List.of(step), List.of(), List.of());
        new PlanExecutor(files, Progress.NONE).execute(plan);
    }

    @Test
    void isSharedWholeWithItsLastPartOfABlock() throws IOException {
        volume.sharing().put(SOURCE, content);
        copy(volume);

        assertThat(volume.bytes(TARGET)).isEqualTo(content);
        assertThat(volume.sharedBytes()).isEqualTo(BYTES);
    }

    @Test
    void needsNoRoomWhereItIsShared() throws IOException {
        volume.put(SOURCE, content);
        assertThat(CopyFile.of(SOURCE, TARGET, volume).room()).isEqualTo(BYTES);

        volume.sharing().leaveFree(0);
        CopyFile step = CopyFile.of(SOURCE, TARGET, volume);
        assertThat(step).isEqualTo(new CopyFile(SOURCE, TARGET, BYTES, 0));

        volume.withhold(SOURCE);
        assertThat(CopyFile.of(SOURCE, TARGET, volume).room())
                .as("what can't be read is no reason to refuse a plan")
                .isEqualTo(BYTES);
    }

    @Test
    void isThereWholeOrNotAtAllAfterACrashWhereverItsBytesCameFrom() throws IOException {
        for (MemoryVolume files : List.of(new MemoryVolume(), new MemoryVolume().sharing())) {
            files.put(SOURCE, content);
            CrashReplay replay = CrashReplay.record(files, CopyFileTest::copy);
            for (Crash crash : (Iterable<Crash>) replay.states(1, 3)::iterator) {
                MemoryVolume left = crash.volume();
                new Recovery(left, Progress.NONE).recover(MemoryVolume.folder());
                assertThat(left.bytes(SOURCE)).as(crash.toString()).isEqualTo(content);
                if (left.exists(TARGET)) {
                    assertThat(left.bytes(TARGET)).as(crash.toString()).isEqualTo(content);
                }
            }
            assertThat(replay.after().bytes(TARGET)).isEqualTo(content);
        }
    }
}
