package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clones that share: linked ones lie on a snapshot, instant ones go on with the memory. */
class LinkedCloneTest extends CloneCase {
    @Test
    void aLinkedCloneLiesOnTheSnapshotAndBothListsKnow() throws IOException {
        mark("web01.vmdk", 1);
        long clean = vm.snapshot("clean");
        mark("web01-000001.vmdk", 2);
        String vmx = vm.text("web01.vmx");

        Vm clone = cloning.linked(clean, "web02");

        assertThat(clone.files())
                .containsExactly(
                        "web01-cl1-delta.vmdk",
                        "web01-cl1.vmdk",
                        "web01_1-cl1.vmdk",
                        "web02.nvram",
                        "web02.vmsd",
                        "web02.vmx",
                        "web02.vmxf");
        assertThat(clone.text("web02.vmsd")).isEqualTo("""
            .encoding = "UTF-8"
            cloneOf0 = "../vm/web01.vmx"
            numCloneOf = "1"
            sentinel0 = "web01-cl1.vmdk"
            sentinel1 = "web01_1-cl1.vmdk"
            numSentinels = "2"
            """);
        assertThat(vm.text("web01.vmsd"))
                .contains("snapshot0.clone0 = \"../web02/web02.vmx\"", "snapshot0.numClones = \"1\"");
        assertThat(vm.text("web01.vmx")).isEqualTo(vmx);
        assertThat(clone.chain("web01-cl1.vmdk")).isEqualTo("web01-cl1 > web01");
        assertThat(clone.read("web01-cl1.vmdk")).isEqualTo(vm.read("web01.vmdk"));
        assertThat(clone.vmx().dictionary().get("fileSearchPath")).contains(".;/vm");
        assertThat(clone.vmx().checkpoint()).isEmpty();
        assertSound(clone);
        assertSound(vm);
    }

    @Test
    void whatALinkedCloneLiesOnIsNeitherMergedNorRemoved() throws IOException {
        mark("web01.vmdk", 1);
        long clean = vm.snapshot("clean");
        mark("web01-000001.vmdk", 2);
        long patched = vm.snapshot("patched");
        mark("web01-000002.vmdk", 3);
        Vm clone = cloning.linked(patched, "web02");
        byte[] content = clone.read("web01-cl1.vmdk");

        assertThatThrownBy(() -> vm.delete(patched)).hasMessageContaining("web02.vmx");
        // Its own merges into the base, which the clone's disk does not name.
        assertThatThrownBy(() -> vm.delete(clean)).hasMessageContaining("-cl1.vmdk depends on it");
        assertThatThrownBy(() -> vm.planner().deleteAll(LinkSpace.KEEP)).hasMessageContaining("web02");
        assertThat(vm.planner().consolidate(LinkSpace.KEEP).isEmpty()).isTrue();
        vm.revert(patched);
        assertThat(clone.read("web01-cl1.vmdk")).isEqualTo(content);

        volume.delete(clone.folder().resolve("web02.vmx"));
        vm.delete(clean);
        assertThat(vm.tree().snapshots()).hasSize(1);
    }

    @Test
    void aLinkedCloneTakesSnapshotsOfItsOwnDownToWhatItShares() throws IOException {
        mark("web01.vmdk", 1);
        Vm clone = cloning.linked(vm.snapshot("clean"), "web02");
        byte[] base = vm.read("web01.vmdk");
        clone.run(clone.planner().create(SnapshotRequest.of("own", Vm.NOW)));
        clone.write("web01-cl1-000001.vmdk", 0, new byte[] {42});

        clone.run(clone.planner().deleteAll(LinkSpace.KEEP));

        assertThat(clone.active()).containsExactly("web01-cl1.vmdk", "web01_1-cl1.vmdk");
        assertThat(clone.chain("web01-cl1.vmdk")).isEqualTo("web01-cl1 > web01");
        assertThat(clone.read("web01-cl1.vmdk")[0]).isEqualTo((byte) 42);
        assertThat(vm.read("web01.vmdk")).isEqualTo(base);
    }

    @Test
    void anInstantCloneOfASuspendedMachineGoesOnWithItsMemory() throws IOException {
        mark("web01.vmdk", 1);
        cloning.suspend();

        cloning.run(CloneRequest.instant(List.of(cloning.named("web02"))));

        Vm clone = cloning.clone("web02");
        VmxFile vmx = clone.vmx();
        String saved = vmx.checkpoint().orElseThrow().text();
        assertThat(saved).matches("web02-[0-9a-f]{8}\\.vmss");
        assertThat(clone.text(saved)).isEqualTo(vm.text("web01-1a2b3c4d.vmss"));
        assertThat(clone.text(saved.replace(".vmss", ".vmem"))).isEqualTo("memory");
        assertThat(vmx.isCheckpointKept()).isFalse();
        assertThat(clone.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.SUSPENDED);
        assertThat(clone.chain("web01-cl1.vmdk")).isEqualTo("web01-cl1 > web01");
        // The source goes on in links of its own, so that what they share stays.
        assertThat(vm.active()).containsExactly("web01-000001.vmdk", "web01_1-000001.vmdk");
        assertThat(vm.vmx().checkpoint().orElseThrow().text()).isEqualTo("web01-1a2b3c4d.vmss");
        assertThat(vm.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.SUSPENDED);
        assertThat(vm.tree().snapshots()).singleElement().satisfies(snapshot -> {
            assertThat(snapshot.name()).isEqualTo("Clone");
            assertThat(snapshot.memory()).isTrue();
            assertThat(snapshot.clones()).containsExactly("../web02/web02.vmx");
        });
        assertSound(clone);
        assertSound(vm);
    }

