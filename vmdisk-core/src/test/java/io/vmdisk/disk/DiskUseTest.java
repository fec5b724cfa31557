package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.BrokenChainException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.MemoryVolume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskUseTest {
    private static final int CAPACITY = 1 << 20;

    private final MemoryVolume volume = new MemoryVolume();
    private final Path base = MemoryVolume.folder().resolve("web01.vmdk");
    private final Path delta = MemoryVolume.folder().resolve("web01-000001.vmdk");
    private final OpenOptions writing = OpenOptions.writable().withVolume(volume);

    private void create(Path disk, CreateSpec spec) throws IOException {
        StagedDisk.createEmpty(disk, spec, volume, Progress.NONE);
    }

    private void createBase() throws IOException {
        create(base, CreateSpec.of(DiskFormat.TWO_GB_FLAT, CAPACITY));
    }

    private void createChain() throws IOException {
        createBase();
        create(delta, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(base));
    }

    private void assertRefused(Path disk, String code) {
        assertThatThrownBy(() -> VirtualDisk.open(disk, writing).close())
                .isInstanceOfSatisfying(
                        UnsafeStateException.class, e -> assertThat(e.code()).isEqualTo("unsafe." + code));
    }

    private static void write(VirtualDisk disk) throws IOException {
        disk.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }

    @Test
    void isOneWritersAlone() throws IOException {
        createBase();
        try (VirtualDisk open = VirtualDisk.open(base, writing)) {
            write(open);
            assertRefused(base, "locked");
            assertThatThrownBy(() -> new DiskResize(writing, Progress.NONE).grow(base, 2 * CAPACITY))
                    .isInstanceOf(UnsafeStateException.class);
            VirtualDisk.open(base, OpenOptions.readOnly().withVolume(volume)).close();
        }
        VirtualDisk.open(base, writing).close();
        assertThat(volume.locked()).isEmpty();
    }

    @Test
    void isOneWritersAloneWhateverTheLinksAreCalled(@TempDir Path folder) throws IOException {
        Path disk = folder.resolve("x.vmdk");
        StagedDisk.createEmpty(
                disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), Volume.system(), Progress.NONE);
        Path soft = Files.createSymbolicLink(folder.resolve("soft.vmdk"), disk);
        Path hard =
                Files.createLink(Files.createDirectory(folder.resolve("apart")).resolve("hard.vmdk"), disk);
        for (Path first : List.of(disk, soft, hard)) {
            try (VirtualDisk open = VirtualDisk.open(first, OpenOptions.writable())) {
                write(open);
                for (Path second : List.of(disk, soft, hard, folder.resolve("apart/../x.vmdk"))) {
                    assertThatThrownBy(() -> VirtualDisk.open(second, OpenOptions.writable())
                                    .close())
                            .as(first + " and " + second)
                            .isInstanceOf(UnsafeStateException.class)
                            .hasMessageContaining("another vmdisk works on it");
                }
            }
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(disk, soft, folder.resolve("apart"));
        }
    }

    /** In the middle of a merge the parent has changed already: to relink the child then would be the end of it. */
    @Test
    void aBrokenChainWithAnOpenJournalIsNamedForTheJournalToWhoWouldWrite() throws IOException {
        createChain();
        try (VirtualDisk open = VirtualDisk.open(base, writing.withPermission(OpenOptions.Permission.WRITE_SHARED))) {
            write(open);
        }
        OpenOptions still = writing.withAccess(OpenOptions.Access.READ_STILL);
        Path missing = MemoryVolume.folder().resolve("missing.vmdk");
        assertThatThrownBy(() -> VirtualDisk.open(delta, writing)).isInstanceOf(BrokenChainException.class);
        volume.put(MemoryVolume.folder().resolve(FolderLock.JOURNAL), new byte[] {1});
        assertRefused(delta, "journal");
        assertRefused(missing, "journal");
        assertThatThrownBy(() -> VirtualDisk.open(delta, still)).hasMessageContaining("a recovery");
        Closeable lock = FolderLock.take(volume, MemoryVolume.folder());
        try (lock) {
            assertRefused(delta, "locked");
            assertRefused(missing, "locked");
        }
        assertThatThrownBy(() -> VirtualDisk.open(delta, writing.withAccess(OpenOptions.Access.READ)))
                .isInstanceOf(BrokenChainException.class);
    }

    @Test
    void keepsWhatAWriterStandsOnAsItIs() throws IOException {
        createChain();
        OpenOptions shared = writing.withPermission(OpenOptions.Permission.WRITE_SHARED);
        try (VirtualDisk open = VirtualDisk.open(delta, writing)) {
            write(open);
            assertThatThrownBy(() -> VirtualDisk.open(base, shared).close())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk works on it");
        }
        VirtualDisk.open(base, shared).close();
    }

    @Test
    void waitsForAnOperationInItsFolderToBeRecovered() throws IOException {
        createBase();
        volume.put(MemoryVolume.folder().resolve(FolderLock.JOURNAL), new byte[10]);

        assertRefused(base, "journal");
        assertThatThrownBy(() -> new DiskResize(writing, Progress.NONE).grow(base, 2 * CAPACITY))
                .hasMessageContaining("a recovery");
        Closeable atWork = FolderLock.take(volume, MemoryVolume.folder());
        try (atWork) {
            assertRefused(base, "locked");
        }
        VirtualDisk.open(base, OpenOptions.readOnly().withVolume(volume)).close();
        assertThat(volume.locked()).isEmpty();
    }

    private Path machine(String disk) {
        Path configuration = MemoryVolume.folder().resolve("web01.vmx");
        volume.put(configuration, ("scsi0:0.fileName = \"" + disk + "\"\n").getBytes(StandardCharsets.UTF_8));
        return MemoryVolume.folder().resolve("web01.vmx.lck");
    }

    private static byte[] member(String text) {
        return Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 512);
    }

    @Test
    void isRefusedWhileAMachineThatStandsOnItIsLocked() throws IOException {
        createChain();
        Path lock = machine("web01-000001.vmdk");
        volume.put(lock.resolve("M00001.lck"), member("host 12-0(vmware-vmx) 1 X ["));

        assertRefused(delta, "in-use");
        OpenOptions shared = writing.withPermission(OpenOptions.Permission.WRITE_SHARED);
        assertThatThrownBy(() -> VirtualDisk.open(base, shared).close()).hasMessageContaining("web01.vmx.lck");
        VirtualDisk.open(delta, writing.withPermission(OpenOptions.Permission.WRITE_LOCKED))
                .close();

        machine("another.vmdk");
        VirtualDisk.open(delta, writing).close();
        machine("web01-000001.vmdk");
        volume.put(lock.resolve("M00001.lck"), member("vmdisk:host 12-0(vmdisk) 1 X ["));
        VirtualDisk.open(delta, writing).close();
    }

    @Test
    void isRefusedIfItChangedBetweenTheLookAndTheLock() throws IOException {
        createChain();
        DiskChain seen = DiskChain.of(delta, writing);
        try (VirtualDisk open = VirtualDisk.open(delta, writing)) {
            write(open);
        }

        assertThatThrownBy(() -> VirtualDisk.open(seen, writing).close())
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("it changed while");
        assertThat(volume.locked()).isEmpty();
        VirtualDisk.open(DiskChain.of(delta, writing), writing).close();
    }
}
