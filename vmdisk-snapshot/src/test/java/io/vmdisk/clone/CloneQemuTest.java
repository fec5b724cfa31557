package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** QEMU reads every chain of clones and of renamed machines as their source reads. */
class CloneQemuTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({
        "MONOLITHIC_SPARSE, MONOLITHIC_SPARSE, VMFS_THIN",
        "MONOLITHIC_FLAT, MONOLITHIC_SPARSE, TWO_GB_SPARSE",
        "TWO_GB_SPARSE, TWO_GB_SPARSE, MONOLITHIC_FLAT",
        "VMFS_THIN, VMFS_SPARSE, MONOLITHIC_SPARSE",
        "VMFS, SE_SPARSE, VMFS_EAGER",
    })
    void readsThemAll(DiskFormat base, DiskFormat link, DiskFormat copy) throws IOException {
        Qemu.assumePresent();
        Vm vm = Vm.create(Volume.system(), Files.createDirectory(home.resolve("web01")), base);
        vm.write("web01.vmdk", 70_000, new byte[] {1, 2, 3});
        vm.run(vm.planner().create(SnapshotRequest.of("clean", Vm.NOW).withDelta(link)));
        vm.write("web01-000001.vmdk", 140_000, new byte[] {4, 5, 6});
        Cloning cloning = new Cloning(vm);

        cloning.run(CloneRequest.full(List.of(cloning.named("full"))).withFormat(copy));
        cloning.run(CloneRequest.linked(1, List.of(cloning.named("linked"))).withFormat(link));
        Vm linked = cloning.clone("linked");
        linked.write("web01-cl1.vmdk", 200_000, new byte[] {7, 8, 9});
        linked.run(linked.planner().create(SnapshotRequest.of("own", Vm.NOW).withDelta(link)));
        linked.write("web01-cl1-000001.vmdk", 250_000, new byte[] {10});
        rename(cloning.clone("full"), "copied");
        rename(linked, "other");

        assertReads(vm);
        assertReads(cloning.clone("full"));
        assertReads(linked);
        byte[] expected = vm.read("web01.vmdk");
        System.arraycopy(new byte[] {7, 8, 9}, 0, expected, 200_000, 3);
        expected[250_000] = 10;
        assertThat(linked.read(linked.active().get(0))).isEqualTo(expected);
    }

    private static void rename(Vm machine, String name) throws IOException {
        RenamePlanner planner = new RenamePlanner(machine.open(), Vm.NOW, Set.of());
        var plan = planner.plan(name);
        new MachineWork(machine.volume(), Progress.NONE).execute(planner.concerned(), plan);
    }

    private void assertReads(Vm machine) throws IOException {
        for (String disk : machine.active()) {
            Path raw = home.resolve("now.raw");
            Qemu.toRaw("vmdk", machine.folder().resolve(disk), raw);
            assertThat(Files.readAllBytes(raw)).as(disk).isEqualTo(machine.read(disk));
            Files.delete(raw);
        }
    }
}
