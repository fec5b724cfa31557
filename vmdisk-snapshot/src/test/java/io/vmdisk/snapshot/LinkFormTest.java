package io.vmdisk.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkFormTest {
    private final MemoryVolume volume = new MemoryVolume();
    private final Path folder = MemoryVolume.folder();

    /** A vmfsSparse link counts sectors with 32 bits: a disk of 2 TiB is one sector too large. */
    @ParameterizedTest
    @CsvSource({"2199023255040, VMFS_SPARSE", "2199023255552, SE_SPARSE"})
    void isOfAFormatThatCanBeAsLargeAsTheDisk(long capacity, DiskFormat expected) throws IOException {
        Path base = folder.resolve("web01.vmdk");
        StagedDisk.createEmpty(base, CreateSpec.of(DiskFormat.VMFS_THIN, capacity), volume, Progress.NONE);
        volume.put(folder.resolve("web01.vmx"), "config.version = \"8\"\n".getBytes(StandardCharsets.UTF_8));
        VmxFile vmx = VmxFile.read(volume, folder.resolve("web01.vmx"));

        CreateSpec link = LinkForm.of(
                DiskChain.of(base, OpenOptions.readOnly().withVolume(volume)).top(),
                vmx,
                Optional.empty(),
                DeltaKinds.NONE);

        assertThat(link.format()).isEqualTo(expected);
        Path child = folder.resolve("web01-000001.vmdk");
        StagedDisk.createEmpty(child, link, volume, Progress.NONE);
        assertThat(DiskChain.of(child, OpenOptions.readOnly().withVolume(volume))
                        .top()
                        .capacity())
                .isEqualTo(capacity);
    }
}
