package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions.Access;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.MemoryVolume;
import io.vmdisk.testkit.NbdTools;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients that people use, against the server. */
class NbdToolsTest {
    @TempDir
    Path folder;

    private final ServedDisks disks = new ServedDisks();
    private NbdServer server;
    private Path socket;

    private void serve(ServedDisk... served) throws IOException {
        socket = folder.resolve("s");
        server = NbdServer.of(NbdExports.of(List.of(served)));
        server.listen(socket);
    }

    @AfterEach
    void everythingIsClosedInTheEnd() throws IOException {
        if (server != null) {
            server.close();
            assertThat(socket).doesNotExist();
        }
        assertThat(disks.openFiles()).isZero();
    }

    private byte[] copied(String export, Object... options) throws IOException {
        Path out = Files.createTempFile(folder, "out", ".raw");
        List<Object> words = new ArrayList<>(List.of("nbdcopy"));
        words.addAll(List.of(options));
        words.addAll(List.of(NbdTools.uri(socket, export), out));
        NbdTools.run(words.toArray());
        return Files.readAllBytes(out);
    }

    @Test
    void copyEveryFormat() throws IOException {
        List<ServedDisk> served = new ArrayList<>();
        List<DiskFormat> formats = Arrays.stream(DiskFormat.values())
                .filter(format -> format != DiskFormat.STREAM_OPTIMIZED)
                .toList();
        for (DiskFormat format : formats) {
            Path path = disks.filled(format.word() + ".vmdk", CreateSpec.of(format, ServedDisks.CAPACITY), 1);
            served.add(disks.served(format.word(), path, format, Access.READ));
        }
        Path thin = MemoryVolume.folder().resolve(DiskFormat.VMFS_THIN.word() + ".vmdk");
        Path stream = disks.stream("stream.vmdk", thin, DiskFormat.VMFS_THIN);
        served.add(disks.served("stream", stream, DiskFormat.STREAM_OPTIMIZED, Access.READ));
        serve(served.toArray(new ServedDisk[0]));

        String list = NbdTools.run("nbdinfo", "--list", "--json", NbdTools.uri(socket, ""));

        for (int i = 0; i < formats.size(); i++) {
            DiskFormat format = formats.get(i);
            byte[] expected = disks.content(MemoryVolume.folder().resolve(format.word() + ".vmdk"), format);
            assertThat(list).contains("\"" + format.word() + "\"");
            assertThat(copied(format.word(), "--connections=4"))
                    .as(format.word())
                    .isEqualTo(expected);
        }
    }

