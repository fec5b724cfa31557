package io.vmdisk.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disks.Disks;
import io.vmdisk.testkit.Call;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.RecordingVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a new disk becomes durable is its maker's choice; what is changed in place is always durable in order. */
class SyncTest {
    private static final Path SOURCE = MemoryVolume.folder().resolve("source.raw");
    private static final Path TARGET = MemoryVolume.folder().resolve("target.vmdk");
    private static final int BYTES = 300_032;

    private final MemoryVolume files = new MemoryVolume();
    private final byte[] content = Patterns.mixed(5, BYTES);

    private RecordingVolume convert(DiskFormat format, Sync sync) throws IOException {
        files.put(SOURCE, content);
        RecordingVolume recording = new RecordingVolume(files);
        try (VirtualDisk source =
                VirtualDisk.openRaw(SOURCE, OpenOptions.readOnly().withVolume(recording))) {
            Disks.standard()
                    .withVolume(recording)
                    .withSync(sync)
                    .convert(source, TARGET, CreateSpec.of(format, source.capacity()));
        }
        return recording;
    }

    private static long forced(RecordingVolume recording) {
        return recording.log().stream()
                .filter(call -> call instanceof Call.Force || call instanceof Call.ForceNames)
                .count();
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"RAW", "MONOLITHIC_SPARSE", "SE_SPARSE", "TWO_GB_FLAT", "STREAM_OPTIMIZED"})
    void withNoneNobodyWaitsForTheDrive(DiskFormat format) throws IOException {
        RecordingVolume recording = convert(format, Sync.NONE);

        assertThat(forced(recording)).isZero();
        ByteBuffer read = ByteBuffer.allocate(BYTES);
        try (VirtualDisk disk = format == DiskFormat.RAW
                ? VirtualDisk.openRaw(TARGET, OpenOptions.readOnly().withVolume(files))
                : VirtualDisk.open(TARGET, OpenOptions.readOnly().withVolume(files))) {
            disk.read(0, read);
        }
        assertThat(read.array()).isEqualTo(content);
        assertThat(files.files()).noneMatch(file -> file.toString().contains("vmdisk-"));
    }

    @Test
    void emptyAndSalvagedDisksAreMadeSoToo() throws IOException {
        convert(DiskFormat.MONOLITHIC_SPARSE, Sync.NONE);
        RecordingVolume recording = new RecordingVolume(files);
        Disks disks = Disks.standard().withVolume(recording).withSync(Sync.NONE);

        disks.create(TARGET.resolveSibling("empty.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, BYTES));
        disks.salvage(TARGET, TARGET.resolveSibling("saved.vmdk"), DiskFormat.MONOLITHIC_SPARSE);

        assertThat(forced(recording)).isZero();
    }

    @Test
    void atTheEndItIsDurableBeforeItHasItsName() throws IOException {
        assertThat(forced(convert(DiskFormat.MONOLITHIC_SPARSE, Sync.END))).isGreaterThan(2);
    }

    @Test
    void whatIsChangedInPlaceIsForcedWhateverIsSaid() throws IOException {
        convert(DiskFormat.MONOLITHIC_SPARSE, Sync.NONE);
        RecordingVolume recording = new RecordingVolume(files);
        Disks.standard()
                .withVolume(recording)
                .withProgress(Progress.NONE)
                .withSync(Sync.NONE)
                .grow(TARGET, 1 << 20);

        assertThat(forced(recording)).isPositive();
    }

    @Test
    void filesThatAreNotForcedShareBlocksAsOthersDo() throws IOException {
        files.sharing();
        convert(DiskFormat.RAW, Sync.NONE);

        assertThat(files.sharedBytes()).isEqualTo(BYTES);
    }
}
