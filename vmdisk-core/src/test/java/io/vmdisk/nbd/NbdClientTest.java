package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Run;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.OpenOptions.Access;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.NbdTools;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.testkit.Qemu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks behind our server and behind those of others. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NbdClientTest {
    private static final Path NAME = Path.of("server");

    @TempDir
    Path folder;

    private static VirtualDisk open(String address) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(new NbdVolume(NbdAddress.parse(address), NAME));
        return VirtualDisk.openRaw(NAME, options);
    }

    private static byte[] content(VirtualDisk disk) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
        assertThat(disk.read(0, bytes)).isEqualTo(bytes.capacity());
        return bytes.array();
    }

    /** What is told as a hole must be zeros, and there must be some. */
    private static void assertRunsFit(VirtualDisk disk, byte[] content) throws IOException {
        List<Run> runs = disk.runs(0, disk.capacity());
        long next = 0;
        for (Run run : runs) {
            assertThat(run.start()).isEqualTo(next);
            next = run.end();
            if (run instanceof Run.Zero) {
                assertThat(Arrays.copyOfRange(content, (int) run.start(), (int) run.end()))
                        .isEqualTo(new byte[(int) run.length()]);
            }
        }
        assertThat(next).isEqualTo(content.length);
        assertThat(runs).anyMatch(Run.Zero.class::isInstance).anyMatch(Run.Data.class::isInstance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"se", "p1"})
    void readsWhatOurServerServes(String export) throws IOException {
        ServedDisks disks = new ServedDisks();
        DiskFormat format = DiskFormat.MONOLITHIC_SPARSE;
        Path path = disks.filled("disk.vmdk", CreateSpec.of(format, ServedDisks.CAPACITY), 1);
        Path socket = folder.resolve("s");
        byte[] expected = disks.content(path, format);
        try (NbdServer server = NbdServer.of(NbdExports.of(List.of(disks.served(export, path, format, Access.READ))))) {
            server.listen(socket);
            try (VirtualDisk disk = open(NbdTools.uri(socket, export))) {
                assertThat(content(disk)).isEqualTo(expected);
                assertRunsFit(disk, expected);
                assertThat(disk.isWritable()).isFalse();
                IntStream.range(0, 8).parallel().forEach(seed -> readHereAndThere(disk, expected, seed));
            }
            assertThatThrownBy(() -> open(NbdTools.uri(socket, "other")))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("no export 'other'");
        }
        assertThat(disks.openFiles()).isZero();
    }

    private static void readHereAndThere(VirtualDisk disk, byte[] expected, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try {
            for (int i = 0; i < 60; i++) {
                int from = random.nextInt(expected.length);
                ByteBuffer bytes = ByteBuffer.allocate(Math.min(expected.length - from, random.nextInt(300_000)));
                disk.read(from, bytes);
                assertThat(bytes.array()).isEqualTo(Arrays.copyOfRange(expected, from, from + bytes.capacity()));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path sparseRaw() throws IOException {
        Path raw = folder.resolve("disk.raw");
        try (FileChannel file = FileChannel.open(
                raw, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            file.write(ByteBuffer.wrap(Patterns.random(1, 100_000)), 0);
            file.write(ByteBuffer.wrap(Patterns.mixed(2, 2_000_000)), 3 << 20);
            file.write(ByteBuffer.allocate(1), (8 << 20) - 1);
        }
        return raw;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nbdkit -s file disk.raw",
                "nbdkit -s --filter=nozero --no-sr file disk.raw",
                "nbdkit -s --filter=blocksize-policy file disk.raw blocksize-minimum=4096 blocksize-error-policy=error",
                "nbdkit -s --filter=noextents file disk.raw",
            })
    void readsWhatNbdkitServesOverAPipe(String command) throws IOException {
        NbdTools.assumePresent();
        byte[] expected = Files.readAllBytes(sparseRaw());

        try (VirtualDisk disk = open("nbd+exec:cd " + folder + " && " + command)) {
            assertThat(content(disk)).isEqualTo(expected);
            readHereAndThere(disk, expected, 3);
            if (!command.contains("no-sr") && !command.contains("noextents")) {
                assertRunsFit(disk, expected);
            }
        }
    }

    @Test
    void readsWhatQemuServes() throws Exception {
        Qemu.assumePresent();
        Path raw = sparseRaw();
        Path image = folder.resolve("disk.qcow2");
        Qemu.img("convert", "-f", "raw", "-O", "qcow2", raw, image);
        Path socket = folder.resolve("q");
        Process server = new ProcessBuilder(
                        "qemu-nbd", "-t", "-r", "-f", "qcow2", "-x", "a b", "-k", socket.toString(), image.toString())
                .start();
        try {
            for (int i = 0; i < 1000 && !Files.exists(socket); i++) {
                Thread.sleep(10);
            }
            byte[] expected = Files.readAllBytes(raw);
            try (VirtualDisk disk = open(NbdTools.uri(socket, "a%20b"))) {
                assertThat(content(disk)).isEqualTo(expected);
                assertRunsFit(disk, expected);
            }
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    void saysWhatIsWrongWithTheServer() {
        assertThatThrownBy(() -> open("nbd+exec:echo this is not NBD at all"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not that of an NBD server");
        assertThatThrownBy(() -> open("nbd+exec:exit 1")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open("nbd+unix:///?socket=" + folder.resolve("nobody")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aReadThatFailsOnTheServerFailsHereAndTheNextOneWorks() throws IOException {
        NbdTools.assumePresent();
        String command = "nbdkit -s --filter=error pattern 1M error-pread-rate=1 error-file=" + folder.resolve("now");
        assertThat(Command.run(null, List.of("sh", "-c", "command -v nbdkit")).exitCode())
                .isZero();

        try (VirtualDisk disk = open("nbd+exec:" + command)) {
            ByteBuffer bytes = ByteBuffer.allocate(4096);
            assertThat(disk.read(8192, bytes)).isEqualTo(4096);
            assertThat(bytes.getLong(8)).isEqualTo(8200);
            Files.createFile(folder.resolve("now"));
            assertThatThrownBy(() -> disk.read(0, bytes.clear())).hasMessageContaining("could not read: error 5");
            Files.delete(folder.resolve("now"));
            assertThat(disk.read(8192, bytes.clear())).isEqualTo(4096);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nbd://host, 'Network[host=host, port=10809]', ''",
        "nbd://[::1]:9/a/b@c, 'Network[host=::1, port=9]', a/b@c",
        "nbd+unix:///x%20y?socket=/tmp/a+b, Local[socket=/tmp/a+b], x y",
        "nbds://h:1/?tls-certificates=/c, 'Secure[host=h, port=1, certificates=Optional[/c]]', ''",
        "nbd+exec: a b , Program[command=a b], ''",
    })
    void readsAddresses(String text, String place, String export) {
        NbdAddress address = NbdAddress.parse(text);

        assertThat(address.place()).hasToString(place);
        assertThat(address.export()).isEqualTo(export);
        assertThat(NbdAddress.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nbd://", "nbd:///x", "nbd+unix:///x", "nbd+exec:", "nbd://h/a b", "nbd+unix:///?socket="})
    void refusesAddressesThatAreNone(String text) {
        assertThatThrownBy(() -> NbdAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
