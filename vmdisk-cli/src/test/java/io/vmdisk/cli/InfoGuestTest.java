package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.guest.GuestImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code info --guest} beside what the systems' own tools say. */
class InfoGuestTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private Path make(String name, long bytes, List<String> command) throws Exception {
        Path image = empty(name, bytes);
        List<String> line = new ArrayList<>(command);
        line.add(image.toString());
        GuestImage.run(line.toArray(String[]::new));
        return image;
    }

    private Path empty(String name, long bytes) throws IOException {
        Path image = folder.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        return image;
    }

    private static Map<?, ?> guest(Path image) throws IOException {
        CommandLineRun run = CommandLineRun.of("info", "--json", "--guest", "raw:" + image);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return (Map<?, ?>) ((Map<?, ?>) JsonValue.parse(run.out())).get("guest");
    }

    private static Map<?, ?> only(Map<?, ?> guest) {
        List<?> partitions = (List<?>) guest.get("partitions");
        assertThat(partitions).hasSize(1);
        return (Map<?, ?>) partitions.get(0);
    }

    private static String blkid(Path image, String tag) throws Exception {
        return GuestImage.run("blkid", "-p", "-o", "value", "-s", tag, image.toString())
                .strip();
    }

    @Test
    void labelsAndUuidsAreThoseOfBlkid() throws Exception {
        GuestImage.requireTools("mke2fs", "mkfs.xfs", "mkntfs", "mkfs.fat", "mkfs.exfat", "mkswap", "blkid");
        for (List<String> command : List.of(
                List.of("mke2fs", "-q", "-F", "-t", "ext4", "-L", "mail data"),
                List.of("mkfs.xfs", "-q", "-f", "-L", "web01"),
                List.of("mkntfs", "-q", "-F", "-Q", "-L", "Daten"),
                List.of("mkfs.fat", "-F", "32", "-n", "BOOT"),
                List.of("mkfs.fat", "-F", "16"),
                List.of("mkfs.exfat", "-L", "stick"),
                List.of("mkswap", "-L", "swap1"))) {
            Path image = make(command.get(0) + command.size(), 320 * MIB, command);

            Map<?, ?> found = only(guest(image));

            assertThat(found.get("label")).as("%s", command).isEqualTo(blkid(image, "LABEL"));
            assertThat(found.get("uuid")).as("%s", command).isEqualTo(blkid(image, "UUID"));
            Files.delete(image);
        }
    }

    @Test
    void usedAndFreeAreTold() throws Exception {
        GuestImage.requireTools("mke2fs", "dumpe2fs");
        Path image = make("ext.img", 64 * MIB, List.of("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096"));
        String dump = GuestImage.run("dumpe2fs", "-h", image.toString());
        long free = Long.parseLong(dump.replaceAll("(?s).*Free blocks: *([0-9]+).*", "$1")) * 4096;

        Map<?, ?> found = only(guest(image));

        assertThat(found.get("state")).isEqualTo("clean");
        assertThat(((Number) found.get("free")).longValue()).isEqualTo(free);
        assertThat(((Number) found.get("used")).longValue()).isEqualTo(64 * MIB - free);
        assertThat(CommandLineRun.of("info", "--guest", "raw:" + image).out())
                .contains("partition table", "probably Linux", "ext4");
    }

    /** A disk that nobody shut down still has its name: it is what people look for. */
    @Test
    void aFileSystemThatIsNotCleanHasItsNameToo() throws Exception {
        GuestImage.requireTools("mke2fs");
        Path image = make(
                "dirty.img",
                16 * MIB,
                List.of("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^metadata_csum", "-L", "orphan"));
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(1024 + 0x3A);
            file.write(0);
        }

        Map<?, ?> found = only(guest(image));

        assertThat(found.get("state")).isEqualTo("refused");
        assertThat(found.get("label")).isEqualTo("orphan");
        assertThat((String) found.get("reason")).contains("not unmounted");
        assertThat(found.get("free")).isNull();
    }

    @Test
    void partitionsAreListedWithWhatTheirTableSays() throws Exception {
        GuestImage.requireTools("sfdisk");
        Path image = empty("table.img", 64 * MIB);
        GuestImage.runWith(
                "label: gpt\nstart=2048, size=4096, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=efi\n"
                        + "size=4096, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE\n",
                "sfdisk",
                "-q",
                image.toString());

        Map<?, ?> guest = guest(image);

        assertThat(guest.get("table")).isEqualTo("gpt");
        assertThat(guest.get("systems")).isEqualTo(List.of("Windows"));
        assertThat((List<?>) guest.get("partitions")).hasSize(2);
        assertThat(CommandLineRun.of("info", "--guest", "raw:" + image).out())
                .contains("EFI system", "efi", "Microsoft reserved", "nothing known");
    }

    @Test
    void aTableThatIsAmbiguousIsPartOfTheAnswer() throws Exception {
        GuestImage.requireTools("sfdisk", "mke2fs");
        Path image = make("both.img", 16 * MIB, List.of("mke2fs", "-q", "-F"));
        GuestImage.runWith(
                "label: dos\nstart=2048, size=4096, type=83\n", "sfdisk", "-q", "--wipe=never", image.toString());

        assertThat((String) guest(image).get("problem")).contains("as a whole also the signature of ext2/3/4");
    }

    @Test
    void aMachineIsNoDisk() {
        assertThat(CommandLineRun.of("info", "--guest", Sample.TESTDATA.resolve("web01/web01.vmx"))
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }
}
