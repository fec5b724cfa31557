package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.plan.disk.DiskRemoval;
import io.vmdisk.rescue.MachineCheck;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crashed host leaves of a nonpersistent disk. */
final class RedoLogTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path log;

    @BeforeEach
    void makeMachine() throws IOException {
        base = folder.resolve("a.vmdk");
        StagedDisk.createEmpty(base, CreateSpec.of(DiskFormat.VMFS_THIN, 1 << 20), Volume.system(), Progress.NONE);
        Path delta = folder.resolve("x.vmdk");
        StagedDisk.createEmpty(
                delta, CreateSpec.of(DiskFormat.VMFS_SPARSE, 1 << 20).withParent(base), Volume.system(), Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(delta, OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(new byte[] {42}));
        }
        log = folder.resolve("a.vmdk.REDO_TkLU1V");
        Files.move(folder.resolve("x-delta.vmdk"), folder.resolve("a.vmdk-delta.REDO_TkLU1V"));
        Files.writeString(log, Files.readString(delta).replace("x-delta.vmdk", "a.vmdk-delta.REDO_TkLU1V"));
        Files.delete(delta);
        Files.writeString(folder.resolve("a.vmx"), """
                config.version = "8"
                virtualHW.version = "8"
                displayName = "a"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "a.vmdk"
                scsi0:0.mode = "independent-nonpersistent"
                """);
    }

    private byte first() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (VirtualDisk disk = VirtualDisk.open(base)) {
            disk.read(0, one);
        }
        return one.get(0);
    }

    @Test
    void isCommittedIntoTheDiskThatTheMachineNames() throws IOException {
        new PlanExecutor(Volume.system(), Progress.NONE)
                .execute(new LooseDisk(Volume.system(), List.of()).commit(log, LinkSpace.KEEP));

        assertThat(first()).isEqualTo((byte) 42);
        assertThat(log).doesNotExist();
        assertThat(folder.resolve("a.vmdk-delta.REDO_TkLU1V")).doesNotExist();
    }

    @Test
    void isRemovedWhole() throws IOException {
        new PlanExecutor(Volume.system(), Progress.NONE).execute(DiskRemoval.plan(log, OpenOptions.readOnly()));

        assertThat(first()).isEqualTo((byte) 0);
        assertThat(log).doesNotExist();
        assertThat(folder.resolve("a.vmdk-delta.REDO_TkLU1V")).doesNotExist();
    }

    @Test
    void isNotCommittedWhereTheMachineIsSuspendedOrHasSnapshots() throws IOException {
        Files.writeString(folder.resolve("a.vmsd"), """
                .encoding = "UTF-8"
                snapshot.lastUID = "1"
                snapshot.current = "1"
                snapshot0.uid = "1"
                snapshot0.filename = "a-Snapshot1.vmsn"
                snapshot0.displayName = "s"
                snapshot0.numDisks = "1"
                snapshot0.disk0.fileName = "a.vmdk"
                snapshot0.disk0.node = "scsi0:0"
                snapshot.numSnapshots = "1"
                """);

        assertThatThrownBy(() -> new LooseDisk(Volume.system(), List.of()).commit(log, LinkSpace.KEEP))
                .isInstanceOf(UnsafeStateException.class);
        assertThat(first()).isEqualTo((byte) 0);
    }

    @Test
    void ofEsx2HasNoDescriptorAndIsOneAllTheSame() throws IOException {
        Files.delete(log);
        log = folder.resolve("a.vmdk.REDO");
        Files.move(folder.resolve("a.vmdk-delta.REDO_TkLU1V"), log);
        try (VirtualDisk disk = VirtualDisk.open(base, OpenOptions.writable())) {
            disk.write(512, ByteBuffer.wrap(new byte[] {7}));
        }

        isToldByACheck();
        try (VirtualDisk disk = VirtualDisk.open(log)) {
            ByteBuffer two = ByteBuffer.allocate(1024);
            disk.read(0, two);
            assertThat(new byte[] {two.get(0), two.get(512)}).containsExactly(42, 7);
        }
        isCommittedIntoTheDiskThatTheMachineNames();
    }

    @Test
    void isToldByACheck() throws IOException {
        assertThat(MachineCheck.run(folder, List.of(), CheckOptions.standard(), Instant.now(), Progress.NONE)
                        .findings())
                .filteredOn(finding -> finding.id().equals("vm.redo-log"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.file()).isEqualTo(log);
                    assertThat(finding.remedy().text()).contains("a consolidation of", "removal of");
                });
    }
}
