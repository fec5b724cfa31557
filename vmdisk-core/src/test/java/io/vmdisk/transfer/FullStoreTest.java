package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.resize.DiskResize;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody else fills the store midway: the failure names the file that the user knows, and nothing is left. */
class FullStoreTest {
    private static final int MIB = 1 << 20;

    private FileSystem store;
    private Path folder;
    private Path source;

    @BeforeEach
    void makeStore() throws IOException {
        store = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setMaxSize(32 * MIB).build());
        folder = Files.createDirectory(store.getPath("/vms"));
        source = folder.resolve("source.vmdk");
        StagedDisk.createEmpty(source, CreateSpec.of(DiskFormat.VMFS_SPARSE, 6 * MIB), Volume.system(), Progress.NONE);
        try (VirtualDisk disk = VirtualDisk.open(source, OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap(Patterns.random(1, 6 * MIB)));
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /** Fills the store when the room was checked and the work begins. */
    private Progress neighbour() {
        return new Progress() {
            @Override
            public void begin(String what, long bytes) {
                try {
                    Path filler = folder.resolve("filler");
                    Files.write(filler, new byte[(int) Volume.system().freeBytes(folder)]);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private void failsWith(ThrowingCallable work, String file) throws IOException {
        List<String> before = names();
        assertThatThrownBy(work)
                .isInstanceOf(FileSystemException.class)
                .satisfies(e -> assertThat(((FileSystemException) e).getFile()).isEqualTo("/vms/" + file))
                .hasMessageNotContaining("vmdisk-new");
        assertThat(names()).filteredOn(name -> !name.equals("filler")).isEqualTo(before);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void creatingNamesTheFileThatHasNoRoom() throws IOException {
        failsWith(
                () -> StagedDisk.createEmpty(
                        folder.resolve("x.vmdk"),
                        CreateSpec.of(DiskFormat.VMFS_EAGER, 20 * MIB),
                        Volume.system(),
                        neighbour()),
                "x.vmdk");
    }

    /** Not flat ones: this file system has no holes, so they have all their space from the start. */
    @ParameterizedTest
    @CsvSource({"MONOLITHIC_SPARSE, x.vmdk", "VMFS_SPARSE, x.vmdk", "SE_SPARSE, x.vmdk", "STREAM_OPTIMIZED, x.vmdk"})
    void convertingNamesTheNewDisk(DiskFormat format, String file) throws IOException {
        failsWith(
                () -> {
                    try (VirtualDisk from = VirtualDisk.open(source)) {
                        new DiskConverter(1, neighbour())
                                .convert(from, folder.resolve("x.vmdk"), CreateSpec.of(format, 6 * MIB));
                    }
                },
                file);
    }

    @Test
    void growingNamesTheExtentThatIsWrittenAnew() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("source-delta.vmdk"));
        failsWith(
                () -> new DiskResize(OpenOptions.writable(), neighbour()).grow(source, 3L << 30), "source-delta.vmdk");
        assertThat(Files.readAllBytes(folder.resolve("source-delta.vmdk"))).isEqualTo(before);
    }
}
