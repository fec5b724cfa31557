package io.vmdisk.guest.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExfatFileSystemTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mkfs.exfat", "fsck.exfat");
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "4096", "131072"})
    void reportsAllClustersButTheSystemsOwn(String clusterBytes) throws Exception {
        try (GuestImage image = make("-L", "stick", "-c", clusterBytes)) {
            GuestFileSystem.Handled content = image.handled();
            long cluster = Long.parseLong(clusterBytes);
            ByteBuffer boot = ByteBuffer.wrap(image.read(0, 512)).order(ByteOrder.LITTLE_ENDIAN);
            long clusters = boot.getInt(92);
            long bitmap = ((clusters + 7) / 8 + cluster - 1) / cluster;
            long capitals = (5836 + cluster - 1) / cluster;
            assertThat(content.facts().label()).isEqualTo("stick");
            assertThat(content.facts().blockBytes()).isEqualTo(cluster);
            assertThat(content.freeBytes() / cluster).isEqualTo(clusters - bitmap - capitals - 1);
            image.junkFree();
            GuestImage.run("fsck.exfat", "-n", image.path());
        }
    }

    @Test
    void leavesOutTheBitsThatAreSet() throws Exception {
        try (GuestImage image = make("-c", "4096")) {
            GuestFileSystem.Handled before = image.handled();
            long bitmap = ByteBuffer.wrap(image.read(88, 4))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt(0)
                    * 512L;
            image.write(bitmap + 100, new byte[] {(byte) 0xF0, 1});
            GuestFileSystem.Handled after = image.handled();
            assertThat(before.freeBytes() - after.freeBytes()).isEqualTo(5 * 4096);
            assertThat(GuestImage.free(after).get(1)[0]).isEqualTo(bitmap + (100 * 8 + 9) * 4096L);
        }
    }

    @Test
    void refusesVolumeInUse() throws Exception {
        try (GuestImage image = make("-c", "4096")) {
            image.flip(106, 2);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void refusesWrongChecksumAndBitmapThatCallsItselfFree() throws Exception {
        try (GuestImage image = make("-c", "4096")) {
            image.flip(100, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("checksum");
            image.flip(100, 1);
            long bitmap = ByteBuffer.wrap(image.read(88, 4))
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt(0)
                    * 512L;
            image.flip(bitmap, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("free");
        }
    }

    private GuestImage make(String... options) throws IOException, InterruptedException {
        GuestImage image = GuestImage.create(folder.resolve("exfat.img"), 32 << 20);
        String[] command = new String[options.length + 2];
        command[0] = "mkfs.exfat";
        System.arraycopy(options, 0, command, 1, options.length);
        command[options.length + 1] = image.path();
        GuestImage.run(command);
        return image;
    }
}
