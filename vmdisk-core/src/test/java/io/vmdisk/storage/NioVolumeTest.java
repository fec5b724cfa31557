package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.testkit.VolumeContract;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The default file system. */
class NioVolumeTest extends VolumeContract {
    @TempDir
    Path folder;

    @Override
    protected Volume volume() {
        return Volume.system();
    }

    @Override
    protected Path folder() {
        return folder;
    }

    @Test
    void givesALockToOneHolderOnly() throws IOException {
        Path lockFile = folder.resolve("lock");
        try (Closeable lock = volume().lock(lockFile)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> volume().lock(lockFile).close())
                    .isInstanceOf(UnsafeStateException.class)
                    .hasMessageContaining("another vmdisk");
        }
        volume().lock(lockFile).close();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void followsSymbolicLinksToFiles() throws IOException {
        Path target = Files.write(folder.resolve("target"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        assertThat(volume().readAll(link, 1)).containsExactly(1);
        assertThat(volume().facts(link).key()).isEqualTo(volume().facts(target).key());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void refusesADeviceThatWasNotAllowed() throws IOException {
        Path device = Path.of("/dev/null");

        assertThatThrownBy(() -> volume().open(device, OpenMode.READ).close())
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("not a regular file");
        volume().openDevice(device).close();
    }
}
