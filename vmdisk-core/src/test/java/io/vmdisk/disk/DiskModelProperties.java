package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Whatever is done to a disk of any format, with snapshots of any format on top, it reads as an array would. */
class DiskModelProperties {
    private static final int CAPACITY = 1_500_672;
    private static final int STEPS = 60;

    @Provide
    Arbitrary<DiskFormat> formats() {
        return Arbitraries.of(DiskFormat.class).filter(format -> format != DiskFormat.STREAM_OPTIMIZED);
    }

    @Property(tries = 60, seed = "5", shrinking = ShrinkingMode.OFF)
    void readsAsAnArrayWould(@ForAll @From("formats") DiskFormat format, @ForAll long seed) throws IOException {
        MemoryVolume volume = new MemoryVolume();

        run(volume, format, seed);

        assertThat(volume.openFiles()).isEmpty();
        assertThat(volume.locked()).isEmpty();
    }

    @Property(tries = 12, seed = "6", shrinking = ShrinkingMode.OFF)
    void readsInQemuAsAnArrayWould(@ForAll @From("formats") DiskFormat format, @ForAll long seed) throws IOException {
        Qemu.assumePresent();
        MemoryVolume volume = new MemoryVolume();

        Map<Path, byte[]> links = run(volume, format, seed);

        Path folder = Files.createTempDirectory("vmdisk");
        try {
            for (Path file : volume.files()) {
                Files.write(folder.resolve(file.getFileName().toString()), volume.bytes(file));
            }
            Path top = List.copyOf(links.keySet()).get(links.size() - 1);
            Path copy = folder.resolve(top.getFileName().toString());
            Path raw = folder.resolve("expected");
            Qemu.toRaw(format == DiskFormat.RAW ? "raw" : "vmdk", copy, raw);
            assertThat(Files.readAllBytes(raw)).isEqualTo(links.get(top));
            if (format == DiskFormat.MONOLITHIC_SPARSE || format == DiskFormat.TWO_GB_SPARSE) {
                Path base = folder.resolve("disk.vmdk");
                assertThat(Qemu.tryImg("check", "-f", "vmdk", base).exitCode()).isZero();
            }
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static Map<Path, byte[]> run(MemoryVolume volume, DiskFormat format, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        DiskModel model = new DiskModel(volume, MemoryVolume.folder(), format, CAPACITY);
        for (int step = 0; step < STEPS; step++) {
            model.step(random);
        }
        model.finish();
        return model.links();
    }
}
