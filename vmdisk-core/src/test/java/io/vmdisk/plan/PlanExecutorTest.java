package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.LimitExceededException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.MakeFolder;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanExecutorTest {
    private final MemoryVolume volume = new MemoryVolume();
    private final Path folder = MemoryVolume.folder();
    private final Path made = folder.resolve("new");
    private final Path below = made.resolve("below");
    private final Path text = below.resolve("text");

    private static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private Plan folders() {
        return new Plan(
                "make folders",
                folder,
                List.of(new MakeFolder(made), new MakeFolder(below), new StageText(text, content("hello"))),
                List.of(new Publish(text)),
                List.of());
    }

    @Test
    void makesFoldersForWhatComesAfterThem() throws IOException {
        new PlanExecutor(volume, Progress.NONE).execute(folders());

        assertThat(volume.bytes(text)).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(folders()))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("exists");
    }

    @Test
    void aCrashLeavesAllFoldersOrNone() throws IOException {
        CrashReplay replay =
                CrashReplay.record(volume, recording -> new PlanExecutor(recording, Progress.NONE).execute(folders()));

        replay.crashes(4, 11).forEach(crash -> {
            try {
                MemoryVolume left = crash.volume();
                RecoveryOutcome outcome = new Recovery(left, Progress.NONE).recover(folder);
                assertThat(left.exists(text)).as(crash + " " + outcome).isEqualTo(left.exists(made));
                assertThat(outcome).isNotEqualTo(left.exists(text) ? RecoveryOutcome.UNDONE : RecoveryOutcome.FINISHED);
            } catch (IOException e) {
                throw new AssertionError(crash.toString(), e);
            }
        });
    }

    @Test
    void whatSomebodyPutIntoANewFolderStays() throws IOException {
        CrashReplay replay =
                CrashReplay.record(volume, recording -> new PlanExecutor(recording, Progress.NONE).execute(folders()));
        MemoryVolume left = replay.crashes(0, 1)
                .map(io.vmdisk.testkit.Crash::volume)
                .filter(after -> after.exists(below) && !after.exists(text))
                .findFirst()
                .orElseThrow();
        left.put(made.resolve("mine"), new byte[1]);

        new Recovery(left, Progress.NONE).recover(folder);

        assertThat(left.exists(made.resolve("mine"))).isTrue();
        assertThat(left.exists(below)).isFalse();
    }

    @Test
    void sumsTheRoomOfFoldersInOneStore() throws IOException {
        volume.put(folder.resolve("source"), new byte[100_000]);
        List<Preparation> copies = List.of(
                new MakeFolder(made),
                new CopyFile(folder.resolve("source"), made.resolve("copy"), 100_000),
                new CopyFile(folder.resolve("source"), folder.resolve("copy"), 100_000));
        Plan plan = new Plan("copy twice", folder, copies, List.of(), List.of());

        assertThat(StoreRoom.of(plan, volume)).singleElement().satisfies(room -> {
            assertThat(room.needed()).isBetween(200_000L, 250_000L);
            assertThat(room.folder()).isEqualTo(folder);
        });
        volume.leaveFree(180_000);
        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(plan))
                .isInstanceOf(OutOfSpaceException.class);
        assertThat(volume.exists(made)).isFalse();
    }

    @Test
    void refusesAPlanThatRecoveryCouldNotRead() {
        Plan plan = new Plan(
                "write much",
                folder,
                List.of(new StageText(folder.resolve("text"), Content.of(new byte[(40 << 20) + 1]))),
                List.of(),
                List.of());

        assertThatThrownBy(() -> new PlanExecutor(volume, Progress.NONE).execute(plan))
                .isInstanceOf(LimitExceededException.class);
        assertThat(volume.exists(folder.resolve(".vmdisk-journal"))).isFalse();
    }
}
