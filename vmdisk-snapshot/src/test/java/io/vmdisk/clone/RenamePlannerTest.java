package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vm.ExtendedConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RenamePlannerTest {
    private final MemoryVolume volume = new MemoryVolume();
    private Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        make(DiskFormat.VMFS_THIN, DiskFormat.TWO_GB_SPARSE);
    }

    private void make(DiskFormat... formats) throws IOException {
        vm = Vm.create(volume, MemoryVolume.folder(), formats);
        vm.put("web01.vmx", vm.text("web01.vmx") + """
                extendedConfigFile = "web01.vmxf"
                uuid.bios = "56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"
                uuid.location = "56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"
                sched.swap.derivedName = "/vmfs/volumes/a/web01/web01-1a2b3c4d.vswp"
                """);
        volume.replace(
                vm.folder().resolve("web01.vmxf"),
                ExtendedConfiguration.create("web01.vmx", new SplittableRandom(1))
                        .toBytes());
        vm.put("vmware.log", "a log");
    }

    private Plan rename(Vm machine, String name, Consent... consents) throws IOException {
        RenamePlanner planner = new RenamePlanner(machine.open(), Vm.NOW, Set.of(consents));
        Plan plan = planner.plan(name);
        new MachineWork(volume, Progress.NONE).execute(planner.concerned(), plan);
        return plan;
    }

    private void refuses(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VmdiskException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void assertSound(Vm machine) throws IOException {
        assertThat(machine.open().findings().stream()
                        .filter(finding -> finding.severity().compareTo(Finding.Severity.WARNING) >= 0)
                        .toList())
                .isEmpty();
        assertThat(machine.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void allFilesAndAllReferencesHaveTheNewName() throws IOException {
        vm.write("web01.vmdk", 70_000, new byte[] {1});
        vm.snapshot("clean");
        vm.write("web01-000001.vmdk", 80_000, new byte[] {2});
        vm.snapshot("patched");
        vm.write("web01-000002.vmdk", 90_000, new byte[] {3});
        byte[] now = vm.read("web01-000002.vmdk");
        byte[] other = vm.read("web01_1-000002.vmdk");
        byte[] clean = vm.read("web01.vmdk");

        rename(vm, "db07");

        assertThat(vm.files())
                .containsExactly(
                        "db07-000001-delta.vmdk",
                        "db07-000001.vmdk",
                        "db07-000002-delta.vmdk",
                        "db07-000002.vmdk",
                        "db07-Snapshot1.vmsn",
                        "db07-Snapshot2.vmsn",
                        "db07-flat.vmdk",
                        "db07.nvram",
                        "db07.vmdk",
                        "db07.vmsd",
                        "db07.vmx",
                        "db07.vmxf",
                        "db07_1-000001-s001.vmdk",
                        "db07_1-000001-s002.vmdk",
                        "db07_1-000001.vmdk",
                        "db07_1-000002-s001.vmdk",
                        "db07_1-000002-s002.vmdk",
                        "db07_1-000002.vmdk",
                        "db07_1-s001.vmdk",
                        "db07_1-s002.vmdk",
                        "db07_1.vmdk",
                        "vmware.log");
        for (String name : vm.files()) {
            if (name.endsWith(".vmx") || name.endsWith(".vmsd") || name.endsWith(".vmxf")) {
                assertThat(vm.text(name)).doesNotContain("web01");
            }
        }
        assertThat(vm.chain("db07-000002.vmdk")).isEqualTo("db07-000002 > db07-000001 > db07");
        assertThat(vm.descriptor("db07-000002.vmdk").parentHint()).contains("db07-000001.vmdk");
        assertThat(vm.read("db07-000002.vmdk")).isEqualTo(now);
        assertThat(vm.read("db07_1-000002.vmdk")).isEqualTo(other);
        assertThat(vm.vmx().displayName()).isEqualTo("db07");
        assertThat(vm.vmx().uuidBios()).isPresent();
        assertThat(vm.vmx().uuidLocation()).isEmpty();
        assertThat(ExtendedConfiguration.read(volume, vm.folder().resolve("db07.vmxf"))
                        .configuration())
                .contains("db07.vmx");
        assertSound(vm);

        vm.revert(1);
        assertThat(vm.read(vm.active().get(0))).isEqualTo(clean);
        vm.run(vm.planner().deleteAll(LinkSpace.KEEP));
        assertThat(vm.active()).containsExactly("db07.vmdk", "db07_1.vmdk");
        assertSound(vm);
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"MONOLITHIC_SPARSE", "MONOLITHIC_FLAT", "TWO_GB_FLAT", "SE_SPARSE", "VMFS"})
    void disksOfEveryKind(DiskFormat format) throws IOException {
        for (String name : vm.files()) {
            volume.delete(vm.folder().resolve(name));
        }
        make(format);
        vm.write("web01.vmdk", 70_000, new byte[] {1});
        vm.snapshot("clean");
        vm.write("web01-000001.vmdk", 80_000, new byte[] {2});
        byte[] now = vm.read("web01-000001.vmdk");

        rename(vm, "web01-old");

        assertThat(vm.chain("web01-old-000001.vmdk")).isEqualTo("web01-old-000001 > web01-old");
        assertThat(vm.read("web01-old-000001.vmdk")).isEqualTo(now);
        assertThat(vm.files())
                .filteredOn(name -> name.startsWith("web01"))
                .allMatch(name -> name.startsWith("web01-old"));
        assertSound(vm);
        rename(vm, "web01");
        assertThat(vm.read("web01-000001.vmdk")).isEqualTo(now);
        assertSound(vm);
    }

    @Test
    void filesThatAreNotCalledLikeTheMachineKeepTheirNames() throws IOException {
        volume.rename(vm.folder().resolve("web01.nvram"), vm.folder().resolve("nvram"));
        vm.put("web01.vmx", vm.text("web01.vmx").replace("web01.nvram", "nvram"));
        vm.put("web01-notes.txt", "mine");
        vm.put("web012.log", "another's");

        Plan plan = rename(vm, "db07");

        assertThat(vm.files()).contains("nvram", "web01-notes.txt", "web012.log", "vmware.log");
        assertThat(plan.notes())
                .anyMatch(note -> note.contains("web01-notes.txt"))
                .noneMatch(note -> note.contains("web012"));
    }

    @Test
    void aTemplateStaysATemplate() throws IOException {
        volume.rename(vm.folder().resolve("web01.vmx"), vm.folder().resolve("web01.vmtx"));

        rename(vm, "golden");

        assertThat(vm.has("golden.vmtx")).isTrue();
        assertThat(vm.open().configuration().isTemplate()).isTrue();
    }

    @Test
    void theNameShownMayBeAllThatChanges() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx").replace("displayName = \"web01\"", "displayName = \"copied\""));
        List<String> files = vm.files();

        rename(vm, "web01");

        assertThat(vm.files()).isEqualTo(files);
        assertThat(vm.vmx().displayName()).isEqualTo("web01");
    }

    @Test
    void refusesNamesThatAreTaken() throws IOException {
        vm.snapshot("clean");

        refuses("unsafe.exists", () -> rename(vm, "web01-000001"));
        vm.put("db07.vmxf", "somebody's");
        refuses("unsafe.exists", () -> rename(vm, "db07"));
        refuses("unsupported.machine-name", () -> rename(vm, "a/b"));
    }

    @Test
    void refusesAMachineThatCountsOnItsFiles() throws IOException {
        new Cloning(vm).suspend();

        refuses("unsafe.suspended", () -> rename(vm, "db07"));
    }

    @Test
    void refusesWhatLinkedClonesDependOnAndNamesThem() throws IOException {
        vm.snapshot("clean");
        Cloning cloning = new Cloning(vm);
        cloning.linked(1, "web02");

        assertThatThrownBy(() -> rename(vm, "db07")).hasMessageContaining("../web02/web02.vmx");

        // Without a record the clone is seen where its folder is named.
        vm.put("web01.vmsd", vm.text("web01.vmsd").replaceAll("(?m)^snapshot0\\.(clone0|numClones).*\n", ""));
        assertThatThrownBy(() -> new RenamePlanner(
                                io.vmdisk.vm.VirtualMachine.open(vm.folder(), List.of(cloning.beside("web02")), volume),
                                Vm.NOW,
                                Set.of())
                        .plan("db07"))
                .hasMessageContaining("/web02/web01-cl1.vmdk depends on it");
    }

    @Test
    void theSourceOfALinkedCloneLearnsItsNewName() throws IOException {
        vm.snapshot("clean");
        Cloning cloning = new Cloning(vm);
        Vm clone = cloning.linked(1, "web02");
        byte[] content = clone.read("web01-cl1.vmdk");

        rename(clone, "test9");

        assertThat(vm.uid(1).clones()).containsExactly("../web02/test9.vmx");
        assertThat(clone.files())
                .contains("test9.vmx", "test9.vmsd", "test9.nvram", "web01-cl1.vmdk")
                .noneMatch(name -> name.startsWith("web02"));
        assertThat(clone.read("web01-cl1.vmdk")).isEqualTo(content);
        assertThat(vm.files()).noneMatch(name -> name.contains("renamed"));
        assertThatThrownBy(() -> vm.delete(1)).hasMessageContaining("test9.vmx");
        assertSound(clone);
        assertSound(vm);
    }

    @Test
    void changeTrackingFollowsItsDisk() throws IOException {
        vm.put(
                "web01.vmdk",
                vm.text("web01.vmdk")
                        .replace("# The Disk Data Base", "changeTrackPath=\"web01-ctk.vmdk\"\n\n# The Disk Data Base"));
        vm.put("web01-ctk.vmdk", "tracked");

        rename(vm, "db07");

        assertThat(vm.descriptor("db07.vmdk").changeTrackPath()).contains("db07-ctk.vmdk");
        assertThat(vm.text("db07-ctk.vmdk")).isEqualTo("tracked");
    }
}
