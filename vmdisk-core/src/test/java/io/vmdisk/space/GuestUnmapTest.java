package io.vmdisk.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.Needs;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.DiskConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system on a disk full of old data: what it does not use is given back, and its own checker is content. */
class GuestUnmapTest {
    private static final int CAPACITY = 48 << 20;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        boolean present = List.of("/sbin", "/usr/sbin").stream()
                .anyMatch(bin ->
                        Files.isExecutable(Path.of(bin, "mke2fs")) && Files.isExecutable(Path.of(bin, "e2fsck")));
        Needs.require(present, "e2fsprogs");
    }

    @Test
    void givesBackTheFreeBlocksOfExt4() throws IOException {
        Path raw = folder.resolve("disk.raw");
        Files.write(raw, Patterns.random(1, CAPACITY));
        run("mke2fs", "-q", "-F", "-t", "ext4", "-E", "nodiscard", raw.toString());
        Path disk = folder.resolve("disk.vmdk");
        DiskConverter converter = new DiskConverter(2, Volume.system(), Progress.NONE);
        try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            converter.convert(source, disk, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY));
        }

        DiskUnmap.GuestSpace space;
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable())) {
            space = new DiskUnmap(opened, DiskUnmap.Effect.UNMAP, 2, Progress.NONE)
                    .guest()
                    .get(0);
        }

        assertThat(space.partition().content()).isInstanceOfSatisfying(GuestFileSystem.Handled.class, handled -> {
            assertThat(handled.freeBytes()).isGreaterThan(CAPACITY / 2);
            assertThat(space.bytes()).isGreaterThan(handled.freeBytes() * 95 / 100);
        });
        Path after = folder.resolve("after.raw");
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly())) {
            converter.convert(opened, after, CreateSpec.of(DiskFormat.RAW, CAPACITY));
        }
        run("e2fsck", "-f", "-n", after.toString());
    }

    private void run(String... command) throws IOException {
        assertThat(Command.run(folder, List.of(command)).exitCode()).isZero();
    }
}
