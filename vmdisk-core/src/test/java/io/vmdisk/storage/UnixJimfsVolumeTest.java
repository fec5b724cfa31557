package io.vmdisk.storage;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.testkit.VolumeContract;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

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
}
