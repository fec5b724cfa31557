package io.vmdisk.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.machine.model.PowerState;
import io.vmdisk.machine.model.PowerVerdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PowerJudgeTest {
    private Machine vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Machine.withOneSnapshot();
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private void assertState(PowerState state, String reason) throws IOException {
        PowerVerdict verdict = vm.power();
        assertThat(verdict.state()).as(verdict.reasons().toString()).isEqualTo(state);
        assertThat(verdict.reasons()).anySatisfy(text -> assertThat(text).contains(reason));
        assertThat(verdict.allowsChanges()).isEqualTo(state == PowerState.CONSOLIDATION_NEEDED);
    }

    @Test
    void isOffWhenNothingSpeaksAgainstIt() throws IOException {
        assertThat(vm.power()).isEqualTo(new PowerVerdict(PowerState.OFF, java.util.List.of()));
        assertThat(vm.power().allowsChanges()).isTrue();
    }

    @Test
    void runsWhileALockIsHeld() throws IOException {
        vm.bytes(
                "web01.vmx.lck/M12345.lck",
                new LockMember("host-7", "4242-981233(vmware-vmx)", 1, "X", OptionalLong.empty()).encode());

        assertState(PowerState.RUNNING, "held by 4242-981233(vmware-vmx) on host-7");
    }

    @Test
    void takesNoLockOfThisVeryProcessForARunningMachine() throws IOException {
        try (var held = LockTaker.of(vm.volume).take(java.util.List.of(vm.folder.resolve("web01.vmx")))) {
            assertThat(held).isNotNull();
            assertThat(vm.read().locks()).hasSize(1);
            assertThat(vm.power().state()).isEqualTo(PowerState.OFF);
        }
    }

    @Test
    void runsWhileLocksOfOtherFormsAreThere() throws IOException {
        for (String name : new String[] {".lck-e003090001000000", "web01.vmx.lck", "web01.vmdk.WRITELOCK"}) {
            vm.bytes(name, new byte[84]);
            assertState(PowerState.RUNNING, name);
            Files.delete(vm.folder.resolve(name));
        }
    }

    @Test
    void runsWhileSwapIsThereAndFilesChange() throws IOException {
        vm.touched(vm.bytes("web01-1a2b3c4d.vswp", new byte[1]), Machine.NOW.minusSeconds(5));

        assertState(PowerState.RUNNING, "web01-1a2b3c4d.vswp");
    }

    @Test
    void crashedWhenSwapIsLeft() throws IOException {
        vm.bytes("web01-1a2b3c4d.vswp", new byte[1]);
        vm.vmx("web01-000001.vmdk", "cleanShutdown = \"FALSE\"\n");

        assertState(PowerState.CRASHED, "web01-1a2b3c4d.vswp is left of a run");
    }

    @Test
    void crashedWhenTheLastRunDidNotEnd() throws IOException {
        vm.vmx("web01-000001.vmdk", "cleanShutdown = \"FALSE\"\n");
        assertThat(vm.power().state()).isEqualTo(PowerState.OFF);

        vm.text("vmware.log", "VMX has left nothing\n");
        assertState(PowerState.CRASHED, "did not end cleanly");
    }

    @Test
    void crashedWhenALockWasCopiedAlong() throws IOException {
        vm.bytes(
                "web01.vmx.lck/M12345.lck",
                new LockMember("host-7", "4242-981233(vmware-vmx)", 1, "X", OptionalLong.of(1)).encode());

        assertState(PowerState.CRASHED, "in another folder");
    }

    @Test
    void isInTheMiddleWhenASnapshotFrozeTheDiskInUse() throws IOException {
        vm.vmx("web01.vmdk", "");

        assertState(PowerState.MID_OPERATION, "a snapshot has frozen web01.vmdk, which is in use");
    }

    @Test
    void needsConsolidationWhenNoSnapshotOwnsALink() throws IOException {
        vm.text("web01.vmsd", ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"2\"\n");
        Files.delete(vm.folder.resolve("web01-Snapshot1.vmsn"));

        assertState(PowerState.CONSOLIDATION_NEEDED, "no snapshot owns web01.vmdk, which a disk in use needs");
    }

    @Test
    void needsConsolidationWhenTheListSaysSo() throws IOException {
        String list = Files.readString(vm.folder.resolve("web01.vmsd"));
        vm.text("web01.vmsd", list + "snapshot.needConsolidate = \"TRUE\"\n");

        assertState(PowerState.CONSOLIDATION_NEEDED, "asks for consolidation");
    }

    @Test
    void isInTheMiddleWhenACheckpointIsNewerThanTheList() throws IOException {
        vm.checkpoint("web01-Snapshot2.vmsn", 0xbed2bed2);
        vm.touched(vm.folder.resolve("web01-Snapshot2.vmsn"), Machine.NOW.minusSeconds(600));

        assertState(PowerState.MID_OPERATION, "web01-Snapshot2.vmsn is newer than the snapshot list");
    }

    @Test
    void isInTheMiddleWhileMemoryIsShort() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(12 + 80 + 64).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xbed2bed2).putInt(8).putInt(1);
        file.put("memory".getBytes(StandardCharsets.US_ASCII)).position(12 + 64);
        file.putLong(92).putLong(64).position(92);
        for (String name : new String[] {"regionPPN", "regionPageNum", "regionSize"}) {
            file.putShort((short) (name.length() << 8 | 1 << 6 | 4)).put(name.getBytes(StandardCharsets.US_ASCII));
            file.putInt(0).putInt(name.equals("regionSize") ? 2 : 0);
        }
        vm.bytes("web01-Snapshot1.vmsn", file.array());
        vm.bytes("web01-Snapshot1.vmem", new byte[8192]);
        assertThat(vm.power().state()).isEqualTo(PowerState.OFF);

        vm.bytes("web01-Snapshot1.vmem", new byte[4096]);
        assertState(PowerState.MID_OPERATION, "web01-Snapshot1.vmem lacks 4096 bytes");
    }

    @Test
    void isInTheMiddleWhileVcenterHasWork() throws IOException {
        vm.text("web01.hlog", "x");

        assertState(PowerState.MID_OPERATION, "web01.hlog");
    }

    @Test
    void leavesForksAndForeignBasesAlone() throws IOException {
        // Snapshot 1 was deleted while two branches hung on its disk; nobody merges a fork.
        vm.delta("web01-000002", "web01", "a0000003", "a0000001");
        vm.text("web01.vmsd", """
                snapshot.lastUID = "2"
                snapshot0.uid = "2"
                snapshot0.numDisks = "1"
                snapshot0.disk0.fileName = "web01-000002.vmdk"
                snapshot0.disk0.node = "scsi0:0"
                snapshot.numSnapshots = "1"
                """);
        Files.delete(vm.folder.resolve("web01-Snapshot1.vmsn"));
        assertThat(vm.power().state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void leavesTheSourceOfALinkedCloneAlone() throws IOException {
        vm.text("web01.vmsd", """
                cloneOf0 = "/vms/src/src.vmx"
                numCloneOf = "1"
                sentinel0 = "web01-000001.vmdk"
                numSentinels = "1"
                """);
        Files.delete(vm.folder.resolve("web01-Snapshot1.vmsn"));

        assertThat(vm.power().state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void isSuspendedWhenItsCheckpointCanBeResumed() throws IOException {
        vm.vmx("web01-000001.vmdk", """
                checkpoint.vmState = "web01-5cf61512.vmss"
                checkpoint.vmState.readOnly = "FALSE"
                cleanShutdown = "FALSE"
                """);
        vm.checkpoint("web01-5cf61512.vmss", 0xbed3bed3);
        vm.bytes("web01-5cf61512.vmem", new byte[4096]);
        Files.delete(vm.folder.resolve("vmware.log"));

        assertState(PowerState.SUSPENDED, "web01-5cf61512.vmss");
        assertThat(vm.of("web01-5cf61512.vmem")).isEqualTo("SUSPEND_MEMORY MACHINE");
        assertThat(vm.of("web01-5cf61512.vmss")).isEqualTo("SUSPEND_CHECKPOINT MACHINE");
    }

    @Test
    void isSuspendedWhenItsCheckpointIsEncrypted() throws IOException {
        vm.vmx("web01-000001.vmdk", "checkpoint.vmState = \"web01.vmss\"\n");
        vm.checkpoint("web01.vmss", 0x8943dd9e);

        assertState(PowerState.SUSPENDED, "web01.vmss");
    }

    @Test
    void hasABrokenSuspendWhenTheCheckpointIsGoneOrUsedUp() throws IOException {
        vm.vmx("web01-000001.vmdk", "checkpoint.vmState = \"web01.vmss\"\n");
        assertState(PowerState.SUSPEND_BROKEN, "which is not there");

        vm.checkpoint("web01.vmss", 0xbad1bad1);
        assertState(PowerState.SUSPEND_BROKEN, "has been resumed");
    }
}
