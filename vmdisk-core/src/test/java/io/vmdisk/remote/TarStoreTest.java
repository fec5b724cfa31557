package io.vmdisk.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.hash.DiskHash;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.transfer.StreamExport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarStoreTest {
    private static final Path TESTDATA = Path.of(System.getProperty("vmdisk.testdata", "../testdata"));

    @TempDir
    Path folder;

    /** A tar file as POSIX has it; a name that begins with a colon is the body of a header of that type. */
    static byte[] tar(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            boolean special = member.getKey().startsWith(":");
            all.write(header(
                    special ? "special" : member.getKey(),
                    member.getValue().length,
                    special ? member.getKey().charAt(1) : '0'));
            all.write(member.getValue());
            all.write(new byte[(512 - member.getValue().length % 512) % 512]);
        }
        all.write(new byte[1024]);
        return all.toByteArray();
    }

    private static byte[] header(String name, long size, char type) {
        ByteBuffer header = ByteBuffer.allocate(512);
        header.put(0, name.getBytes(StandardCharsets.UTF_8));
        header.put(124, String.format(Locale.ROOT, "%011o", size).getBytes(StandardCharsets.US_ASCII));
        header.put(136, "14610000000".getBytes(StandardCharsets.US_ASCII));
        header.put(156, (byte) type);
        header.put(257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) {
            sum += header.get(i) & 0xFF;
        }
        header.put(148, String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
        return header.array();
    }

    private Path archive(String name, Map<String, byte[]> members) throws IOException {
        return Files.write(folder.resolve(name), tar(members));
    }

    private static byte[] read(Path path) throws IOException {
        return Volume.system().readAll(path, 1 << 20);
    }

    @Test
    void aDiskInAnOvaIsReadWhereItLiesHereAndThroughAWebServer() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (VirtualDisk local = VirtualDisk.open(TESTDATA.resolve("web01/web01-000002.vmdk"))) {
            new StreamExport(2, 6, Progress.NONE)
                    .toChannel(
                            local,
                            Channels.newChannel(stream),
                            CreateSpec.of(DiskFormat.STREAM_OPTIMIZED, local.capacity()),
                            Path.of("disk1.vmdk"));
            Map<String, byte[]> members = new LinkedHashMap<>();
            members.put("web01.ovf", "<Envelope/>".getBytes(StandardCharsets.UTF_8));
            members.put("./disks/disk1.vmdk", stream.toByteArray());
            Path ova = archive("web01.OVA", members);
            DiskHash hash = new DiskHash(2, Progress.NONE);
            String expected = hash.treeRoot(local);
            try (VirtualDisk disk = VirtualDisk.open(
                    StoreAddress.parse(ova + "!/disks/disk1.vmdk").path())) {
                assertThat(hash.treeRoot(disk)).isEqualTo(expected);
                assertThat(disk.links().get(0).path()).hasToString(ova + "!/disks/disk1.vmdk");
            }
            byte[] bytes = Files.readAllBytes(ova);
            try (RangeServer server = new RangeServer(request -> RangeServer.ranged(request, bytes, "\"one\""));
                    VirtualDisk disk =
                            VirtualDisk.open(StoreAddress.parse(server.origin() + "/a/web01.ova!/disks/disk1.vmdk")
                                    .path())) {
                assertThat(server.requests()).hasSizeLessThanOrEqualTo(4);
                assertThat(hash.treeRoot(disk)).isEqualTo(expected);
            }
        }
    }

    @Test
    void membersHaveTheNamesThatTheyWouldHaveUnpacked() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("a/one", new byte[] {1});
        members.put("./a/two", new byte[] {2});
        members.put("../three", new byte[] {3});
        members.put("/four", new byte[] {4});
        String pax = "16 path=long/five\n";
        members.put(":x", pax.getBytes(StandardCharsets.UTF_8));
        members.put("short5", new byte[] {5});
        members.put(":L", "gnu/six\0".getBytes(StandardCharsets.UTF_8));
        members.put("short6", new byte[] {6});
        Path root = StoreAddress.parse(archive("x.tar", members) + "!/").path();

        assertThat(Volume.system().list(root).stream().map(path -> String.valueOf(path.getFileName())))
                .containsExactly("a", "four", "gnu", "long");
        assertThat(read(root.resolve("a/one"))).containsExactly(1);
        assertThat(read(root.resolve("a/two"))).containsExactly(2);
        assertThat(read(root.resolve("four"))).containsExactly(4);
        assertThat(read(root.resolve("long/five"))).containsExactly(5);
        assertThat(read(root.resolve("gnu/six"))).containsExactly(6);
        assertThat(Volume.system().exists(root.resolve("../three"))).isFalse();
    }

    @Test
    void whatTarWritesIsRead() throws IOException, InterruptedException {
        Path content = Files.createDirectory(folder.resolve("content"));
        String longName = "n".repeat(60) + '/' + "m".repeat(120) + ".vmdk";
        Files.createDirectories(content.resolve(longName).getParent());
        byte[] bytes = Patterns.random(1, 70_000);
        Files.write(content.resolve(longName), bytes);
        for (String format : List.of("ustar", "pax", "gnu")) {
            Path tar = folder.resolve(format + ".tar");
            Process made = new ProcessBuilder(
                            "tar", "--format=" + format, "-cf", tar.toString(), "-C", content.toString(), ".")
                    .redirectErrorStream(true)
                    .start();
            made.getInputStream().readAllBytes();
            if (made.waitFor() != 0) {
                // Without names so long, or not GNU's tar.
                continue;
            }
            assertThat(read(StoreAddress.parse(tar + "!/" + longName).path())).isEqualTo(bytes);
        }
    }

    @Test
    void damagedArchivesEndInOurExceptions() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put(":x", "16 path=long/five\n".getBytes(StandardCharsets.UTF_8));
        members.put("one", Patterns.random(7, 3000));
        members.put("two", new byte[513]);
        byte[] sound = tar(members);
        SplittableRandom random = new SplittableRandom(11);
        for (int run = 0; run < 400; run++) {
            byte[] bytes = sound.clone();
            for (int i = 0; i < 1 + run % 4; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(
                    folder.resolve("damaged.tar"),
                    run % 3 == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
            try {
                Path root = StoreAddress.parse(file + "!/").path();
                for (Path path : Volume.system().list(root)) {
                    if (Volume.system().facts(path).kind() == io.vmdisk.storage.FileFacts.Kind.FILE) {
                        read(path);
                    }
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).contains("damaged.tar");
            }
        }
    }

    @Test
    void aMemberThatReachesBehindTheEndIsRefused() throws IOException {
        byte[] bytes = tar(Map.of("one", new byte[9000]));
        Path file = Files.write(folder.resolve("cut.ova"), java.util.Arrays.copyOf(bytes, 5000));

        assertThatThrownBy(() -> read(StoreAddress.parse(file + "!/one").path()))
                .isInstanceOf(VmdiskException.class)
                .extracting(e -> ((VmdiskException) e).code())
                .isEqualTo("malformed.tar-size");
    }
}
