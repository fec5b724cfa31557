package io.vmdisk.guest.xfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.GuestImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class XfsFileSystemTest {
    private static final long BYTES = 300 << 20;
    private static final Pattern EXTENT = Pattern.compile("startblock (\\d+) \\((\\d+)/(\\d+)\\) count (\\d+)");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mkfs.xfs", "xfs_db", "xfs_repair");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-b size=4096",
                "-m rmapbt=1,reflink=1",
                "-b size=1024 -m reflink=0",
                "-m crc=0 -n ftype=0",
                "-m crc=0 -l lazy-count=0,version=1",
                "-s size=4096 -L label",
            })
    void reportsWhatXfsDbCallsFreeWithoutTheFreeLists(String options) throws Exception {
        Map<String, byte[]> files = GuestImage.files(40, 100_000, 5);
        try (GuestImage image = make(options, files)) {
            assertFreeAsXfsDbSees(image);
            surviveJunk(image, inodes(image), files);
        }
    }

    /** Repair frees the files whose inodes are wiped and builds the trees anew: hundreds of holes in one group. */
    @ParameterizedTest
    @ValueSource(strings = {"-b size=1024 -d agcount=2", "-b size=1024 -d agcount=2 -m crc=0"})
    void readsTreesOfSeveralLevels(String options) throws Exception {
        Map<String, byte[]> files = GuestImage.files(700, 1024, 6);
        try (GuestImage image = make(options, files)) {
            Map<String, Long> inodes = inodes(image);
            StringBuilder wipe = new StringBuilder();
            Map<String, byte[]> kept = new TreeMap<>();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                if (Integer.parseInt(file.getKey().substring(4)) % 2 == 0) {
                    wipe.append("inode ").append(inodes.get(file.getKey())).append("\nwrite core.mode 0\n");
                } else {
                    kept.put(file.getKey(), file.getValue());
                }
            }
            GuestImage.runWith(wipe.toString(), "xfs_db", "-x", image.path());
            GuestImage.run("xfs_repair", image.path());
            assertThat(GuestImage.run("xfs_db", "-r", "-c", "agf 0", "-c", "p bnolevel", image.path()))
                    .contains("bnolevel = 2");
            assertThat(GuestImage.free(image.handled())).hasSizeGreaterThan(250);
            assertFreeAsXfsDbSees(image);
            surviveJunk(image, inodes, kept);
        }
    }

    @Test
    void tellsLabelAndSize() throws Exception {
        try (GuestImage image = make("-L web01", Map.of())) {
            assertThat(image.handled().facts()).isEqualTo(new FileSystemFacts("xfs", "web01", 4096, BYTES));
        }
    }

    @Test
    void refusesLogWhoseLastRecordIsNoUnmount() throws Exception {
        try (GuestImage image = make("-b size=4096", Map.of())) {
            long log = logAt(image);
            assertThat(ByteBuffer.wrap(image.read(log, 4)).getInt()).isEqualTo(0xFEEDBABE);
            image.flip(log + 512 + 9, 0x20);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("unmount");
        }
    }

    @Test
    void refusesLogThatWasWrittenBehindTheUnmount() throws Exception {
        try (GuestImage image = make("-b size=4096", Map.of())) {
            image.write(logAt(image) + 200 * 512, new byte[] {0, 0, 0, 2});
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("round");
        }
    }

    @Test
    void refusesFileSystemThatNeedsRepairOrIsBeingMade() throws Exception {
        try (GuestImage image = make("-m crc=0", Map.of())) {
            image.flip(126, 1);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {148, 512 + 52, 4096 + 60, 8192 + 64})
    void refusesChangedByteInSuperblockGroupHeaderAndTrees(long at) throws Exception {
        try (GuestImage image = make("-b size=4096", Map.of())) {
            image.flip(at, 0x10);
            assertThat(image.refused()).isInstanceOf(MalformedFileException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {148, 512 + 52, 4096 + 17, 8192 + 20})
    void refusesChangedCountsAndExtentsWithoutChecksumsToo(long at) throws Exception {
        try (GuestImage image = make("-m crc=0", Map.of())) {
            image.flip(at + 3, 0x1);
            assertThat(image.refused()).isInstanceOf(MalformedFileException.class);
        }
    }

    private GuestImage make(String options, Map<String, byte[]> files) throws IOException, InterruptedException {
        Path source = GuestImage.write(folder.resolve("source"), files);
        StringBuilder prototype = new StringBuilder("/\n0 0\nd--755 0 0\n");
        for (String name : files.keySet()) {
            prototype
                    .append(name)
                    .append(" ---644 0 0 ")
                    .append(source.resolve(name))
                    .append('\n');
        }
        Path script = Files.writeString(folder.resolve("prototype"), prototype.append("$\n"));
        GuestImage image = GuestImage.create(folder.resolve("xfs.img"), BYTES);
        List<String> command = new ArrayList<>(List.of("mkfs.xfs", "-q", "-f", "-p", script.toString()));
        command.addAll(Arrays.asList(options.split(" ")));
        command.add(image.path());
        GuestImage.run(command.toArray(String[]::new));
        return image;
    }

    private static long number(GuestImage image, String where, String field) throws IOException, InterruptedException {
        String text = GuestImage.run("xfs_db", "-r", "-c", where, "-c", "p " + field, image.path());
        return Long.parseLong(text.substring(text.lastIndexOf("= ") + 2).strip());
    }

    private static long logAt(GuestImage image) throws IOException, InterruptedException {
        long start = number(image, "sb 0", "logstart");
        long shift = number(image, "sb 0", "agblklog");
        long group = start >>> shift;
        return (group * number(image, "sb 0", "agblocks") + (start & ((1L << shift) - 1)))
                * number(image, "sb 0", "blocksize");
    }

    private static void assertFreeAsXfsDbSees(GuestImage image) throws IOException, InterruptedException {
        long blockBytes = number(image, "sb 0", "blocksize");
        long groupBlocks = number(image, "sb 0", "agblocks");
        BitSet expected = new BitSet();
        for (String line : GuestImage.run("xfs_db", "-r", "-c", "freesp -d", image.path())
                .lines()
                .toList()) {
            String[] words = line.strip().split(" +");
            if (words.length == 3 && words[0].chars().allMatch(Character::isDigit)) {
                long start = Long.parseLong(words[0]) * groupBlocks + Long.parseLong(words[1]);
                expected.set((int) start, (int) (start + Long.parseLong(words[2])));
            }
        }
        BitSet found = new BitSet();
        for (long[] stretch : GuestImage.free(image.handled())) {
            found.set((int) (stretch[0] / blockBytes), (int) ((stretch[0] + stretch[1]) / blockBytes));
        }
        long listed = 0;
        for (long group = 0; group < number(image, "sb 0", "agcount"); group++) {
            listed += number(image, "agf " + group, "flcount");
        }
        assertThat(found.cardinality()).isEqualTo((int) (expected.cardinality() - listed));
        found.andNot(expected);
        assertThat(found.isEmpty()).as("blocks that xfs_db does not call free").isTrue();
    }

    public static Map<String, Long> inodes(GuestImage image) throws IOException, InterruptedException {
        Map<String, Long> inodes = new TreeMap<>();
        String text = GuestImage.run("xfs_db", "-r", "-c", "blockget -n", "-c", "ncheck", image.path());
        Matcher matcher = Pattern.compile("(?m)^ *(\\d+) (file\\d+)$").matcher(text);
        while (matcher.find()) {
            inodes.put(matcher.group(2), Long.valueOf(matcher.group(1)));
        }
        return inodes;
    }

    private static void surviveJunk(GuestImage image, Map<String, Long> inodes, Map<String, byte[]> files)
            throws IOException, InterruptedException {
        image.junkFree();
        GuestImage.run("xfs_repair", "-n", image.path());
        requireFiles(image, inodes, files);
    }

    /** Reads every file where xfs_db says it lies. */
    public static void requireFiles(GuestImage image, Map<String, Long> inodes, Map<String, byte[]> files)
            throws IOException, InterruptedException {
        long blockBytes = number(image, "sb 0", "blocksize");
        long groupBlocks = number(image, "sb 0", "agblocks");
        StringBuilder commands = new StringBuilder();
        List<byte[]> contents = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getValue().length > 0) {
                commands.append("inode ").append(inodes.get(file.getKey())).append("\nbmap -d\n");
                contents.add(file.getValue());
            }
        }
        int next = 0;
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (String line : GuestImage.runWith(commands.toString(), "xfs_db", "-r", image.path())
                .lines()
                .toList()) {
            Matcher extent = EXTENT.matcher(line);
            if (!extent.find()) {
                continue;
            }
            long block = Long.parseLong(extent.group(2)) * groupBlocks + Long.parseLong(extent.group(3));
            read.writeBytes(image.read(block * blockBytes, (int) (Long.parseLong(extent.group(4)) * blockBytes)));
            byte[] expected = contents.get(next);
            if (read.size() >= expected.length) {
                assertThat(Arrays.equals(Arrays.copyOf(read.toByteArray(), expected.length), expected))
                        .isTrue();
                read.reset();
                next++;
            }
        }
        assertThat(next).isEqualTo(contents.size());
    }
}
