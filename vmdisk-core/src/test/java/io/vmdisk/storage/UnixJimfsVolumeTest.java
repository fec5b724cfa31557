package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.LimitExceededException;
import io.vmdisk.testkit.VolumeContract;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file system that is not the default one, with Unix paths. */
class UnixJimfsVolumeTest extends VolumeContract {
    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path folder = files.getPath("/vm");

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectory(folder);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Override
    protected Volume volume() {
        return Volume.system();
    }

    @Override
    protected Path folder() {
        return folder;
    }

    @Test
    void aFolderWithMoreEntriesThanAnyMachineHasIsRefused() throws IOException {
        int most = 100_000;
        for (int i = 0; i < most; i++) {
            Files.createDirectory(folder.resolve(Integer.toString(i)));
        }
        assertThat(volume().list(folder)).hasSize(most);

        Files.createDirectory(folder.resolve("one more"));
        assertThatThrownBy(() -> volume().list(folder))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("more than " + most + " entries");
    }
}
