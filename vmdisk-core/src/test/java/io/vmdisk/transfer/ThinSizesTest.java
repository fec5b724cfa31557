package io.vmdisk.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What thin disks of a mixed content take, beside what qemu-img's take. */
class ThinSizesTest {
    private static final int CAPACITY = 48 << 20;
    private static final Pattern TAKEN = Pattern.compile("\"actual-size\": (\\d+)");

    @TempDir
    Path folder;

    private Path raw;

    /** Data in stretches of a few sectors to a megabyte, text and noise, with zeros of all lengths between. */
    @BeforeEach
    void makeContent() throws IOException {
        raw = folder.resolve("content.raw");
        SplittableRandom random = new SplittableRandom(8);
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(CAPACITY);
            long at = 0;
            while (at < CAPACITY - (2 << 20)) {
                int length = 512 * (1 + random.nextInt(1 << (1 + random.nextInt(11))));
                file.seek(at);
                file.write(random.nextBoolean() ? Patterns.random(at, length) : Patterns.text(at, length));
                at += length + 512L * random.nextInt(1 << (1 + random.nextInt(11)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "MONOLITHIC_FLAT", "TWO_GB_FLAT", "RAW"})
    void areWithinAPercentOfQemus(DiskFormat format) throws IOException {
        long ours = taken(ours(format), format);
        long theirs = taken(theirs(format.word()), format);

        assertThat(ours).isBetween(theirs - theirs / 100, theirs + theirs / 100);
    }

    /** Formats that qemu-img can't write, beside its raw image: the same blocks, and tables of at most so much. */
    @ParameterizedTest
    @CsvSource({"VMFS_THIN, 1", "VMFS_SPARSE, 2", "SE_SPARSE, 1"})
    void takeNoMoreThanQemusRawImageAndTheirTables(DiskFormat format, int percent) throws IOException {
        long ours = taken(ours(format), format);
        long theirs = taken(theirs("raw"), DiskFormat.RAW);

        assertThat(ours).isLessThanOrEqualTo(theirs + theirs * percent / 100);
    }

    @Test
    void ofStreamsAreNoLargerThanQemus() throws IOException {
        assertThat(Files.size(ours(DiskFormat.STREAM_OPTIMIZED)))
                .isLessThanOrEqualTo(Files.size(theirs("streamOptimized")));
    }

    private Path ours(DiskFormat format) throws IOException {
        Path made = Files.createDirectory(folder.resolve("ours")).resolve("disk.vmdk");
        try (VirtualDisk disk = VirtualDisk.openRaw(raw, OpenOptions.readOnly())) {
            new DiskConverter(1, Volume.system(), Progress.NONE).convert(disk, made, CreateSpec.of(format, CAPACITY));
        }
        return made;
    }

    private Path theirs(String format) throws IOException {
        Path made = Files.createDirectory(folder.resolve("qemu")).resolve("disk.vmdk");
        if (format.equals("raw")) {
            Qemu.img("convert", "-f", "raw", "-O", "raw", raw, made);
        } else {
            Qemu.img("convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + format, raw, made);
        }
        return made;
    }

    /** Blocks of the file system, as qemu-img counts them for both. */
    private static long taken(Path disk, DiskFormat format) throws IOException {
        String info = Qemu.img("info", "--output=json", "-f", format == DiskFormat.RAW ? "raw" : "vmdk", disk);
        Matcher matcher = TAKEN.matcher(info);
        long last = -1;
        while (matcher.find()) {
            last = Math.max(last, Long.parseLong(matcher.group(1)));
        }
        return last;
    }
}
