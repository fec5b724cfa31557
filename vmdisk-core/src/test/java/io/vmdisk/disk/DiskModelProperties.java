package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.Qemu;
import io.vmdisk.testkit.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever is done to a disk of any format, with snapshots of any format on top, it reads as an array would.
 *
 * <p>Every format that can be written is tried under a delta of every format, with other steps in each run, the same every time.
 */
class DiskModelProperties {
    private static final int CAPACITY = 1_500_672;
    private static final int STEPS_OF_BASE = 25;
    private static final int STEPS_OF_CHAIN = 45;

    @Provide
    Arbitrary<DiskFormat> bases() {
        return Arbitraries.of(DiskFormat.class).filter(format -> format != DiskFormat.STREAM_OPTIMIZED);
    }

    @Provide
    Arbitrary<Tuple2<DiskFormat, DiskFormat>> chains() {
        return bases().flatMap(base -> Arbitraries.of(DiskModel.DELTAS).map(delta -> Tuple.of(base, delta)));
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void readsAsAnArrayWould(
            @ForAll @From("chains") Tuple2<DiskFormat, DiskFormat> chain, @ForAll @IntRange(min = 1, max = 2) int seed)
            throws IOException {
        MemoryVolume volume = new MemoryVolume();

        run(volume, chain, seed);

        assertThat(volume.openFiles()).isEmpty();
        assertThat(volume.locked()).isEmpty();
    }

    /** Starting QEMU takes its time: each base has one delta here, and whatever its steps put on top. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void readsInQemuAsAnArrayWould(@ForAll @From("bases") DiskFormat base) throws IOException {
        Qemu.assumePresent();
        MemoryVolume volume = new MemoryVolume();
        DiskFormat delta = DiskModel.DELTAS.get(base.ordinal() % DiskModel.DELTAS.size());
        DiskModel model = run(volume, Tuple.of(base, delta), 0);

        Path folder = Files.createTempDirectory("vmdisk");
        try {
            for (Path file : volume.files()) {
                export(volume, file, folder.resolve(file.getFileName().toString()));
            }
            for (Map.Entry<Path, ExpectedBytes> link : model.links().entrySet()) {
                Path copy = folder.resolve(link.getKey().getFileName().toString());
                judge(model.formatOf(link.getKey()), copy, link.getValue());
            }
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static void judge(DiskFormat format, Path disk, ExpectedBytes expected) throws IOException {
        Path raw = disk.resolveSibling("as-qemu-reads-it");
        Qemu.toRaw(format == DiskFormat.RAW ? "raw" : "vmdk", disk, raw);
        try (VirtualDisk read = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            expected.assertSame(read);
        }
        if (format == DiskFormat.MONOLITHIC_SPARSE || format == DiskFormat.TWO_GB_SPARSE) {
            Command.Result checked = Qemu.tryImg("check", "-f", "vmdk", disk);
            assertThat(checked.exitCode())
                    .as("%s: %s", disk.getFileName(), checked)
                    .isZero();
        }
    }

    private static void export(MemoryVolume volume, Path from, Path to) throws IOException {
        try (BlockFile file = volume.open(from, OpenMode.READ);
                FileChannel copy = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // The last byte alone gives it its length.
            ByteBuffer last = ByteBuffer.allocate(1);
            file.readFully(file.size() - 1, last);
            copy.write(last.flip(), file.size() - 1);
            for (long at = file.nextData(0); at < file.size(); at = file.nextData(at)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(1 << 20, file.nextHole(at) - at));
                file.readFully(at, bytes);
                copy.write(bytes.flip(), at);
                at += bytes.limit();
            }
        }
    }

    private static DiskModel run(MemoryVolume volume, Tuple2<DiskFormat, DiskFormat> chain, int seed)
            throws IOException {
        SplittableRandom random =
                Seeds.random(256L * chain.get1().ordinal() + 16L * chain.get2().ordinal() + seed);
        DiskModel model = new DiskModel(volume, MemoryVolume.folder(), chain.get1(), CAPACITY, random);
        model.steps(STEPS_OF_BASE);
        model.snapshot(chain.get2());
        model.steps(STEPS_OF_CHAIN);
        model.finish();
        return model;
    }
}
