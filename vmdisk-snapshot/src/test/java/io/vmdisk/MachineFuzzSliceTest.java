package io.vmdisk;

import io.vmdisk.rescue.MachineFuzz;
import io.vmdisk.snapshot.vmsd.SnapshotListFuzz;
import io.vmdisk.snapshot.vmsn.CheckpointFuzz;
import io.vmdisk.testkit.FuzzSlice;
import io.vmdisk.testkit.FuzzTarget;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the files of a machine hold, the answer is an answer or an error of ours, with bounded memory. */
class MachineFuzzSliceTest {
    static Stream<Arguments> targets() throws IOException {
        return Stream.of(
                Arguments.of(new SnapshotListFuzz(), 1000),
                Arguments.of(new CheckpointFuzz(), 1000),
                Arguments.of(new MachineFuzz(), 40));
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void answersWhateverComes(FuzzTarget target, int inputs) throws IOException {
        new FuzzSlice(target).run(inputs, 20);
    }
}