    private Path chain() throws IOException {
        Path base = disks.filled("base.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, ServedDisks.CAPACITY), 1);
        CreateSpec middle = CreateSpec.of(DiskFormat.VMFS_SPARSE, ServedDisks.CAPACITY);
        Path delta = disks.create("delta.vmdk", middle.withParent(base));
        Path top = disks.create(
                "top.vmdk",
                CreateSpec.of(DiskFormat.SE_SPARSE, ServedDisks.CAPACITY).withParent(delta));
        try (var disk = disks.open(top, DiskFormat.SE_SPARSE, Access.WRITE)) {
            disk.write(1 << 20, ByteBuffer.wrap(Patterns.text(9, 50_000)));
        }
        return top;
    }

    @Test
    void seeAChainAsVmdiskDoes() throws IOException {
        Path top = chain();
        byte[] expected = disks.content(top, DiskFormat.SE_SPARSE);
        Path raw = Files.write(folder.resolve("expected.raw"), expected);
        serve(disks.served("", top, DiskFormat.SE_SPARSE, Access.READ));
        String uri = NbdTools.uri(socket, "");
        Path converted = folder.resolve("converted.raw");

        String info = NbdTools.run("nbdinfo", uri);
        Qemu.img("convert", "-f", "raw", "-O", "raw", uri, converted);

        assertThat(info)
                .contains("is_read_only: true", "base:allocation", "qemu:allocation-depth", "can_multi_conn: true");
        assertThat(NbdTools.run("nbdinfo", "--size", uri).strip()).isEqualTo("" + expected.length);
        assertThat(Files.readAllBytes(converted)).isEqualTo(expected);
        assertThat(Qemu.img("compare", "-f", "raw", "-F", "raw", uri, raw)).contains("Images are identical");
        assertThat(copied("", "--allocated", "--requests=16", "--request-size=65536"))
                .isEqualTo(expected);
        assertMapCovers(NbdTools.run("nbdinfo", "--map", uri), expected);
        String depth = NbdTools.run("nbdinfo", "--map=qemu:allocation-depth", uri);
        assertThat(depth).contains("1048576").containsPattern("(?m) 3\\b");
        assertThat(Qemu.img("map", "--output=json", "-f", "raw", uri)).contains("\"start\": 1048576");
    }

    /** Lines of {@code nbdinfo --map}: start, length, flags, words. What is zero by flag must be zero. */
    private static void assertMapCovers(String map, byte[] content) {
        long next = 0;
        for (String line : map.strip().split("\n")) {
            String[] words = line.strip().split("\\s+");
            int start = Integer.parseInt(words[0]);
            int length = Integer.parseInt(words[1]);
            assertThat(start).isEqualTo((int) next);
            if ((Integer.parseInt(words[2]) & Protocol.STATE_ZERO) != 0) {
                assertThat(Arrays.copyOfRange(content, start, start + length)).isEqualTo(new byte[length]);
            }
            next += length;
        }
        assertThat(next).isEqualTo(content.length);
        assertThat(map).contains("hole,zero").contains("data");
    }

    @Test
    void copyInBothDirections() throws IOException {
        byte[] content = Patterns.mixed(5, ServedDisks.CAPACITY);
        Path raw = Files.write(folder.resolve("in.raw"), content);
        DiskFormat format = DiskFormat.MONOLITHIC_SPARSE;
        Path disk = disks.create("new.vmdk", CreateSpec.of(format, ServedDisks.CAPACITY));
        serve(disks.served("", disk, format, Access.WRITE));

        NbdTools.run("nbdcopy", "--connections=4", "--flush", raw, NbdTools.uri(socket, ""));

        assertThat(copied("", "--connections=4")).isEqualTo(content);
        server.close();
        assertThat(disks.content(disk, format)).isEqualTo(content);
    }

    @Test
    void writeLikeToAModel() throws IOException {
        Path base = disks.filled("base.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, ServedDisks.CAPACITY), 3);
        Path top = disks.create(
                "top.vmdk",
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, ServedDisks.CAPACITY)
                        .withParent(base));
        byte[] model = disks.content(base, DiskFormat.VMFS_THIN);
        byte[] before = model.clone();
        List<String> commands = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 150; i++) {
            int length = 512 * (1 + random.nextInt(i % 10 == 0 ? 1500 : 60));
            int at = 512 * random.nextInt((model.length - length) / 512 + 1);
            int value = 1 + random.nextInt(255);
            boolean zero = i % 4 == 1;
            Arrays.fill(model, at, at + length, zero ? 0 : (byte) value);
            String flags = i % 7 == 0 ? "-f " : "";
            commands.add(
                    zero
                            ? "write -z " + (i % 8 == 1 ? "-u " : "") + at + " " + length
                            : "aio_write " + flags + "-P " + value + " " + at + " " + length);
            commands.add("aio_flush");
        }
        serve(disks.served("", top, DiskFormat.MONOLITHIC_SPARSE, Access.WRITE));

        List<String> words = new ArrayList<>(List.of("qemu-io", "-f", "raw"));
        commands.forEach(each -> words.addAll(List.of("-c", each)));
        words.add(NbdTools.uri(socket, ""));
        Qemu.assumePresent();
        Command.run(null, words).outOrFail();

        assertThat(copied("")).isEqualTo(model);
        server.close();
        assertThat(disks.content(top, DiskFormat.MONOLITHIC_SPARSE)).isEqualTo(model);
        assertThat(disks.content(base, DiskFormat.VMFS_THIN)).isEqualTo(before);
    }

