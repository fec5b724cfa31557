package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real file store that is nearly full: a small tmpfs, which only root can mount. */
@EnabledOnOs(OS.LINUX)
class SmallStoreIT {
    private static final int CAPACITY = 16 << 20;
    private static final int LINKS = 10;
    private static final int GRAINS = 9;
    private static final int GRAIN = 64 << 10;

    @TempDir
    Path folder;

    private final byte[] content = new byte[CAPACITY];
    private Path store;
    private Path top;
    private Path filler;

    @BeforeEach
    void fillASmallStore() throws Exception {
        store = Files.createDirectory(folder.resolve("store"));
        ProcessRun mount = ProcessRun.of(
                folder, Map.of(), List.of("mount", "-t", "tmpfs", "-o", "size=16m", "small", store.toString()));
        assumeThat(mount.exitCode()).as(mount.err()).isZero();
        Path parent = store.resolve("web.vmdk");
        top = parent;
        StagedDisk.createEmpty(
                parent, CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY), Volume.system(), Progress.NONE);
        for (int link = 0; link <= LINKS; link++) {
            if (link > 0) {
                top = store.resolve("web-%06d.vmdk".formatted(link));
                CreateSpec spec =
                        CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, CAPACITY).withParent(parent);
                StagedDisk.createEmpty(top, spec, Volume.system(), Progress.NONE);
                parent = top;
            }
            byte[] bytes = Patterns.random(link, GRAINS * GRAIN);
            try (VirtualDisk disk = VirtualDisk.open(top, OpenOptions.writable())) {
                disk.write((long) link * GRAINS * GRAIN, ByteBuffer.wrap(bytes));
            }
            System.arraycopy(bytes, 0, content, link * GRAINS * GRAIN, bytes.length);
        }
        filler = store.resolve("filler");
        long free = Volume.system().freeBytes(store);
        Files.write(filler, new byte[(int) (free - 2 * GRAIN)]);
    }

    @AfterEach
    void unmount() throws Exception {
        ProcessRun.of(folder, Map.of(), List.of("umount", store.toString()));
    }

    private ProcessRun vmdisk(String... words) throws Exception {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", ProcessRun.LIB + "/*", "io.vmdisk.cli.Main"));
        command.addAll(List.of(words));
        return ProcessRun.of(folder, Map.of(), command);
    }

    private void verify(Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk)) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            assertThat(bytes.array()).isEqualTo(content);
        }
    }

    @Test
    void refusesTheOrdinaryWayAndTakesTheOneThatGivesSpaceBack() throws Exception {
        ProcessRun refused = vmdisk("consolidate", top.toString());
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.IO);
        assertThat(refused.err()).contains("are free; nothing was changed", "--low-space");
        verify(top);

        ProcessRun low = vmdisk("consolidate", "--low-space", top.toString());
        if (Runtime.version().feature() >= 22) {
            assertThat(low.exitCode()).as(low.err()).isZero();
        } else {
            assertThat(low.exitCode()).isEqualTo(ExitCodes.IO);
            assertThat(low.err()).contains("nothing can be given back", "are free", "--into");
            verify(top);
            Files.delete(filler);
            assertThat(vmdisk("consolidate", top.toString()).exitCode()).isZero();
        }
        assertThat(top).doesNotExist();
        verify(store.resolve("web.vmdk"));
    }
}
