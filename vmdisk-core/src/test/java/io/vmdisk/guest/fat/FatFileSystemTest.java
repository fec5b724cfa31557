package io.vmdisk.guest.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.guest.FileSystemFacts;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.guest.GuestImage;
import java.io.IOException;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatFileSystemTest {
    private static final Pattern CLUSTERS = Pattern.compile("(\\d+)/(\\d+) clusters");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsTools() {
        GuestImage.requireTools("mkfs.fat", "fsck.fat", "mcopy", "mdel");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4 -F 12",
                "32 -F 16",
                "64 -F 16 -f 1 -s 8",
                "40 -F 32 -s 1",
                "80 -F 32 -s 2",
                "64 -F 16 --mbr=yes",
            })
    void reportsAsManyClustersAsFsckCounts(String options) throws Exception {
        Map<String, byte[]> files = GuestImage.files(40, 60_000, 9);
        try (GuestImage image = make(options)) {
            Path source = GuestImage.write(folder.resolve("source"), files);
            List<String> copy = new ArrayList<>(List.of("mcopy", "-i", image.path()));
            files.keySet().forEach(name -> copy.add(source.resolve(name).toString()));
            copy.add("::");
            GuestImage.run(copy.toArray(String[]::new));
            List<String> delete = new ArrayList<>(List.of("mdel", "-i", image.path()));
            for (int i = 0; i < 40; i += 2) {
                delete.add("::file" + i);
            }
            GuestImage.run(delete.toArray(String[]::new));

            Matcher count = CLUSTERS.matcher(GuestImage.run("fsck.fat", "-n", image.path()));
            assertThat(count.find()).isTrue();
            GuestFileSystem.Handled content = image.handled();
            assertThat(content.freeBytes() / content.facts().blockBytes())
                    .isEqualTo(Long.parseLong(count.group(2)) - Long.parseLong(count.group(1)));
            assertThat(GuestImage.free(content)).hasSizeGreaterThan(10);

            image.junkFree();
            GuestImage.run("fsck.fat", "-n", image.path());
            Path back = Files.createDirectories(folder.resolve("back"));
            GuestImage.run("mcopy", "-n", "-i", image.path(), "::*", back.toString());
            for (int i = 1; i < 40; i += 2) {
                assertThat(Arrays.equals(Files.readAllBytes(back.resolve("file" + i)), files.get("file" + i)))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4 -F 12,fat12,2048", "32 -F 16 -s 4,fat16,2048", "40 -F 32 -s 1,fat32,512"})
    void tellsTypeLabelAndClusterSize(String options, String type, long clusterBytes) throws Exception {
        try (GuestImage image = make(options + " -n BOOT")) {
            FileSystemFacts facts = image.handled().facts();
            assertThat(facts.type()).isEqualTo(type);
            assertThat(facts.label()).isEqualTo("BOOT");
            assertThat(facts.blockBytes()).isEqualTo(clusterBytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"4 -F 12,37", "32 -F 16,37", "40 -F 32 -s 1,65"})
    void refusesDirtyMarkInTheBootSector(String options, long at) throws Exception {
        try (GuestImage image = make(options)) {
            image.flip(at, 1);
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"32 -F 16,3,0x80", "32 -F 16,3,0x40", "40 -F 32 -s 1,7,0x08", "40 -F 32 -s 1,7,0x04"})
    void refusesDirtyMarkInTheTable(String options, long offset, String bits) throws Exception {
        try (GuestImage image = make(options)) {
            byte[] boot = image.read(14, 2);
            image.flip(((boot[0] & 0xFF) | (boot[1] & 0xFF) << 8) * 512L + offset, Integer.decode(bits));
            assertThat(image.refused()).isInstanceOf(UnsafeStateException.class);
        }
    }

    @Test
    void refusesTablesThatDiffer() throws Exception {
        try (GuestImage image = make("40 -F 32 -s 1")) {
            image.flip(32 * 512 + 5000, 1);
            assertThat(image.refused())
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("differ");
        }
    }

    private GuestImage make(String options) throws IOException, InterruptedException {
        String[] words = options.split(" ");
        GuestImage image = GuestImage.create(folder.resolve("fat.img"), Long.parseLong(words[0]) << 20);
        List<String> command = new ArrayList<>(List.of("mkfs.fat"));
        command.addAll(List.of(words).subList(1, words.length));
        command.add(image.path());
        GuestImage.run(command.toArray(String[]::new));
        return image;
    }
}