    @Test
    void anInstantCloneOfASnapshotCopiesItsMemory() throws IOException {
        cloning.suspend();
        vm.run(vm.planner().create(SnapshotRequest.of("live", Vm.NOW).withMemory()));

        cloning.run(CloneRequest.instant(List.of(cloning.named("web02"), cloning.named("web03")))
                .withSnapshot(1));

        for (String name : List.of("web02", "web03")) {
            Vm clone = cloning.clone(name);
            assertThat(clone.files()).anyMatch(file -> file.endsWith(".vmem"));
            assertThat(clone.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.SUSPENDED);
        }
        assertThat(vm.uid(1).clones()).containsExactly("../web02/web02.vmx", "../web03/web03.vmx");
        assertThat(vm.tree().snapshots()).hasSize(1);
    }

    @Test
    void anInstantCloneIsOffTheNetworkUntilItsGuestIsSomebodyElse() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "ethernet7.present = \"TRUE\"\n");
        cloning.suspend();
        NewMachine plain = cloning.named("web02");
        NewMachine connected = NewMachine.of(cloning.beside("web03"), "web03")
                .withSettings(Map.of("ethernet7.startConnected", "TRUE"));

        Plan plan = cloning.run(CloneRequest.instant(List.of(plain, connected)));

        assertThat(cloning.clone("web02").vmx().dictionary().get("ethernet7.startConnected"))
                .hasValue("FALSE");
        assertThat(cloning.clone("web03").vmx().dictionary().get("ethernet7.startConnected"))
                .hasValue("TRUE");
        assertThat(plan.notes())
                .anyMatch(note -> note.contains("network adapters start disconnected"))
                .anyMatch(note -> note.startsWith("in the guest"));
        cloning.run(CloneRequest.full(List.of(cloning.named("web04"))), Consent.SUSPENDED);
        assertThat(cloning.clone("web04").vmx().dictionary().get("ethernet7.startConnected"))
                .isEmpty();
    }

    @Test
    void linkedAndInstantClonesDoNotLieOnSharedDisks() throws IOException {
        long clean = vm.snapshot("clean");
        vm.put("web01.vmx", vm.text("web01.vmx") + "scsi0:0.sharing = \"multi-writer\"\n");

        refuses("unsafe.multi-writer", () -> cloning.linked(clean, "web02"));
        vm.put("web01.vmx", vm.text("web01.vmx").replace("multi-writer", "none") + "scsi0.sharedBus = \"physical\"\n");
        refuses("unsafe.shared-bus", () -> cloning.linked(clean, "web02"));
        cloning.suspend();
        refuses("unsafe.shared-bus", () -> cloning.plan(CloneRequest.instant(List.of(cloning.named("web02")))));
        vm.put("web01.vmx", vm.text("web01.vmx").replace("checkpoint.vmState", "#"));
        assertThat(cloning.full("web03").chain("web03.vmdk")).isEqualTo("web03");
    }

    @Test
    void aLinkedCloneHasLinksOfTheKindThatIsThere() throws IOException {
        Vm esx = Vm.create(new MemoryVolume(), MemoryVolume.folder(), DiskFormat.VMFS_THIN);
        Cloning clones = new Cloning(esx);
        esx.run(esx.planner().create(SnapshotRequest.of("one", Vm.NOW).withDelta(DiskFormat.SE_SPARSE)));

        assertThat(clones.linked(1, "web02").descriptor("web01-cl1.vmdk").createTypeName())
                .isEqualTo("seSparse");
        refuses(
                "unsafe.mixed-deltas",
                () -> clones.plan(
                        CloneRequest.linked(1, List.of(clones.named("web03"))).withFormat(DiskFormat.VMFS_SPARSE)));
    }

    @Test
    void aLinkedCloneOfASnapshotWithMemoryStartsAnew() throws IOException {
        cloning.suspend();
        vm.run(vm.planner().create(SnapshotRequest.of("live", Vm.NOW).withMemory()));

        Vm clone = cloning.linked(1, "web02");

        assertThat(clone.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.OFF);
        assertThat(clone.files()).noneMatch(file -> file.endsWith(".vmem") || file.endsWith(".vmss"));
    }

    @Test
    void instantClonesNeedMemory() throws IOException {
        refuses("unsafe.not-suspended", () -> cloning.plan(CloneRequest.instant(List.of(cloning.named("web02")))));
        long clean = vm.snapshot("clean");
        refuses(
                "unsafe.no-memory",
                () -> cloning.plan(
                        CloneRequest.instant(List.of(cloning.named("web02"))).withSnapshot(clean)));
    }
}
