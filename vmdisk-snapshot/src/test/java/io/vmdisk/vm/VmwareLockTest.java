package io.vmdisk.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.Hold;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.CrashReplay;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.InjectedFaultException;
import io.vmdisk.testkit.MemoryVolume;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VmwareLockTest {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = files.getPath("/vms/web01");
    private final Volume volume = Volume.system();
    private final LockIdentity here = new LockIdentity("vmdisk:here", 77, pid -> pid == 77);

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private LockTaker taker() {
        return new LockTaker(volume, here, new Random(1));
    }

    private VmwareLock read(Path lock) throws IOException {
        return new LockReader(volume, here).read(lock, volume.facts(lock));
    }

    private Path lockWith(byte[] member) throws IOException {
        Path lock = Files.createDirectories(folder.resolve("web01.vmx.lck"));
        Files.write(lock.resolve("M00001.lck"), member);
        return lock;
    }

    private LockMember member(String machine, String execution) {
        return new LockMember(
                machine, execution, 1, "X", OptionalLong.of(LockMember.hashOf(folder.resolve("web01.vmx.lck"))));
    }

    @Test
    void writesAndReadsTheMemberThatVmwareDoes() {
        LockMember member = new LockMember(
                "host-7",
                "4242-981233(vmware-vmx)",
                1,
                "X",
                OptionalLong.of(LockMember.hashOf(folder.resolve("web01.vmx.lck"))));
        byte[] expected = Arrays.copyOf(
                "host-7 4242-981233(vmware-vmx) 1 X [ lc=1708544983".getBytes(StandardCharsets.US_ASCII), 512);

        assertThat(member.encode()).isEqualTo(expected);
        assertThat(LockMember.parse(expected)).contains(member);
        assertThat(member.pid()).hasValue(4242);
    }

    @Test
    void takesNoOtherFileForAMember() {
        for (String text : new String[] {"", "a b 1", "a b x X [", "a b 1 Q [", "a b -1 X ["}) {
            assertThat(LockMember.parse(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 512)))
                    .isEmpty();
        }
        assertThat(LockMember.parse(new byte[511])).isEmpty();
        assertThat(LockMember.parse(Arrays.copyOf("a b 1 S".getBytes(StandardCharsets.US_ASCII), 512)))
                .isPresent();
    }

    @Test
    void countsWhatItCannotReadAsHeld() throws IOException {
        assertThat(read(lockWith(new byte[10_000])).state()).isEqualTo(VmwareLock.State.HELD);
    }

    @Test
    void tellsHeldFromCopiedStaleAndFree() throws IOException {
        assertThat(read(lockWith(member("other", "1-0(vmware-vmx)").encode())).state())
                .isEqualTo(VmwareLock.State.HELD);
        assertThat(read(lockWith(member("vmdisk:here", "77-0(vmdisk)").encode()))
                        .state())
                .isEqualTo(VmwareLock.State.OURS);
        assertThat(read(lockWith(member("vmdisk:here", "78-0(vmdisk)").encode()))
                        .state())
                .isEqualTo(VmwareLock.State.STALE);
        assertThat(read(lockWith(new LockMember("o", "1-0", 1, "X", OptionalLong.of(5)).encode()))
                        .state())
                .isEqualTo(VmwareLock.State.COPIED);
        Path lock = lockWith(new byte[0]);
        Files.delete(lock.resolve("M00001.lck"));
        assertThat(read(lock).state()).isEqualTo(VmwareLock.State.FREE);
        Files.createDirectory(lock.resolve("D00002.lck"));
        assertThat(read(lock).state()).isEqualTo(VmwareLock.State.HELD);
        assertThat(read(lock).locked()).contains(folder.resolve("web01.vmx"));
    }

    @Test
    void takesAndReleasesALock() throws IOException {
        Files.createDirectories(folder);
        Path vmx = folder.resolve("web01.vmx");

        try (Closeable held = taker().take(List.of(vmx, folder.resolve("web01.vmdk")))) {
            assertThat(held).isNotNull();
            VmwareLock lock = read(folder.resolve("web01.vmx.lck"));
            assertThat(lock.state()).isEqualTo(VmwareLock.State.OURS);
            assertThat(lock.holders()).extracting(LockMember::executionId).containsExactly("77-0(vmdisk)");
            assertThat(volume.list(folder.resolve("web01.vmx.lck")))
                    .singleElement()
                    .satisfies(member ->
                            assertThat(member.getFileName().toString()).matches("M[0-9]{5}\\.lck"));
        }

        assertThat(volume.list(folder)).isEmpty();
    }

    @Test
    void takesAllOrNone() throws IOException {
        Path lock = lockWith(member("other", "1-0(vmware-vmx)").encode());

        assertThatThrownBy(() -> taker().take(List.of(folder.resolve("a.vmdk"), folder.resolve("web01.vmx"))))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("held by 1-0(vmware-vmx) on other");
        assertThat(volume.list(folder)).containsExactly(lock);
        assertThat(volume.list(lock)).hasSize(1);
    }

    @Test
    void leavesLocksOfTheDeadAlone() throws IOException {
        lockWith(member("vmdisk:here", "78-0(vmdisk)").encode());

        assertThatThrownBy(() -> taker().take(List.of(folder.resolve("web01.vmx"))))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("looks left over");
    }

    @Test
    void clearsLocksOfTheDeadWhenAskedToAndNoOthers() throws IOException {
        Path file = folder.resolve("web01.vmx");
        assertThat(taker().clearDead(file)).isFalse();

        Path held = lockWith(member("other", "1-0(vmware-vmx)").encode());
        assertThat(taker().clearDead(file)).isFalse();
        assertThat(volume.list(held)).hasSize(1);
        volume.delete(volume.list(held).get(0));
        volume.delete(held);

        lockWith(member("vmdisk:here", "78-0(vmdisk)").encode());
        assertThat(taker().clearDead(file)).isTrue();
        assertThat(volume.exists(held)).isFalse();
    }

    @Test
    void clearsWhatAVmdiskLeftThatDiedWhileItTookTheLock() throws IOException {
        Path file = folder.resolve("web01.vmx");
        Path lock = lockWith(member("vmdisk:here", "78-0(vmdisk)").encode());
        Files.move(lock.resolve("M00001.lck"), lock.resolve("E00001.lck"));
        Files.createDirectory(lock.resolve("D00001.lck"));

        Files.createDirectory(lock.resolve("D00002.lck"));
        assertThat(taker().clearDead(file)).as("somebody else queues").isFalse();

        Files.delete(lock.resolve("D00002.lck"));
        assertThat(taker().clearDead(file)).isTrue();
        assertThat(lock).doesNotExist();
    }

    @Test
    void takesALockWhoseFolderIsEmptyButNotAFile() throws IOException {
        Files.createDirectories(folder.resolve("web01.vmx.lck"));
        Files.write(folder.resolve("b.vmdk.lck"), new byte[3]);

        taker().take(List.of(folder.resolve("web01.vmx"))).close();

        assertThatThrownBy(() -> taker().take(List.of(folder.resolve("b.vmdk"))))
                .isInstanceOf(UnsafeStateException.class);
    }

    @Test
    void clearsALockWhoseHolderHadOurNumberButNotOneThatIsHeld() throws IOException {
        Path file = folder.resolve("web01.vmx");
        Path lock = lockWith(member("vmdisk:here", "77-0(vmdisk)").encode());
        Path member = lock.resolve("M00001.lck");

        Closeable held = volume.hold(member, Hold.EXCLUSIVE);
        try (held) {
            assertThat(taker().clearDead(file)).isFalse();
        }
        assertThat(taker().clearDead(file)).isTrue();
        assertThat(lock).doesNotExist();
    }

    @Test
    void clearsALockWhoseHoldersNumberAnotherProcessHasByNowButNotOneThatIsHeld() throws IOException {
        Path file = folder.resolve("web01.vmx");
        LockIdentity crowded = new LockIdentity("vmdisk:here", 77, pid -> true);
        Path lock = lockWith(member("vmdisk:here", "78-0(vmdisk)").encode());
        LockTaker taker = new LockTaker(volume, crowded, new Random(2));

        Closeable held = volume.hold(lock.resolve("M00001.lck"), Hold.EXCLUSIVE);
        try (held) {
            assertThat(taker.clearDead(file)).isFalse();
        }
        assertThat(taker.clearDead(file)).isTrue();
        assertThat(lock).doesNotExist();
    }

    @Test
    void clearsAnEntryWhoseTextNeverCameToBe() throws IOException {
        Path file = folder.resolve("web01.vmx");
        for (byte[] text : new byte[][] {{}, new byte[100]}) {
            Path lock = lockWith(text);
            Files.move(lock.resolve("M00001.lck"), lock.resolve("E00001.lck"));
            assertThat(taker().clearDead(file)).isTrue();
            assertThat(lock).doesNotExist();
        }
        Path member = lockWith(new byte[0]);
        assertThat(taker().clearDead(file)).as("a member is somebody's").isFalse();
        assertThat(member).exists();
    }

    @Test
    void isOneForAllNamesOfAFile() throws IOException {
        Files.createDirectories(folder);
        Path vmx = Files.write(folder.resolve("web01.vmx"), new byte[1]);
        Path link = Files.createSymbolicLink(files.getPath("/vms/link"), folder);
        Closeable held = taker().take(List.of(link.resolve("web01.vmx")));
        try (held) {
            assertThatThrownBy(() -> taker().take(List.of(vmx)).close()).isInstanceOf(UnsafeStateException.class);
            assertThat(read(link.resolve("web01.vmx.lck")).state()).isEqualTo(VmwareLock.State.OURS);
            assertThat(read(folder.resolve("web01.vmx.lck")).state()).isEqualTo(VmwareLock.State.OURS);
        }
    }

    /** At every call of taking a lock: what is left is nobody's lock for ever. */
    @Test
    void leavesNothingThatRecoveryCannotClearWhereverItIsKilled() throws IOException {
        Path vm = MemoryVolume.folder();
        Path file = vm.resolve("web01.vmx");
        MemoryVolume before = new MemoryVolume();
        before.put(file, new byte[1]);
        LockIdentity dead = new LockIdentity("vmdisk:here", 78, pid -> pid == 77);
        CrashReplay replay = CrashReplay.record(
                before,
                recorded -> new LockTaker(recorded, dead, new Random(1))
                        .take(List.of(file))
                        .close());
        AtomicInteger states = new AtomicInteger();
        replay.crashes(5, 1).forEach(crash -> {
            try {
                MemoryVolume left = crash.volume();
                LockTaker taker = new LockTaker(left, here, new Random(2));
                taker.clearDead(file);
                taker.take(List.of(file)).close();
                states.incrementAndGet();
            } catch (IOException e) {
                throw new UncheckedIOException(crash.toString(), e);
            }
        });
        assertThat(states.get()).isGreaterThan(20);
    }

    @Test
    void isWholeOrNotTakenWhicheverCallFails() throws IOException {
        Path file = MemoryVolume.folder().resolve("web01.vmx");
        for (int n = 1; ; n++) {
            MemoryVolume left = new MemoryVolume();
            left.put(file, new byte[1]);
            FaultVolume failing = FaultVolume.failOnce(left, n);
            try {
                new LockTaker(failing, here, new Random(1)).take(List.of(file)).close();
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(InjectedFaultException.class, UnsafeStateException.class);
            }
            assertThat(left.locked()).isEmpty();
            assertThat(left.openFiles()).isEmpty();
            if (failing.failed().isEmpty()) {
                break;
            }
        }
    }
}
