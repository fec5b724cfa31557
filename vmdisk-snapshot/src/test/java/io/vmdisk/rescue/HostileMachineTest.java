package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is in a machine's small files, looking at it and planning its rescue end in findings or in our errors. */
class HostileMachineTest {
    private static final int ROUNDS = 40;

    @Test
    void damageOfAnyFileEndsInFindingsOrInOurErrors() throws IOException {
        try (Patient vm = new Patient(DiskFormat.VMFS, DiskFormat.MONOLITHIC_SPARSE)) {
            vm.snapshot("one");
            vm.snapshot("two");
            vm.revert(1);
            List<String> files = vm.files();
            Random random = new Random(20261124);
            int told = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String name = files.get(random.nextInt(files.size()));
                byte[] whole = Files.readAllBytes(vm.folder.resolve(name));
                vm.bytes(name, damaged(whole, random));
                told += look(vm, name + " in round " + round);
                vm.bytes(name, whole);
            }
            assertThat(told).isGreaterThan(ROUNDS / 4);
            assertThat(vm.check().findings()).isEmpty();
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length + 1)) : whole.clone();
        for (int i = random.nextInt(8); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(Math.min(bytes.length, 4096))] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static int look(Patient vm, String what) throws IOException {
        int told = 0;
        try {
            told = Math.min(1, vm.check().findings().size());
        } catch (VmdiskException e) {
            told = 1;
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        try {
            VirtualMachine machine = vm.open();
            Readiness readiness = new Readiness(machine, Patient.NOW, Set.of());
            ListRebuild.plan(machine, List.of(), readiness).describe();
            new MachineRepair(machine, readiness).descriptors().describe();
        } catch (VmdiskException e) {
            assertThat(e.problem()).as(what).isNotBlank();
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        return told;
    }
}