    @Test
    void workThroughFiltersOfNbdkit() throws IOException {
        Path top = chain();
        byte[] expected = disks.content(top, DiskFormat.SE_SPARSE);
        serve(disks.served("chain", top, DiskFormat.SE_SPARSE, Access.READ));
        Path out = folder.resolve("out.raw");

        NbdTools.run(
                "nbdkit",
                "-U",
                "-",
                "--filter=cow",
                "--filter=blocksize",
                "--filter=offset",
                "nbd",
                "socket=" + socket,
                "export=chain",
                "offset=4096",
                "--run",
                "nbdcopy \"$uri\" " + out);

        assertThat(Files.readAllBytes(out)).isEqualTo(Arrays.copyOfRange(expected, 4096, expected.length));
    }

    @Test
    void mountThroughFuseWhereThatWorks() throws Exception {
        assumeTrue(Command.present("nbdfuse") && Files.isWritable(Path.of("/dev/fuse")), "nbdfuse and /dev/fuse");
        Path top = chain();
        byte[] expected = disks.content(top, DiskFormat.SE_SPARSE);
        serve(disks.served("", top, DiskFormat.SE_SPARSE, Access.READ));
        Path file = Files.createFile(folder.resolve("disk.raw"));
        Process mount = new ProcessBuilder("nbdfuse", file.toString(), NbdTools.uri(socket, "")).start();
        try {
            for (int i = 0; i < 200 && mount.isAlive() && Files.size(file) == 0; i++) {
                Thread.sleep(10);
            }
            assumeTrue(Files.size(file) > 0, "FUSE mounts are allowed");
            assertThat(Files.readAllBytes(file)).isEqualTo(expected);
        } finally {
            new ProcessBuilder("fusermount3", "-u", file.toString()).start().waitFor();
            mount.waitFor();
        }
    }

    /** An MBR with one Linux partition of 3 MiB from 1 MiB on. */
    private static byte[] table() {
        ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        sector.put(446 + 4, (byte) 0x83).putInt(446 + 8, 2048).putInt(446 + 12, 6144);
        return sector.putShort(510, (short) 0xaa55).array();
    }

    @Test
    void findAPartition() throws IOException {
        DiskFormat format = DiskFormat.VMFS_SPARSE;
        Path base = disks.create("base.vmdk", CreateSpec.of(DiskFormat.VMFS_THIN, ServedDisks.CAPACITY));
        Path path = disks.filled(
                "p.vmdk", CreateSpec.of(format, ServedDisks.CAPACITY).withParent(base), 4);
        try (var disk = disks.open(path, format, Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(table()));
        }
        byte[] all = disks.content(path, format);
        serve(
                disks.served("scsi0:0@a/b", path, format, Access.READ),
                disks.served("empty", base, DiskFormat.VMFS_THIN, Access.READ));

        String list = NbdTools.run("nbdinfo", "--list", NbdTools.uri(socket, ""));

        assertThat(list).contains("export=\"scsi0:0@a/b\"", "export=\"scsi0:0@a/b/p1\"", "partition 1 (");
        assertThat(copied("scsi0:0@a/b/p1")).isEqualTo(Arrays.copyOfRange(all, 1 << 20, 4 << 20));
        assertThat(NbdTools.tryRun("nbdinfo", NbdTools.uri(socket, "scsi0:0@a/b/p2"))
                        .exitCode())
                .isNotZero();
        assertThat(NbdTools.tryRun("nbdinfo", NbdTools.uri(socket, "")).exitCode())
                .isNotZero();
    }
}
