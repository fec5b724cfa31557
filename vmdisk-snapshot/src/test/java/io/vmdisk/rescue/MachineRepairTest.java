package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.plan.Repair;
import io.vmdisk.repair.ChainRepair;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MachineRepairTest {
    private Patient vm;
    private final Map<String, byte[]> contents = new HashMap<>();

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.VMFS, DiskFormat.TWO_GB_SPARSE);
        vm.snapshot("one");
        vm.snapshot("two");
        for (String disk : List.of("web01.vmdk", "web01-000001.vmdk", "web01-000002.vmdk", "web01_1-000002.vmdk")) {
            contents.put(disk, vm.read(disk));
        }
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private interface Wanted {
        Repair of(MachineRepair planner) throws IOException;
    }

    private Repair plan(Wanted wanted) throws IOException {
        VirtualMachine machine = vm.open();
        return wanted.of(new MachineRepair(machine, new Readiness(machine, Patient.NOW, Set.of())));
    }

    private Repair run(Wanted wanted) throws IOException {
        Repair repair = plan(wanted);
        new MachineWork(vm.volume, Progress.NONE).execute(vm.open(), repair);
        return repair;
    }

    private void assertAllIsBack() throws IOException {
        assertThat(vm.findings()).isEmpty();
        for (Map.Entry<String, byte[]> disk : contents.entrySet()) {
            assertThat(vm.read(disk.getKey())).as(disk.getKey()).isEqualTo(disk.getValue());
        }
    }

    @Test
    void rebuildsEveryDescriptorOfAMachineFromTheBaseUpwards() throws IOException {
        for (String disk : vm.files()) {
            if (disk.matches("web01(_1)?(-00000[12])?\\.vmdk")) {
                vm.delete(disk);
            }
        }
        assertThat(vm.findings()).contains("disk.descriptor-lost");

        Repair repair = run(MachineRepair::descriptors);

        assertAllIsBack();
        assertThat(repair.describe()).contains("rebuild web01-000001.vmdk on web01.vmdk");
        assertThat(vm.text("web01.vmdk")).contains("ddb.adapterType = \"lsilogic\"", "ddb.virtualHWVersion = \"17\"");
        assertThat(vm.text("web01_1.vmdk")).contains("createType=\"twoGbMaxExtentSparse\"");
    }

    @Test
    void rebuildsABaseThatNothingNamesAnyMoreBelowTheOneDeltaOfItsName() throws IOException {
        try (Patient fusion = new Patient(DiskFormat.TWO_GB_SPARSE, DiskFormat.TWO_GB_SPARSE)) {
            fusion.snapshot("one");
            Map<String, byte[]> before = new HashMap<>();
            for (String disk : List.of("web01.vmdk", "web01-000001.vmdk", "web01_1.vmdk", "web01_1-000001.vmdk")) {
                before.put(disk, fusion.read(disk));
            }
            for (String disk : before.keySet()) {
                fusion.delete(disk);
            }
            fusion.delete("web01.vmsd");

            VirtualMachine machine = fusion.open();
            Repair repair = new MachineRepair(machine, new Readiness(machine, Patient.NOW, Set.of())).descriptors();
            new MachineWork(fusion.volume, Progress.NONE).execute(fusion.open(), repair);

            for (Map.Entry<String, byte[]> disk : before.entrySet()) {
                assertThat(fusion.read(disk.getKey())).as(disk.getKey()).isEqualTo(disk.getValue());
            }
            assertThat(repair.describe()).contains("rebuild web01-000001.vmdk on web01.vmdk");
        }
    }

    @Test
    void doesNotGuessOnWhatADeltaStandsIfThereAreSeveral() throws IOException {
        vm.delete("web01.vmsd");
        vm.delete("web01-000001.vmdk");
        vm.delete("web01-000002.vmdk");

        assertThat(plan(MachineRepair::descriptors).notes())
                .anyMatch(note -> note.contains("web01-000002.vmdk is left as it is"));
    }

    @Test
    void rebuildsOnlyWhatIsLostWithTheIdThatChildrenRemember() throws IOException {
        String link = vm.text("web01-000001.vmdk");
        vm.text("web01-000001.vmdk", "\u0000\u0000garbage");

        run(MachineRepair::descriptors);

        assertAllIsBack();
        String cid =
                link.lines().filter(line -> line.startsWith("CID=")).findFirst().orElseThrow();
        assertThat(vm.text("web01-000001.vmdk")).contains(cid, "parentFileNameHint=\"web01.vmdk\"");
        assertThat(vm.text("web01-000001.vmdk.orig")).contains("garbage");
        assertThat(plan(MachineRepair::descriptors).isEmpty()).isTrue();
    }

    @Test
    void rebuildsABaseOfWhichOnlyItsChildrenKnow() throws IOException {
        vm.delete("web01.vmdk");
        vm.text("web01.vmsd", "");

        run(MachineRepair::descriptors);

        assertThat(vm.read("web01-000002.vmdk")).isEqualTo(contents.get("web01-000002.vmdk"));
    }

    @Test
    void repairsTheOthersWhereOneCannotBe() throws IOException {
        vm.delete("web01.vmdk");
        vm.delete("web01_1-000002.vmdk");
        vm.delete("web01_1-000002-s001.vmdk");

        Repair repair = run(MachineRepair::descriptors);

        assertThat(vm.read("web01.vmdk")).isEqualTo(contents.get("web01.vmdk"));
        assertThat(repair.notes()).anyMatch(note -> note.startsWith("web01_1-000002.vmdk is left as it is"));
    }

    @Test
    void relinksAllChainsAtOnce() throws IOException {
        for (String disk : List.of("web01-000001.vmdk", "web01_1-000002.vmdk")) {
            vm.text(disk, vm.text(disk).replaceAll("parentCID=\\w+", "parentCID=12345678"));
        }
        assertThatThrownBy(() -> plan(repair -> repair.relink(ChainRepair.Trust.PROOF)))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("the permission cid");

        Repair repair = run(planner -> planner.relink(ChainRepair.Trust.USER));

        assertAllIsBack();
        assertThat(repair.describe().stream().filter(line -> line.startsWith("set in ")))
                .hasSize(2);
        assertThat(vm.text("web01-000001.vmdk.orig")).contains("12345678");
    }

    @Test
    void hasNothingToDoForASoundMachine() throws IOException {
        assertThat(plan(MachineRepair::descriptors).isEmpty()).isTrue();
        assertThat(plan(MachineRepair::tables).isEmpty()).isTrue();
        assertThat(plan(MachineRepair::leaks).isEmpty()).isTrue();
        assertThat(plan(repair -> repair.relink(ChainRepair.Trust.PROOF)).isEmpty())
                .isTrue();
    }

    @Test
    void restoresTheTablesOfEveryDisk() throws IOException {
        String part = "web01_1-s001.vmdk";
        byte[] bytes = java.nio.file.Files.readAllBytes(vm.folder.resolve(part));
        long directory = java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getLong(56);
        java.util.Arrays.fill(bytes, (int) directory * 512, (int) directory * 512 + 4, (byte) 0xfe);
        vm.bytes(part, bytes);
        assertThat(vm.findings()).anyMatch(id -> id.startsWith("hosted."));

        run(MachineRepair::tables);

        assertAllIsBack();
    }

    /**
     * "The capacity of each link is different" keeps a machine from starting and its snapshots from merging: Broadcom KB
     * 1007969. It comes about when a base is grown while deltas stand on it.
     */
    @ParameterizedTest
    @EnumSource(names = {"VMFS", "VMFS_THIN", "MONOLITHIC_FLAT", "TWO_GB_FLAT", "MONOLITHIC_SPARSE", "TWO_GB_SPARSE"})
    void setsABaseBackThatWasGrownUnderItsDeltas(DiskFormat format) throws IOException {
        try (Patient grown = new Patient(format)) {
            grown.snapshot("one");
            grown.snapshot("two");
            byte[] base = grown.read("web01.vmdk");
            byte[] present = grown.read("web01-000002.vmdk");
            int larger = 3 * Patient.CAPACITY / 2;
            new DiskResize(
                            OpenOptions.writable()
                                    .withVolume(grown.volume)
                                    .withPermission(OpenOptions.Permission.WRITE_SHARED),
                            Progress.NONE)
                    .grow(grown.folder.resolve("web01.vmdk"), larger);
            assertThat(grown.findings()).containsExactly("chain.capacity");
            assertThat(grown.check().verdict()).isEqualTo(Verdict.CORRUPT);
            assertThat(grown.check().findings().get(0).remedy().text())
                    .contains("a repair of the descriptor", "deletion of all snapshots", "a change of size");
            assertThatThrownBy(() -> grown.snapshot("three")).hasMessageContaining("a repair of the descriptor");
            assertThatThrownBy(() -> grown.deleteSnapshot(1)).hasMessageContaining("a repair of the descriptor");

            VirtualMachine machine = grown.open();
            Repair repair = new MachineRepair(machine, new Readiness(machine, Patient.NOW, Set.of())).descriptors();
            new MachineWork(grown.volume, Progress.NONE).execute(machine, repair);

            assertThat(repair.notes()).anyMatch(note -> note.contains("was grown under its children"));
            // Of a disk in parts the last one stays, which growing takes up again.
            assertThat(grown.findings()).isSubsetOf("vm.orphan");
            assertThat(grown.read("web01.vmdk")).isEqualTo(base);
            assertThat(grown.read("web01-000002.vmdk")).isEqualTo(present);
            machine = grown.open();
            assertThat(new MachineRepair(machine, new Readiness(machine, Patient.NOW, Set.of()))
                            .descriptors()
                            .isEmpty())
                    .isTrue();

            grown.deleteSnapshot(2);
            grown.deleteSnapshot(1);
            assertThat(grown.read("web01.vmdk")).isEqualTo(present);
            new DiskResize(OpenOptions.writable().withVolume(grown.volume), Progress.NONE)
                    .grow(grown.folder.resolve("web01.vmdk"), larger);
            assertThat(grown.findings()).isEmpty();
            assertThat(Arrays.copyOf(grown.read("web01.vmdk", larger), Patient.CAPACITY))
                    .isEqualTo(present);
        }
    }

    @Test
    void aLinkWhoseOwnLineIsWrongIsNoReasonToCutItsParent() throws IOException {
        vm.edit("web01-000001.vmdk", "RW 2048", "RW 2000");
        vm.edit("web01-000002.vmdk", "RW 2048", "RW 1000");

        run(MachineRepair::descriptors);

        assertAllIsBack();
    }

    @Test
    void refusesARunningMachine() throws IOException {
        vm.text("web01.vmx.lck", "");

        assertThatThrownBy(() -> plan(MachineRepair::tables))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("power it off");
    }
}
