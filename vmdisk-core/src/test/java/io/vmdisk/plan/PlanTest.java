package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.LinkSpace;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.FoldLinks;
import io.vmdisk.plan.step.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
    private static final Path DISK = Path.of("/vm/web.vmdk");

    /** At 200 MiB a second and 20 ms for each step, rounded up. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 1, 1", "1, 0, 1", "0, 51, 2", "209715200, 0, 2", "21474836480, 100, 105"})
    void saysAboutHowLongItTakes(long bytes, int deletions, long seconds) {
        Stream<Step> folds =
                bytes == 0 ? Stream.of() : Stream.of(new FoldLinks(List.of(DISK), DISK, LinkSpace.KEEP, bytes, 0));
        Stream<Step> deletes = Stream.<Step>generate(() -> new DeleteFile(DISK)).limit(deletions);

        Plan plan = new Plan(
                "test",
                DISK.getParent(),
                List.of(),
                Stream.concat(folds, deletes).toList(),
                List.of());

        assertThat(plan.estimatedSeconds()).isEqualTo(seconds);
    }
}
