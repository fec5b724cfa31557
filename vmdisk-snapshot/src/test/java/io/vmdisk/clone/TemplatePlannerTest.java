package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.Recovery;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TemplatePlannerTest {
    private final MemoryVolume volume = new MemoryVolume();
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(volume, MemoryVolume.folder(), DiskFormat.VMFS_THIN);
        vm.put("web01.vmx", vm.text("web01.vmx") + "extendedConfigFile = \"web01.vmxf\"\n");
        volume.replace(
                vm.folder().resolve("web01.vmxf"),
                ExtendedConfiguration.create("web01.vmx", new SplittableRandom(1))
                        .toBytes());
    }

    private TemplatePlanner planner() throws IOException {
        return new TemplatePlanner(vm.open(), Vm.NOW);
    }

    private static void execute(Volume volume, Plan plan) throws IOException {
        VirtualMachine machine = VirtualMachine.open(MemoryVolume.folder(), List.of(), volume);
        new MachineWork(volume, Progress.NONE).execute(machine, plan);
    }

    private static void refuses(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe." + code));
    }

    @Test
    void aMachineBecomesATemplateWithItsTextUnchanged() throws IOException {
        String text = vm.text("web01.vmx");
        List<String> others =
                vm.files().stream().filter(name -> !name.equals("web01.vmx")).toList();

        execute(volume, planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));

        assertThat(vm.text("web01.vmtx")).isEqualTo(text);
        assertThat(vm.files()).containsAll(others).contains("web01.vmtx").hasSize(others.size() + 1);
        assertThat(ExtendedConfiguration.read(volume, vm.folder().resolve("web01.vmxf"))
                        .configuration())
                .contains("web01.vmtx");
        assertThat(vm.open().configuration().isTemplate()).isTrue();
    }

    @Test
    void thereAndBackChangesNothing() throws IOException {
        List<String> files = vm.files();
        String extended = vm.text("web01.vmxf");

        execute(volume, planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        execute(volume, planner().toMachine());

        assertThat(vm.files()).isEqualTo(files);
        assertThat(vm.text("web01.vmxf")).isEqualTo(extended);
    }

    @Test
    void refusesWhatIsNoMachineThatIsOff() throws IOException {
        String text = vm.text("web01.vmx");
        vm.put("web01.vmx", text + "checkpoint.vmState = \"web01-1a2b3c4d.vmss\"\n");
        volume.replace(
                vm.folder().resolve("web01-1a2b3c4d.vmss"),
                new byte[] {(byte) 0xd2, (byte) 0xbe, (byte) 0xd2, (byte) 0xbe, 8, 0, 0, 0, 0, 0, 0, 0});
        refuses("suspended", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        vm.put("web01.vmx", text);
        volume.delete(vm.folder().resolve("web01-1a2b3c4d.vmss"));
        vm.put("web01-1a2b3c4d.vswp", "");
        refuses("crashed", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        volume.delete(vm.folder().resolve("web01-1a2b3c4d.vswp"));
        vm.put(".vmdisk-journal", "");
        refuses("journal", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        volume.delete(vm.folder().resolve(".vmdisk-journal"));
        vm.put("web01.vmtx", text);
        refuses("two-configurations", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        volume.delete(vm.folder().resolve("web01.vmtx"));
        refuses("machine", () -> planner().toMachine());
        execute(volume, planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        refuses("template", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
    }

    @Test
    void keepsSnapshotsOnlyWhenAskedTo() throws IOException {
        vm.snapshot("clean");

        refuses("snapshots", () -> planner().toTemplate(TemplatePlanner.Snapshots.REFUSE));
        execute(volume, planner().toTemplate(TemplatePlanner.Snapshots.KEEP));

        assertThat(vm.tree().snapshots()).hasSize(1);
        refuses("template", () -> vm.snapshot("more"));
        execute(volume, planner().toMachine());
        vm.snapshot("more");
        assertThat(vm.tree().snapshots()).hasSize(2);
    }

    @Test
    void anExtendedConfigurationThatCantBeReadStays() throws IOException {
        vm.put("web01.vmxf", "<!DOCTYPE x><Foundry/>");

        Plan plan = planner().toTemplate(TemplatePlanner.Snapshots.REFUSE);

        assertThat(plan.notes()).anyMatch(note -> note.startsWith("web01.vmxf stays as it is"));
        assertThat(plan.steps()).hasSize(1);
    }

    @Test
    void aCrashLeavesAMachineOrATemplate() throws IOException {
        CrashReplay replay = CrashReplay.record(
                volume,
                recording -> execute(
                        recording,
                        new TemplatePlanner(VirtualMachine.open(MemoryVolume.folder(), List.of(), recording), Vm.NOW)
                                .toTemplate(TemplatePlanner.Snapshots.REFUSE)));

        replay.crashes(2, 5).forEach(crash -> {
            try {
                MemoryVolume left = crash.volume();
                RecoveryOutcome outcome = new Recovery(left, Progress.NONE).recover(MemoryVolume.folder());
                Vm after = new Vm(left, MemoryVolume.folder());
                String name = after.has("web01.vmtx") ? "web01.vmtx" : "web01.vmx";
                assertThat(after.has("web01.vmx") && after.has("web01.vmtx"))
                        .as(crash.toString())
                        .isFalse();
                assertThat(after.text("web01.vmxf")).as(crash + " " + outcome).contains(">" + name + "<");
                assertThat(after.files()).noneMatch(file -> file.startsWith("web01") && file.contains("vmdisk-new"));
                assertThat(outcome == RecoveryOutcome.FINISHED ? "web01.vmtx" : name)
                        .isEqualTo(name);
            } catch (IOException e) {
                throw new AssertionError(crash.toString(), e);
            }
        });
    }
}
