package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VolumeReplaceTest {
    private static final Path FILE = MemoryVolume.folder().resolve("machine.vmx");
    private static final byte[] OLD = Patterns.text(1, 3000);
    private static final byte[] NEW = Patterns.text(2, 5000);

    @TestFactory
    Stream<DynamicTest> leavesTheOldOrTheNewFileWhereverItCrashes() throws IOException {
        CrashReplay replay = CrashReplay.record(machine(), volume -> volume.replace(FILE, NEW));

        return replay.crashes(20, 1)
                .map(crash -> dynamicTest(
                        crash.toString(),
                        () -> assertThat(crash.volume().bytes(FILE))
                                .as(crash.losses())
                                .isIn(OLD, NEW)));
    }

    @TestFactory
    Stream<DynamicTest> leavesNoFileOrTheNewOneWhereThereWasNone() throws IOException {
        CrashReplay replay = CrashReplay.record(new MemoryVolume(), volume -> volume.replace(FILE, NEW));

        return replay.crashes(20, 2)
                .map(crash -> dynamicTest(crash.toString(), () -> {
                    MemoryVolume volume = crash.volume();
                    if (volume.exists(FILE)) {
                        assertThat(volume.bytes(FILE)).as(crash.losses()).isEqualTo(NEW);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> worksAgainAfterACrash() throws IOException {
        CrashReplay replay = CrashReplay.record(machine(), volume -> volume.replace(FILE, NEW));

        return replay.crashes(3, 3)
                .map(crash -> dynamicTest(crash.toString(), () -> {
                    MemoryVolume volume = crash.volume();
                    volume.replace(FILE, NEW);

                    assertThat(volume.bytes(FILE)).isEqualTo(NEW);
                    assertThat(volume.files()).containsExactly(FILE);
                }));
    }

    /** They may be all that there is of a disk whose extents have their names already. */
    @Test
    void leavesFilesOfADiskInTheMakingToRecovery() throws IOException {
        MemoryVolume volume = machine();
        Path making = AtomicName.beside(FILE);
        volume.createFolder(making);
        volume.open(making.resolve(FolderLock.OWN_PREFIX + "mark"), OpenMode.CREATE)
                .close();
        Path extent = making.resolve("extent");
        volume.open(extent, OpenMode.CREATE).close();

        assertThatThrownBy(() -> volume.replace(FILE, NEW))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("a recovery");
        assertThat(volume.exists(extent)).isTrue();
        assertThat(volume.bytes(FILE)).isEqualTo(OLD);

        volume.delete(extent);
        volume.replace(FILE, NEW);
        assertThat(volume.bytes(FILE)).isEqualTo(NEW);
        assertThat(volume.exists(making)).isFalse();
    }

    @Test
    void isDurableOnceItReturns() throws IOException {
        CrashReplay replay = CrashReplay.record(machine(), volume -> volume.replace(FILE, NEW));

        assertThat(replay.crashes(10, 4, at -> at == replay.log().size()))
                .isNotEmpty()
                .allSatisfy(crash -> assertThat(crash.volume().bytes(FILE)).isEqualTo(NEW));
    }

    @Test
    void keepsTheOldFileWhicheverCallFails() throws IOException {
        int n = 1;
        while (true) {
            MemoryVolume below = machine();
            FaultVolume faulty = FaultVolume.failFrom(below, n);
            try {
                faulty.replace(FILE, NEW);
            } catch (InjectedFaultException e) {
                assertThat(below.bytes(FILE)).as(e.getMessage()).isIn(OLD, NEW);
                assertThat(below.openFiles()).isEmpty();
            }
            if (faulty.failed().isEmpty()) {
                break;
            }
            n++;
        }
        assertThat(n).isGreaterThan(5);
    }

    @Test
    void keepsTheOldFileOnAFullDisk() throws IOException {
        for (int room = 0; room < NEW.length; room += 999) {
            MemoryVolume below = machine();
            FaultVolume full = FaultVolume.fullAfter(below, room);

            assertThatThrownBy(() -> full.replace(FILE, NEW)).isInstanceOf(InjectedFaultException.class);
            assertThat(below.bytes(FILE)).isEqualTo(OLD);
        }
    }

    private static MemoryVolume machine() {
        MemoryVolume volume = new MemoryVolume();
        volume.put(FILE, OLD);
        return volume;
    }
}
