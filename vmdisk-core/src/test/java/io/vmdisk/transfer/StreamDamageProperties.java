package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.ByteRange;
import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever single byte of a stream changes: it is noticed, or it makes no difference to the disk. */
class StreamDamageProperties {
    private static final int CAPACITY = 34 * 1024 * 1024 + 512;

    private final byte[] content = content();
    private final byte[] stream = stream(content);

    @Property(tries = 80, seed = "20", shrinking = ShrinkingMode.OFF)
    void noticesAFlipInWhatStandsAroundTheGrains(
            @ForAll @IntRange(max = 10_000) int where, @ForAll @IntRange(min = 1, max = 255) int bits)
            throws IOException {
        int[] interesting = interesting();
        check(interesting[where % interesting.length], bits);
    }

    @Property(tries = 30, seed = "21", shrinking = ShrinkingMode.OFF)
    void noticesAFlipAnywhere(
            @ForAll @IntRange(max = Integer.MAX_VALUE) int where, @ForAll @IntRange(min = 1, max = 255) int bits)
            throws IOException {
        check(where % stream.length, bits);
    }

    private void check(int at, int bits) throws IOException {
        byte[] changed = stream.clone();
        changed[at] ^= (byte) bits;
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path target = memory.getPath("/work/target.raw");
            try {
                into(open(changed, StreamImport.Damage.REFUSE), target);
                assertThat(Arrays.equals(Files.readAllBytes(target), content))
                        .as("byte %d changed by %02x", at, bits)
                        .isTrue();
            } catch (VmdiskException e) {
                assertThat(target).doesNotExist();
                salvage(changed, at, target);
            }
        }
    }

    private void salvage(byte[] changed, int at, Path target) throws IOException {
        try {
            StreamImport source = open(changed, StreamImport.Damage.SALVAGE);
            if (source.capacity() != CAPACITY) {
                // Header and descriptor contradict each other: the header's word is taken, and told.
                assertThat(at).isLessThan(21 * 512);
                return;
            }
            List<ByteRange> lost = into(source, target).unreadable();
            byte[] expected = content.clone();
            byte[] got = Files.readAllBytes(target);
            for (ByteRange range : lost) {
                Arrays.fill(expected, (int) range.start(), (int) range.end(), (byte) 0);
                Arrays.fill(got, (int) range.start(), (int) range.end(), (byte) 0);
            }
            assertThat(Arrays.equals(got, expected)).as("byte %d", at).isTrue();
        } catch (VmdiskException e) {
            // Without header and descriptor nothing can be salvaged.
            assertThat(at).isLessThan(21 * 512);
        }
    }

    private static StreamImport open(byte[] bytes, StreamImport.Damage damage) throws IOException {
        return StreamImport.open(new ByteArrayInputStream(bytes), Path.of("-"), damage);
    }

    private static Imported into(StreamImport source, Path target) throws IOException {
        return source.into(target, CreateSpec.of(DiskFormat.RAW, source.capacity()), 2, Volume.system(), Progress.NONE);
    }

    /** Header, descriptor, heads, markers, tables and footer. */
    private int[] interesting() {
        StrictStream read = StrictStream.read(stream);
        return java.util.stream.IntStream.concat(
                        java.util.stream.IntStream.range(0, 600),
                        read.layout().stream().flatMapToInt(line -> {
                            int start = Integer.parseInt(line.substring(0, line.indexOf(' '))) * 512;
                            return java.util.stream.IntStream.range(start, start + 20);
                        }))
                .toArray();
    }

    private static byte[] content() {
        byte[] bytes = new byte[CAPACITY];
        System.arraycopy(Patterns.text(1, 300_000), 0, bytes, 0, 300_000);
        System.arraycopy(Patterns.random(2, 70_000), 0, bytes, 1 << 20, 70_000);
        System.arraycopy(Patterns.text(3, 200_000), 0, bytes, CAPACITY - 200_000, 200_000);
        return bytes;
    }

    private static byte[] stream(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path raw = memory.getPath("/work/source.raw");
            Files.write(raw, content);
            try (VirtualDisk source = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
                new StreamExport(2, 6, Progress.NONE)
                        .toChannel(
                                source,
                                Channels.newChannel(out),
                                CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, content.length),
                                Path.of("a.vmdk"));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
