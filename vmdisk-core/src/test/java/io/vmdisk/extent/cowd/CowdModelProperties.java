package io.vmdisk.extent.cowd;

import io.vmdisk.Finding;
import io.vmdisk.testkit.ExtentModel;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class CowdModelProperties {
    private static final int CAPACITY = 5243392;
    private static final int TABLE = 2097152;
    private static final byte[] PARENT = Patterns.random(1, CAPACITY - 70_000);
    private static final Path PATH = MemoryVolume.folder().resolve("d.vmdk");

    @Property(tries = 12, seed = "8", shrinking = ShrinkingMode.OFF)
    void readsAsAnArrayWouldWhateverIsDoneToIt(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] parent = random.nextInt(3) == 0 ? new byte[0] : PARENT;
        MemoryVolume volume = new MemoryVolume();
        ExtentModel model =
                ExtentModel.create(new CowdFormat(), volume, PATH, CAPACITY, parent, 0, TABLE, 2 * TABLE, CAPACITY);
        for (int round = 0; round < 3; round++) {
            for (int step = 0; step < 40; step++) {
                model.step(random);
            }
            model.requireEqual();
            model.close();
            model.requireSound(Finding.Severity.LEAK);
            model.reopen();
            model.requireEqual();
        }
        model.close();
    }
}
