package io.vmdisk.guest.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestImage;
import io.vmdisk.guest.GuestWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NtfsFileSystemTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mkntfs", "ntfscp", "ntfscat", "ntfsinfo", "ntfsresize", "ntfsfix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "4096", "65536"})
    void reportsAsManyClustersAsNtfsinfoCounts(String clusterBytes) throws Exception {
        Map<String, byte[]> files = GuestImage.files(20, 150_000, 11);
        try (GuestImage image = make("-c", clusterBytes, "-L", "System")) {
            Path source = GuestImage.write(folder.resolve("source"), files);
            for (String name : files.keySet()) {
                GuestImage.run(
                        "ntfscp", "-q", image.path(), source.resolve(name).toString(), name);
            }
            Matcher count =
                    Pattern.compile("Free Clusters: (\\d+)").matcher(GuestImage.run("ntfsinfo", "-m", image.path()));
            assertThat(count.find()).isTrue();
            GuestFileSystem.Handled content = image.handled();
            assertThat(content.facts().label()).isEqualTo("System");
            assertThat(content.facts().blockBytes()).isEqualTo(Long.parseLong(clusterBytes));
            assertThat(content.freeBytes() / content.facts().blockBytes()).isEqualTo(Long.parseLong(count.group(1)));

            image.junkFree();
            GuestImage.run("ntfsresize", "-i", "-f", image.path());
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                String back = GuestImage.run("ntfscat", image.path(), file.getKey());
                assertThat(Arrays.equals(back.getBytes(StandardCharsets.ISO_8859_1), file.getValue()))
                        .isTrue();
            }
        }
    }

    @Test
    void refusesDirtyVolume() throws Exception {
        try (GuestImage image = make()) {
            GuestImage.run("ntfsfix", image.path());
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class).hasMessageContaining("dirty");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hibr", "HIBR"})
    void refusesHibernatedWindows(String mark) throws Exception {
        try (GuestImage image = make()) {
            addHibernationFile(image, mark, 8192);
            assertThat(image.refused())
                    .isInstanceOfSatisfying(
                            UnsafeStateException.class,
                            e -> assertThat(e.condition()).isEqualTo("guest-hibernated"));
        }
    }

    @Test
    void findsTheHibernationFileInRootDirectoryOfManyNodes() throws Exception {
        try (GuestImage image = make()) {
            Path empty = Files.write(folder.resolve("empty"), new byte[0]);
            for (int i = 0; i < 60; i++) {
                String name = "a file with quite a long name to fill the nodes of the index, number " + i;
                GuestImage.run("ntfscp", "-q", image.path(), empty.toString(), name);
            }
            addHibernationFile(image, "wake", 8192);
            assertThat(image.handled().freeBytes()).isPositive();
            addHibernationFile(image, "hibr", 8192);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void acceptsWindowsThatWokeUp() throws Exception {
        try (GuestImage image = make()) {
            addHibernationFile(image, "wake", 8192);
            assertThat(image.handled().freeBytes()).isPositive();
        }
    }

    @Test
    void readsTheRestartPageOfTheJournal() throws Exception {
        try (GuestImage image = make()) {
            image.write(logAt(image), restartPage(1, 1, 2));
            assertThat(image.handled().freeBytes()).isPositive();
            image.write(logAt(image), restartPage(1, 1, 0));
            assertThat(image.refused()).hasMessageContaining("dismounted");
            image.write(logAt(image), restartPage(2, 0, 2));
            assertThat(image.refused()).hasMessageContaining("fast startup");
        }
    }

    @Test
    void refusesTornRecordAndMirrorThatDiffers() throws Exception {
        try (GuestImage image = make()) {
            ByteBuffer boot = ByteBuffer.wrap(image.read(0, 512)).order(ByteOrder.LITTLE_ENDIAN);
            long table = boot.getLong(48) * 4096;
            image.flip(table + 510, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("whole");
            image.flip(table + 510, 1);
            image.flip(boot.getLong(56) * 4096 + 16, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("copies");
        }
    }

    @Test
    void refusesBitmapThatCallsSystemFilesFree() throws Exception {
        try (GuestImage image = make()) {
            List<Long> clusters = new ArrayList<>();
            table(image).data(NtfsTable.BITMAP, "$Bitmap").forEachRun((cluster, count) -> clusters.add(cluster));
            image.flip(clusters.get(0) * 4096, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("system file");
        }
    }

    private GuestImage make(String... options) throws IOException, InterruptedException {
        GuestImage image = GuestImage.create(folder.resolve("ntfs.img"), 40 << 20);
        List<String> command = new ArrayList<>(List.of("mkntfs", "-q", "-F", "-Q"));
        command.addAll(Arrays.asList(options));
        command.add(image.path());
        GuestImage.run(command.toArray(String[]::new));
        return image;
    }

    private void addHibernationFile(GuestImage image, String mark, int bytes) throws IOException, InterruptedException {
        Path file = folder.resolve("hibernation");
        Files.write(file, Arrays.copyOf(mark.getBytes(StandardCharsets.US_ASCII), bytes));
        GuestImage.run("ntfscp", "-q", image.path(), file.toString(), "hiberfil.sys");
    }

    private static NtfsTable table(GuestImage image) throws IOException {
        GuestWindow window = new GuestWindow(image, new ByteRange(0, image.size()), Progress.NONE);
        return NtfsTable.open(window, NtfsBootSector.parse(window));
    }

    private static long logAt(GuestImage image) throws IOException {
        List<Long> clusters = new ArrayList<>();
        table(image).data(NtfsTable.LOG_FILE, "$LogFile").forEachRun((cluster, count) -> clusters.add(cluster));
        return clusters.get(0) * 4096;
    }

    private static byte[] restartPage(int major, int minor, int flags) {
        ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        page.putInt(0, 0x52545352).putShort(4, (short) 0x1E).putShort(6, (short) 9);
        page.putInt(16, 4096).putInt(20, 4096).putShort(24, (short) 0x30);
        page.putShort(26, (short) minor).putShort(28, (short) major);
        page.putLong(0x30, 77).putShort(0x38, (short) 1).putShort(0x3A, (short) 0xFFFF);
        page.putShort(0x3E, (short) flags);
        return page.array();
    }
}
