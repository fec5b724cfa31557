package io.vmdisk.plan.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveFileTest {
    private static final Path FROM = MemoryVolume.folder().resolve("from");
    private static final Path TO = MemoryVolume.folder().resolve("to");

    private record Work(Volume volume) implements StepWork {
        @Override
        public Progress progress() {
            return Progress.NONE;
        }

        @Override
        public long reached() {
            return 0;
        }

        @Override
        public void reached(long position) {}
    }

    private static CrashReplay moved(Path from, Path to) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        volume.createFolder(FROM);
        volume.createFolder(TO);
        volume.put(from, new byte[] {1, 2, 3});
        return CrashReplay.record(volume, recording -> new MoveFile(from, to).run(new Work(recording)));
    }

    /** Both folders are forced: a crash right after the step finds the file under its new name, and only there. */
    private static void assertDurable(Path from, Path to) throws IOException {
        CrashReplay replay = moved(from, to);
        int end = replay.log().size();

        assertThat(replay.crashes(3, 1, call -> call == end)).isNotEmpty().allSatisfy(crash -> {
            assertThat(crash.volume().files()).as(crash.toString()).containsExactly(to);
            assertThat(crash.volume().bytes(to)).containsExactly(1, 2, 3);
        });
    }

    @Test
    void aMoveBetweenFoldersIsDurableInBoth() throws IOException {
        assertDurable(FROM.resolve("a.vmdk"), TO.resolve("a.vmdk"));
    }

    @Test
    void aMoveWithinAFolderIsDurable() throws IOException {
        assertDurable(FROM.resolve("a.vmdk"), FROM.resolve("b.vmdk"));
    }

    @Test
    void aMoveThatWasMadeCanBeMadeAgain() throws IOException {
        Path from = FROM.resolve("a.vmdk");
        Path to = TO.resolve("b.vmdk");
        MemoryVolume volume = moved(from, to).after().copy();

        new MoveFile(from, to).run(new Work(volume));

        assertThat(volume.files()).isEqualTo(List.of(to));
    }
}
