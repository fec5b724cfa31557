package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random sequences of operations against a model of what every state must read as. */
class SnapshotOracleTest {
    private static final int STEPS = 18;

    @ParameterizedTest
    @CsvSource({
        "1, MONOLITHIC_SPARSE, 1, ",
        "2, MONOLITHIC_SPARSE, 3, ",
        "3, TWO_GB_SPARSE, 2, ",
        "4, MONOLITHIC_FLAT, 1, ",
        "6, VMFS_THIN, 1, VMFS_SPARSE",
        "7, VMFS, 2, VMFS_SPARSE",
        "8, VMFS_THIN, 3, ",
        "9, VMFS_THIN, 1, SE_SPARSE",
        "11, SE_SPARSE, 2, ",
        "12, VMFS_EAGER, 1, SE_SPARSE",
        "14, VMFS_THIN, 2, "
    })
    void everyStateReadsAsTheModelSays(long seed, DiskFormat base, int disks, DiskFormat delta) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        DiskFormat[] formats = new DiskFormat[disks];
        Arrays.fill(formats, base);
        ModelVm model =
                new ModelVm(Vm.create(volume, MemoryVolume.folder(), formats), disks, Optional.ofNullable(delta), seed);
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            history.append(model.step()).append("; ");
            model.verify(history.toString());
        }
        assertThat(volume.openFiles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "21, MONOLITHIC_SPARSE, ",
        "22, VMFS_THIN, VMFS_SPARSE",
        "23, VMFS_THIN, SE_SPARSE",
        "24, TWO_GB_SPARSE, "
    })
    void qemuReadsTheSame(long seed, DiskFormat base, DiskFormat delta, @TempDir Path folder) throws IOException {
        Qemu.assumePresent();
        ModelVm model = new ModelVm(Vm.create(Volume.system(), folder, base), 1, Optional.ofNullable(delta), seed);
        for (int i = 0; i < 12; i++) {
            String step = model.step();
            String active = model.vm.active().get(0);
            Path raw = folder.resolve("now.raw");
            Qemu.toRaw("vmdk", folder.resolve(active), raw);
            assertThat(Files.readAllBytes(raw))
                    .as(step)
                    .isEqualTo(model.now.disks().get(0));
            Files.delete(raw);
        }
        model.verify("at the end");
    }
}
