package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Path FILE = MemoryVolume.folder().resolve("a");

    @Test
    void aFailedCallCountsOnceHoweverManyFollow() throws IOException {
        long before = Tally.FAILED_CALLS.sum();
        FaultVolume volume = FaultVolume.failFrom(new MemoryVolume(), 1);
        for (int i = 0; i < 3; i++) {
            assertThat(volume.exists(FILE)).isFalse();
            try {
                volume.open(FILE, OpenMode.CREATE);
            } catch (InjectedFaultException e) {
                assertThat(volume.failed()).isPresent();
            }
        }
        // Other classes count at the same time.
        assertThat(Tally.FAILED_CALLS.sum()).isGreaterThan(before);
    }

    @Property(tries = 5)
    void whatPropertiesTryIsCounted(@ForAll int any) {
        assertThat(Tally.PROPERTY_INPUTS.sum()).as("at %s", any).isPositive();
    }
}
