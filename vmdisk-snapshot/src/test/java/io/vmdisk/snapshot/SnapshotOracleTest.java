package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random sequences of operations against a model of what every state must read as. */
@Tag("long")
class SnapshotOracleTest {
    private static final int STEPS = 18;
    private static final int QEMU_STEPS = 9;

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
        "14, VMFS_THIN, 2, ",
        "15, VMFS, 4, SE_SPARSE",
        "16, MONOLITHIC_SPARSE, 4, ",
        "17, TWO_GB_FLAT, 3, ",
        "18, VMFS_EAGER, 4, VMFS_SPARSE"
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
            DocumentedState.verify(model.vm, model.snapshots, model.now.parent(), history.toString());
        }
        assertThat(volume.openFiles()).isEmpty();
    }

    /** Suspended, and renamed by hand: what the rules of products are about. */
    @ParameterizedTest
    @CsvSource({"31, VMFS_THIN, VMFS_SPARSE", "32, VMFS, SE_SPARSE", "33, MONOLITHIC_SPARSE, ", "34, TWO_GB_FLAT, "})
    void oddStatesChangeNothingOfThat(long seed, DiskFormat base, DiskFormat delta) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        ModelVm model =
                new ModelVm(Vm.create(volume, MemoryVolume.folder(), base, base), 2, Optional.ofNullable(delta), seed);
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            history.append(model.step()).append("; ");
            history.append(model.oddStep()).append("; ");
            model.verify(history.toString());
            DocumentedState.verify(model.vm, model.snapshots, model.now.parent(), history.toString());
        }
        assertThat(volume.openFiles()).isEmpty();
    }

    /** One disk lies on another datastore under its absolute name, and one takes no part in snapshots. */
    @ParameterizedTest
    @CsvSource({"41, VMFS_THIN, VMFS_SPARSE", "42, VMFS, SE_SPARSE", "43, MONOLITHIC_SPARSE, ", "44, VMFS_EAGER, "})
    void disksElsewhereAndIndependentOnesHoldWhatTheModelSays(long seed, DiskFormat base, DiskFormat delta)
            throws IOException {
        MemoryVolume volume = new MemoryVolume();
        Vm vm = Vm.create(volume, MemoryVolume.folder(), base, base);
        volume.createFolder(vm.store());
        Path elsewhere = vm.store().resolve("web01.vmdk");
        StagedDisk.createEmpty(elsewhere, CreateSpec.of(base, Vm.CAPACITY), volume, Progress.NONE);
        vm.put("web01.vmx", vm.text("web01.vmx").replace("scsi0:1.", "scsi0:2.") + """
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "%s"
                scsi0:2.mode = "independent-persistent"
                """.formatted(elsewhere));
        ModelVm model = new ModelVm(vm, 3, Optional.ofNullable(delta), seed);
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            history.append(model.stepOfSnapshots()).append("; ");
            history.append(i % 5 == 0 ? model.refuseWhileShared() + "; " : "");
            model.verify(history.toString());
            assertThat(model.vm.vmx().devices().disks().get(2).file().text()).isEqualTo("web01_1.vmdk");
        }
        assertThat(volume.list(vm.store()).stream()
                        .filter(file -> file.toString().contains("-0000")))
                .as("links lie with their disk: " + history)
                .hasSameSizeAs(vm.files().stream()
                        .filter(file -> file.contains("-0000"))
                        .toList());
        assertThat(volume.openFiles()).isEmpty();
    }

    /** After every step, on every chain: the present state of each disk and what each snapshot froze. */
    @ParameterizedTest
    @CsvSource({
        "21, MONOLITHIC_SPARSE, , 1",
        "22, VMFS_THIN, VMFS_SPARSE, 2",
        "23, VMFS_THIN, SE_SPARSE, 1",
        "24, TWO_GB_SPARSE, , 1",
        "25, VMFS, VMFS_SPARSE, 1",
        "26, MONOLITHIC_FLAT, , 1",
        "27, SE_SPARSE, SE_SPARSE, 1"
    })
    void qemuReadsTheSame(long seed, DiskFormat base, DiskFormat delta, int disks, @TempDir Path folder)
            throws IOException {
        Qemu.assumePresent();
        DiskFormat[] formats = new DiskFormat[disks];
        Arrays.fill(formats, base);
        ModelVm model =
                new ModelVm(Vm.create(Volume.system(), folder, formats), disks, Optional.ofNullable(delta), seed);
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < QEMU_STEPS; i++) {
            history.append(model.step()).append("; ");
            model.verifyWith(disk -> readByQemu(folder, disk), history.toString());
        }
        model.verify("at the end");
    }

    private static byte[] readByQemu(Path folder, String disk) throws IOException {
        Path raw = folder.resolve("read-by-qemu.raw");
        Qemu.toRaw("vmdk", folder.resolve(disk), raw);
        byte[] bytes = Files.readAllBytes(raw);
        Files.delete(raw);
        return bytes;
    }
}
