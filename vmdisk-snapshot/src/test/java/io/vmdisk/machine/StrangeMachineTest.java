package io.vmdisk.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.Run;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.snapshot.vmsd.Snapshot;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Sha256;
import io.vmdisk.testkit.StrangeFileSystem;
import io.vmdisk.testkit.StrangeFileSystem.Habit;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Machines on file systems of others, with each bad habit: told right, changed whole, or an exception of ours. */
class StrangeMachineTest {
    private static final int CAPACITY = 1 << 20;
    private static final MachineOptions LATER = MachineOptions.standard()
            .withClock(InstantSource.fixed(Instant.now().plusSeconds(7200)));

    /** With these everything that only reads must work. */
    private static final Set<Habit> HARMLESS_TO_READERS = EnumSet.of(
            Habit.MOVES_THE_SHARED_POSITION,
            Habit.READS_LITTLE,
            Habit.READS_NOTHING_NOW_AND_THEN,
            Habit.NULL_STORE,
            Habit.THROWS_FOR_STORES,
            Habit.LATE_VISIBILITY,
            Habit.THROWS_FOR_LOCKS,
            Habit.GIVES_ALL_LOCKS,
            Habit.NO_FILE_CHANNELS,
            Habit.REFUSES_OPTIONS);

    @TempDir
    Path folder;

    private Path web01;

    /** All that a machine tells of itself. */
    private record Told(
            String name,
            String memory,
            List<String> snapshots,
            List<String> disks,
            Verdict verdict,
            String frozen,
            String now,
            long mapped) {
        static Told by(Path at) throws IOException {
            Machine machine = Machine.open(at, LATER);
            List<String> snapshots =
                    machine.snapshots().snapshots().stream().map(Snapshot::name).toList();
            List<String> disks = machine.disks().stream()
                    .map(disk -> disk.path()
                            .map(path -> path.getFileName().toString())
                            .orElse("none"))
                    .toList();
            try (VirtualDisk frozen = machine.openDisk("scsi0:0", "one");
                    VirtualDisk now = machine.openDisk("scsi0:0")) {
                return new Told(
                        machine.name(),
                        machine.configuration().dictionary().get("memSize").orElse("none"),
                        snapshots,
                        disks,
                        machine.check().verdict(),
                        hash(frozen),
                        hash(now),
                        now.runs(0, CAPACITY).stream().mapToLong(Run::length).sum());
            }
        }

        private static String hash(VirtualDisk disk) throws IOException {
            try (InputStream bytes = disk.inputStream()) {
                return Sha256.of(bytes.readAllBytes());
            }
        }
    }

    @BeforeEach
    void makeMachine() throws IOException {
        web01 = Files.createDirectory(folder.resolve("web01"));
        Files.writeString(web01.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                guestOS = "other"
                memSize = "1024"
                scsi0.present = "TRUE"
                scsi0.virtualDev = "lsilogic"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                """);
        StagedDisk.createEmpty(
                web01.resolve("web01.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), Progress.NONE);
        write(1, 0);
        Machine.open(web01, LATER).createSnapshot("one").run();
        write(2, 100_000);
    }

    private void write(int seed, long at) throws IOException {
        try (VirtualDisk reading = Machine.open(web01, LATER).openDisk("scsi0:0");
                VirtualDisk disk = VirtualDisk.open(reading.chain().top().path(), OpenOptions.writable())) {
            disk.write(at, ByteBuffer.wrap(Patterns.random(seed, 200_000)));
        }
    }

    private Path strange(Habit habit) {
        return new StrangeFileSystem(habit).of(web01);
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void aMachineIsToldAsItIsOrNotAtAll(Habit habit) throws IOException {
        Told expected = Told.by(web01);
        Told told;
        try {
            told = Told.by(strange(habit));
        } catch (IOException e) {
            assertThat(HARMLESS_TO_READERS).as("%s: %s", habit, e).doesNotContain(habit);
            requireOurs(e, habit);
            return;
        }
        if (HARMLESS_TO_READERS.contains(habit)) {
            assertThat(told).isEqualTo(expected);
        } else if (told.verdict == Verdict.CLEAN) {
            assertThat(told.now).isEqualTo(expected.now);
            assertThat(told.frozen).isEqualTo(expected.frozen);
            assertThat(told.snapshots).isEqualTo(expected.snapshots);
        }
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void anOperationIsDoneOrRefusedAndWhatIsLeftIsRecovered(Habit habit) throws IOException {
        Told before = Told.by(web01);
        boolean done = false;
        try {
            Machine.open(strange(habit), LATER).createSnapshot("two").run();
            done = true;
        } catch (IOException e) {
            requireOurs(e, habit);
        }
        if (!done) {
            Machine.recover(web01);
        }
        Told after = Told.by(web01);

        assertThat(after.now).isEqualTo(before.now);
        assertThat(after.frozen).isEqualTo(before.frozen);
        assertThat(after.verdict).isEqualTo(before.verdict);
        if (done) {
            assertThat(after.snapshots).containsExactly("one", "two");
        } else {
            assertThat(after.snapshots).isIn(List.of("one"), List.of("one", "two"));
        }
    }

    @ParameterizedTest
    @EnumSource(Habit.class)
    void aConfigurationIsReplacedWholeOrStaysAsItWas(Habit habit) throws IOException {
        Path file = web01.resolve("web01.vmx");
        String before = Files.readString(file);
        boolean done = false;
        try {
            VmxFile configuration = Machine.open(strange(habit), LATER).configuration();
            configuration.dictionary().set("memSize", "2048");
            configuration.save(Volume.system());
            done = true;
        } catch (IOException e) {
            requireOurs(e, habit);
        }
        String changed = before.replace("memSize = \"1024\"", "memSize = \"2048\"");
        if (done) {
            assertThat(file).hasContent(changed);
        } else {
            assertThat(Files.readString(file)).isIn(before, changed);
        }
        Told.by(web01);
    }

    @ParameterizedTest
    @EnumSource(
            value = Habit.class,
            names = {"THROWS_FOR_LOCKS", "GIVES_ALL_LOCKS", "NO_FILE_CHANNELS"})
    void noMachineIsChangedWhereLocksAreNotReal(Habit habit) {
        assertThatThrownBy(() -> Machine.open(strange(habit), LATER)
                        .createSnapshot("two")
                        .run())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("no locks that keep others out");
    }

    private static void requireOurs(IOException e, Habit habit) {
        assertThat(e).as(habit.toString()).isInstanceOfAny(VmdiskException.class, FileSystemException.class);
        if (e instanceof FileSystemException system) {
            assertThat(system.getFile()).as("%s: %s", habit, e).isNotNull();
        } else if (!(e instanceof UnsafeStateException)) {
            assertThat(((VmdiskException) e).file()).as("%s: %s", habit, e).isPresent();
        }
    }
}
