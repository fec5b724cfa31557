package io.vmdisk.cli.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManyTargetsFindTest {
    private final Path store = MemoryVolume.folder();

    private MemoryVolume stores() throws IOException {
        MemoryVolume files = new MemoryVolume();
        for (String name : List.of("a", "b", "c")) {
            files.createFolder(store.resolve(name));
            files.put(store.resolve(name).resolve(name + ".vmx"), new byte[1]);
        }
        return files;
    }

    /** Whatever on the way can't be looked at has its own answer, and hides nothing else. */
    @Test
    void aFolderThatCannotBeListedHidesNoOther() throws IOException {
        assertThat(ManyTargets.find(store, stores())).hasSize(3).allMatch(found -> found.failure() == null);
        int failures = 0;
        for (int n = 2; ; n++) {
            FaultVolume failing = FaultVolume.failOnce(stores(), n);
            List<ManyTargets.Target> found = ManyTargets.find(store, failing);
            if (failing.failed().isEmpty()) {
                break;
            }
            assertThat(found)
                    .hasSize(3)
                    .filteredOn(one -> one.failure() != null)
                    .hasSize(1);
            failures++;
        }
        assertThat(failures).isGreaterThan(5);
    }
}
