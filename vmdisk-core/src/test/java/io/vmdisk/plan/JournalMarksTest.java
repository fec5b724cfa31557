package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.plan.JournalMarks.Damaged;
import io.vmdisk.plan.JournalMarks.Mark;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two sectors, written in turn: the newest one that is whole says how far an operation came. */
class JournalMarksTest {
    private static final int TEXT = 1024;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path journal = MemoryVolume.folder().resolve(".vmdisk-journal");

    JournalMarksTest() {
        volume.put(journal, new byte[TEXT + JournalMarks.BYTES]);
    }

    private void write(Mark... marks) throws IOException {
        try (BlockFile file = volume.open(journal, OpenMode.WRITE)) {
            for (Mark mark : marks) {
                JournalMarks.write(file, mark);
            }
        }
    }

    private Mark read(Damaged damaged) throws IOException {
        return JournalMarks.read(volume.bytes(journal), journal, damaged);
    }

    @Test
    void withoutAMarkNothingIsCommitted() throws IOException {
        assertThat(read(Damaged.REFUSED)).isEqualTo(Mark.START);
    }

    @Test
    void theNewestMarkCountsAndTheOneBeforeStaysBesideIt() throws IOException {
        Mark commit = Mark.START.commit();
        write(commit, commit.done(1), commit.done(1).folded(4096));

        assertThat(read(Damaged.REFUSED)).isEqualTo(new Mark(3, true, 1, 4096));
        assertThat(text()).contains("mark 2 committed 1 0", "mark 3 committed 1 4096");
    }

    @Test
    void aMarkWithAWrongChecksumIsRefused() throws IOException {
        Mark commit = Mark.START.commit();
        write(commit, commit.done(1));
        byte[] bytes = volume.bytes(journal);
        int steps = text().indexOf("mark 2 committed 1") + "mark 2 committed ".length();
        bytes[steps] = '3';
        volume.put(journal, bytes);

        assertThatThrownBy(() -> read(Damaged.REFUSED))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("damaged");
        assertThat(read(Damaged.PASSED_OVER)).isEqualTo(commit);
    }

    @Test
    void everyFlippedBitOfAMarkIsNoticed() throws IOException {
        write(Mark.START.commit());
        byte[] whole = volume.bytes(journal);
        int from = TEXT + JournalMarks.SECTOR;
        int length = new String(whole, from, JournalMarks.SECTOR, StandardCharsets.US_ASCII).indexOf('\n');

        for (int bit = 0; bit < length * Byte.SIZE; bit++) {
            byte[] damaged = whole.clone();
            damaged[from + bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(JournalMarks.read(damaged, journal, Damaged.PASSED_OVER))
                    .as("bit " + bit)
                    .isEqualTo(Mark.START);
        }
    }

    @Test
    void halfAMarkIsNone() throws IOException {
        Mark commit = Mark.START.commit();
        write(commit, commit.done(1));
        byte[] bytes = volume.bytes(journal);
        Arrays.fill(bytes, TEXT + 10, TEXT + JournalMarks.SECTOR, (byte) 0);
        volume.put(journal, bytes);

        assertThat(read(Damaged.PASSED_OVER)).isEqualTo(commit);
    }

    private String text() throws IOException {
        return new String(volume.bytes(journal), StandardCharsets.US_ASCII);
    }

    static Stream<Mark> impossible() {
        return Stream.of(
                new Mark(0, true, 0, 0), new Mark(1, false, 0, 0), new Mark(1, true, -1, 0), new Mark(1, true, 0, -1));
    }

    /** No vmdisk writes such a one, so whoever did knows the checksum. */
    @ParameterizedTest
    @MethodSource("impossible")
    void aMarkThatCannotBeIsRefusedThoughItsChecksumIsRight(Mark mark) throws IOException {
        write(mark);

        assertThatThrownBy(() -> read(Damaged.REFUSED)).isInstanceOf(MalformedFileException.class);
        assertThat(read(Damaged.PASSED_OVER)).isEqualTo(Mark.START);
    }

    @Test
    void aMarkIsForcedBeforeAnythingElseHappens() throws IOException {
        RecordingVolume recording = new RecordingVolume(volume);
        try (BlockFile file = recording.open(journal, OpenMode.WRITE)) {
            JournalMarks.write(file, Mark.START.commit());
        }

        assertThat(recording.log())
                .extracting(call -> call.toString().split(" ")[0])
                .containsExactly("open", "write", "force", "close");
    }
}
