package io.vmdisk;

import io.vmdisk.descriptor.DescriptorFuzz;
import io.vmdisk.disk.DiskFuzz;
import io.vmdisk.guest.scan.GuestFuzz;
import io.vmdisk.hash.ManifestFuzz;
import io.vmdisk.nbd.NegotiationFuzz;
import io.vmdisk.plan.JournalFuzz;
import io.vmdisk.testkit.FuzzSlice;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.transfer.StreamFuzz;
import io.vmdisk.vmx.lint.VmxFuzz;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes come from strangers, the answer is an answer or an error of ours, with bounded memory. */
class FuzzSliceTest {
    static java.util.stream.Stream<Arguments> targets() throws IOException {
        return java.util.stream.Stream.of(
                Arguments.of(new DescriptorFuzz(), 1500),
                Arguments.of(new VmxFuzz(), 80),
                Arguments.of(new DiskFuzz(), 40),
                Arguments.of(new StreamFuzz(), 60),
                Arguments.of(new GuestFuzz(), 400),
                Arguments.of(new JournalFuzz(), 600),
                Arguments.of(new NegotiationFuzz(), 2000),
                Arguments.of(new ManifestFuzz(), 1000));
    }

    @ParameterizedTest
    @MethodSource("targets")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void answersWhateverComes(FuzzTarget target, int inputs) throws IOException {
        new FuzzSlice(target).run(inputs, 20);
    }
}
