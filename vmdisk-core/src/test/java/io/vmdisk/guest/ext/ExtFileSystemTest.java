package io.vmdisk.guest.ext;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.GuestImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtFileSystemTest {
    private static final long MIB = 1 << 20;
    private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mke2fs", "debugfs", "dumpe2fs", "e2fsck");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "64 -t ext2",
                "32 -t ext2 -r 0 -b 4096",
                "64 -t ext2 -b 1024 -g 1024 -O ^sparse_super,^resize_inode",
                "48 -t ext3 -b 4096",
                "40 -t ext4",
                "64 -t ext4 -b 4096 -m 0 -g 2048",
                "40 -t ext4 -b 1024 -O ^64bit,^metadata_csum,uninit_bg",
                "40 -t ext4 -b 1024 -O 64bit,^metadata_csum,uninit_bg",
                "40 -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg",
                "40 -t ext4 -b 1024 -O ^64bit",
                "40 -t ext4 -b 1024 -g 512 -O meta_bg,^resize_inode",
                "48 -t ext4 -b 2048 -O ^flex_bg",
                "40 -t ext4 -b 1024 -O sparse_super2,^resize_inode",
                "40 -t ext4 -O metadata_csum_seed,mmp",
                "32 -t ext4 -O ^has_journal",
                "120 -t ext4 -b 65536 -G 1",
            })
    void reportsExactlyTheBlocksThatDumpe2fsCallsFree(String options) throws Exception {
        try (GuestImage image = fill(options, 60)) {
            String dump = GuestImage.run("dumpe2fs", image.path());
            long blockBytes = number(dump, "Block size: +(\\d+)");
            List<String> expected = freeBlocks(dump);
            List<String> found = new ArrayList<>();
            for (long[] stretch : GuestImage.free(image.handled())) {
                found.add(stretch[0] / blockBytes + "-" + ((stretch[0] + stretch[1]) / blockBytes - 1));
            }
            assertThat(found).isEqualTo(expected);
            assertThat(image.handled().freeBytes() / blockBytes).isEqualTo(number(dump, "Free blocks: +(\\d+)"));
            surviveJunk(image);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "64 -t ext4 -b 4096 -O bigalloc -C 65536",
                "64 -t ext4 -b 1024 -O bigalloc -C 16384",
                "64 -t ext4 -b 1024 -O bigalloc,^metadata_csum,uninit_bg -C 2048",
            })
    void reportsTheClustersOfBigalloc(String options) throws Exception {
        try (GuestImage image = fill(options, 60)) {
            String dump = GuestImage.run("dumpe2fs", "-h", image.path());
            long blockBytes = number(dump, "Block size: +(\\d+)");
            assertThat(image.handled().facts().blockBytes()).isEqualTo(number(dump, "Cluster size: +(\\d+)"));
            assertThat(image.handled().freeBytes() / blockBytes).isEqualTo(number(dump, "Free blocks: +(\\d+)"));
            surviveJunk(image);
        }
    }

    @Test
    void tellsTypeLabelAndSize() throws Exception {
        try (GuestImage image = make("64 -t ext4 -L data")) {
            assertThat(image.handled().facts()).isEqualTo(new FileSystemFacts("ext4", "data", 1024, 64 * MIB));
        }
        try (GuestImage image = make("64 -t ext3 -b 4096")) {
            assertThat(image.handled().facts()).isEqualTo(new FileSystemFacts("ext3", "", 4096, 64 * MIB));
        }
    }

    @Test
    void refusesJournalThatNeedsRecovery() throws Exception {
        try (GuestImage image = make("64 -t ext4 -O ^metadata_csum")) {
            image.flip(1024 + 0x60, 0x4);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("journal");
        }
    }

    @Test
    void refusesFileSystemThatIsMounted() throws Exception {
        try (GuestImage image = make("64 -t ext2")) {
            image.flip(1024 + 0x3A, 0x1);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("mounted");
        }
    }

    @Test
    void refusesFileSystemWithKnownErrors() throws Exception {
        try (GuestImage image = make("64 -t ext4")) {
            GuestImage.run("debugfs", "-w", "-R", "set_super_value state 3", image.path());
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("errors");
        }
    }

    @Test
    void refusesOrphans() throws Exception {
        try (GuestImage image = make("64 -t ext4")) {
            GuestImage.run("debugfs", "-w", "-R", "set_super_value last_orphan 12", image.path());
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("orphan");
        }
    }

    @Test
    void refusesMultipleMountProtectionInUse() throws Exception {
        try (GuestImage image = make("64 -t ext4 -O mmp")) {
            String dump = GuestImage.run("dumpe2fs", "-h", image.path());
            long at = number(dump, "MMP block number: +(\\d+)") * number(dump, "Block size: +(\\d+)");
            image.write(at + 4, new byte[] {1, 0, 0, 0});
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("mount");
        }
    }

    @Test
    void refusesFeaturesItDoesNotKnow() throws Exception {
        try (GuestImage image = make("64 -t ext2")) {
            image.flip(1024 + 0x63, 0x10);
            assertThat(image.refused()).isInstanceOf(UnsupportedFeatureException.class);
            image.flip(1024 + 0x63, 0x10);
            image.flip(1024 + 0x67, 0x10);
            assertThat(image.refused()).isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @Test
    void refusesExternalJournalDevice() throws Exception {
        try (GuestImage image = make("64 -b 4096 -O journal_dev")) {
            assertThat(image.refused()).isInstanceOf(UnsupportedFeatureException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"64 -t ext4 -b 4096", "64 -t ext2 -b 4096", "64 -t ext4 -b 4096 -O ^metadata_csum,uninit_bg"})
    void refusesBitmapThatCallsUsedBlocksFree(String options) throws Exception {
        try (GuestImage image = make(options)) {
            String dump = GuestImage.run("dumpe2fs", image.path());
            long bitmap = number(dump, "Block bitmap at (\\d+)") * 4096;
            image.write(bitmap, new byte[] {0});
            assertThat(image.refused()).isInstanceOf(MalformedFileException.class);
        }
    }

    @Test
    void refusesSuperblockWhoseCountDiffersFromTheGroups() throws Exception {
        try (GuestImage image = make("64 -t ext4")) {
            GuestImage.run("debugfs", "-w", "-R", "set_super_value free_blocks_count 17", image.path());
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("17");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"64 -t ext4 -b 4096", "64 -t ext4 -b 4096 -O ^metadata_csum,uninit_bg"})
    void refusesGroupDescriptorWithWrongChecksum(String options) throws Exception {
        try (GuestImage image = make(options)) {
            image.flip(4096 + 0x1C, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void refusesSuperblockWithWrongChecksum() throws Exception {
        try (GuestImage image = make("64 -t ext4")) {
            image.flip(1024 + 0x78, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("checksum");
        }
    }

    @Test
    void refusesFileSystemLargerThanItsPartition() throws Exception {
        try (GuestImage image = make("64 -t ext2")) {
            ByteBuffer blocks =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 65537);
            image.write(1024 + 4, blocks.array());
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("65537");
        }
    }

    private GuestImage make(String options) throws IOException, InterruptedException {
        return make(options, List.of());
    }

    private GuestImage make(String options, List<String> more) throws IOException, InterruptedException {
        String[] words = options.split(" ");
        GuestImage image = GuestImage.create(folder.resolve("ext.img"), Long.parseLong(words[0]) * MIB);
        List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F"));
        command.addAll(List.of(words).subList(1, words.length));
        command.addAll(more);
        command.add(image.path());
        GuestImage.run(command.toArray(String[]::new));
        return image;
    }

    /** Every second file is deleted again, so that the free space has holes. */
    private GuestImage fill(String options, int count) throws IOException, InterruptedException {
        Map<String, byte[]> files = GuestImage.files(count, 200_000, 3);
        Path source = GuestImage.write(folder.resolve("source"), files);
        GuestImage image = make(options, List.of("-d", source.toString()));
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < count; i += 2) {
            commands.append("rm file").append(i).append('\n');
        }
        GuestImage.runWith(commands.toString(), "debugfs", "-w", "-f", "-", image.path());
        return image;
    }

    private void surviveJunk(GuestImage image) throws IOException, InterruptedException {
        image.junkFree();
        GuestImage.run("e2fsck", "-fn", image.path());
        Path back = Files.createDirectories(folder.resolve("back"));
        GuestImage.run("debugfs", "-R", "rdump / " + back, image.path());
        Map<String, byte[]> files = GuestImage.files(60, 200_000, 3);
        for (int i = 1; i < 60; i += 2) {
            assertThat(back.resolve("file" + i)).hasBinaryContent(files.get("file" + i));
        }
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in%n%s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** The groups' lists, joined where one group's last block meets the next one's first. */
    private static List<String> freeBlocks(String dump) {
        List<String> found = new ArrayList<>();
        long start = -1;
        long end = -1;
        for (String line : dump.lines().toList()) {
            if (!line.startsWith("  Free blocks:")) {
                continue;
            }
            Matcher matcher = RANGE.matcher(line);
            while (matcher.find()) {
                long from = Long.parseLong(matcher.group(1));
                long to = matcher.group(2) == null ? from : Long.parseLong(matcher.group(2));
                if (from != end + 1 || start < 0) {
                    if (start >= 0) {
                        found.add(start + "-" + end);
                    }
                    start = from;
                }
                end = to;
            }
        }
        found.add(start + "-" + end);
        return found;
    }
}
