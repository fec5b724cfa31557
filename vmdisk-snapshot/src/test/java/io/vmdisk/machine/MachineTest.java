package io.vmdisk.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Operation;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.Verdict;
import io.vmdisk.compare.ChangedBlocks;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disks.Disks;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.snapshot.vmsd.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    private static final int CAPACITY = 4 << 20;
    private static final MachineOptions LATER = MachineOptions.standard()
            .withClock(InstantSource.fixed(Instant.now().plusSeconds(7200)));

    @TempDir
    Path folder;

    private Path web01;

    @BeforeEach
    void makeMachine() throws IOException {
        web01 = Files.createDirectory(folder.resolve("web01"));
        Files.writeString(web01.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "lsilogic"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                """);
        StagedDisk.createEmpty(
                web01.resolve("web01.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), Progress.NONE);
        write("first", 0);
    }

    private Machine open() throws IOException {
        return Machine.open(web01, LATER);
    }

    private void write(String text, long at) throws IOException {
        try (VirtualDisk reading = open().openDisk("scsi0:0");
                VirtualDisk disk = VirtualDisk.open(reading.chain().top().path(), OpenOptions.writable())) {
            disk.write(at, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String text(VirtualDisk disk, long at, int length) throws IOException {
        try (disk) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            disk.read(at, bytes);
            return new String(bytes.array(), StandardCharsets.UTF_8);
        }
    }

    private List<String> names() throws IOException {
        return open().snapshots().snapshots().stream().map(Snapshot::name).toList();
    }

    @Test
    void tellsWhatItIs() throws IOException {
        Machine machine = open();

        assertThat(machine.name()).isEqualTo("web01");
        assertThat(machine.folder()).isEqualTo(web01);
        assertThat(machine.disks()).hasSize(1);
        assertThat(machine.power().state()).isEqualTo(PowerState.OFF);
        assertThat(machine.files())
                .extracting(file -> file.path().getFileName().toString())
                .contains("web01.vmx");
        assertThat(machine.check().verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(machine).hasToString("web01 in " + web01);
    }

    @Test
    void takesRevertsToAndDeletesSnapshots() throws IOException {
        open().createSnapshot("one").run();
        write("second", 0);
        open().createSnapshot("two").run();
        write("third", 0);
        assertThat(names()).containsExactly("one", "two");

        open().revertTo("one").run();
        assertThat(text(open().openDisk("scsi0:0"), 0, 5)).isEqualTo("first");

        open().deleteSnapshot("one/two").run();
        open().deleteAllSnapshots().run();
        assertThat(names()).isEmpty();
        assertThat(text(open().openDisk("scsi0:0"), 0, 5)).isEqualTo("first");
        assertThat(open().consolidate().isEmpty()).isTrue();
    }

    @Test
    void showsWhatAnOperationWouldDoAndChangesNothing() throws IOException {
        Operation operation = open().createSnapshot("one");
        operation.rehearse();

        assertThat(operation.isEmpty()).isFalse();
        assertThat(operation.steps()).isNotEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void opensADiskAsASnapshotFrozeItAndTellsWhatChangedSince() throws IOException {
        open().createSnapshot("one").run();
        write("second", 1 << 20);
        Machine machine = open();
        List<String> changed = new ArrayList<>();

        try (VirtualDisk before = machine.openDisk("SCSI0:0", "one");
                VirtualDisk now = machine.openDisk("scsi0:0")) {
            ChangedBlocks.between(
                    before, now, (range, content) -> changed.add(range.start() + "+" + range.length() + " " + content));
        }

        assertThat(changed).containsExactly((1 << 20) + "+65536 DATA");
        assertThat(text(machine.openDisk("scsi0:0", "one"), 0, 5)).isEqualTo("first");
        assertThatThrownBy(() -> machine.openDisk("scsi0:1"))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("scsi0:1");
    }

    @Test
    void makesFullAndLinkedClones() throws IOException {
        open().cloneTo(folder.resolve("copy"), "copy").run();
        open().createSnapshot("golden").run();
        open().cloneLinked(folder.resolve("linked"), "linked", "golden").run();

        for (String name : List.of("copy", "linked")) {
            Machine clone = Machine.open(folder.resolve(name), LATER);
            assertThat(clone.name()).isEqualTo(name);
            assertThat(text(clone.openDisk("scsi0:0"), 0, 5)).isEqualTo("first");
        }
    }

    @Test
    void takesAnotherName() throws IOException {
        open().rename("web02").run();

        assertThat(Machine.open(web01, LATER).name()).isEqualTo("web02");
        assertThat(text(Machine.open(web01, LATER).openDisk("scsi0:0"), 0, 5)).isEqualTo("first");
    }

    @Test
    void refusesAnOperationOnAMachineThatChangedSinceItWasOpened() throws IOException {
        Machine before = open();
        Operation operation = before.createSnapshot("one");
        open().createSnapshot("other").run();

        assertThatThrownBy(operation::run).isInstanceOf(UnsafeStateException.class);
        assertThat(names()).containsExactly("other");
    }

    @Test
    void recoversWhatWasCancelled() throws IOException {
        open().createSnapshot("one").run();
        write("second", 0);
        Progress cancelling = new Progress() {
            @Override
            public boolean cancelled() {
                return true;
            }
        };

        assertThatThrownBy(() -> open().deleteAllSnapshots().run(cancelling))
                .isInstanceOf(OperationCancelledException.class);
        RecoveryOutcome outcome = Machine.recover(web01);

        assertThat(outcome).isNotNull();
        assertThat(web01.resolve(".vmdisk-journal")).doesNotExist();
        assertThat(text(open().openDisk("scsi0:0"), 0, 6)).isEqualTo("second");
        assertThat(open().check().verdict()).isEqualTo(Verdict.CLEAN);
    }

    @Test
    void hasNothingToRepairWhenAllIsWell() throws IOException {
        assertThat(open().repairTables().isEmpty()).isTrue();
        assertThat(open().repairLeaks().isEmpty()).isTrue();
        assertThat(open().repairDescriptors().isEmpty()).isTrue();
    }

    @Test
    void mergesAChainThatBelongsToNoMachine() throws IOException {
        Path base = folder.resolve("base.vmdk");
        Path top = folder.resolve("top.vmdk");
        Disks disks = Disks.standard();
        disks.create(base, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20));
        disks.create(top, CreateSpec.of(DiskFormat.VMFS_SPARSE, 1 << 20).withParent(base));
        try (VirtualDisk disk = disks.openWritable(top)) {
            disk.write(4096, ByteBuffer.wrap("top".getBytes(StandardCharsets.UTF_8)));
        }

        Operation merge = Machine.consolidateDisk(top, MachineOptions.standard());
        merge.rehearse();
        assertThat(top).exists();
        merge.run();

        assertThat(top).doesNotExist();
        assertThat(text(disks.open(base), 4096, 3)).isEqualTo("top");
    }
}
