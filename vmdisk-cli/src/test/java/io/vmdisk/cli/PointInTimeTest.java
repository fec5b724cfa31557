package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that reads a disk takes a copied machine's, by place and time, wherever its datastores lie now. */
class PointInTimeTest {
    private static final int CAPACITY = 1 << 20;
    private static final int AT = 128 << 10;

    @TempDir
    Path temp;

    private Path vmx;
    private Path second;
    private String map;

    @BeforeEach
    void makeMachine() throws IOException {
        Path first = Files.createDirectories(temp.resolve("ds1/web01"));
        second = Files.createDirectories(temp.resolve("ds2/web01"));
        map = "--map=/vmfs/volumes/ds2=" + temp.resolve("ds2");
        vmx = Files.writeString(first.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "/vmfs/volumes/ds2/web01/web01.vmdk"
                """);
        for (Path folder : List.of(first, second)) {
            done("create", folder.resolve("web01.vmdk"), "1M", "-O", "thin");
        }
        write("base");
        done("snapshot", "create", map, "-q", vmx, "one");
        write("after one");
        done("snapshot", "create", map, "-q", vmx, "two");
        write("after two");
    }

    /** The second disk's top link. */
    private Path top() throws IOException {
        String name = Files.readString(vmx).replaceAll("(?s).*scsi0:1.fileName = \"[^\"]*/([^\"/]+)\".*", "$1");
        return second.resolve(name);
    }

    private void write(String text) throws IOException {
        try (VirtualDisk disk = VirtualDisk.open(top(), OpenOptions.writable())) {
            disk.write(AT, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static byte[] content(String text) {
        byte[] bytes = new byte[CAPACITY];
        byte[] written = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(written, 0, bytes, AT, written.length);
        return bytes;
    }

    private Object[] ofSecondDisk(String time, Object... words) {
        List<Object> line = new ArrayList<>(Arrays.asList(words));
        line.addAll(List.of(map, "--disk", "scsi0:1"));
        if (!time.isEmpty()) {
            line.addAll(List.of("--snapshot", time));
        }
        return line.toArray();
    }

    @Test
    void isReadHashedMappedAndConvertedWithTheSameOptions() throws Exception {
        byte[] one = content("base");
        byte[] two = content("after one");
        byte[] now = content("after two");

        assertThat(done(ofSecondDisk("one", "read", vmx)).outBytes()).isEqualTo(one);
        assertThat(done(ofSecondDisk("", "read", vmx)).outBytes()).isEqualTo(now);
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(two));
        assertThat(done(ofSecondDisk("two", "hash", vmx)).out()).contains(sha256);
        assertThat(done(ofSecondDisk("one", "map", "--json", vmx)).out()).contains("\"depth\": 0");
        Path raw = temp.resolve("two.raw");
        done(ofSecondDisk("two", "convert", "-q", vmx, raw, "-O", "raw"));
        assertThat(Files.readAllBytes(raw)).isEqualTo(two);
        done(ofSecondDisk("two", "compare", vmx, "raw:" + raw));
    }

    @Test
    void ofADiskFollowsAHintIntoAMappedDatastore() throws Exception {
        Path delta = top();
        Path moved = Files.createDirectories(temp.resolve("elsewhere"));
        String text = Files.readString(delta, StandardCharsets.ISO_8859_1)
                .replaceAll("parentFileNameHint=\"([^\"]*)\"", "parentFileNameHint=\"/vmfs/volumes/ds2/web01/$1\"");
        Path disk = moved.resolve(String.valueOf(delta.getFileName()));
        Files.writeString(disk, text, StandardCharsets.ISO_8859_1);
        String extent = delta.getFileName().toString().replace(".vmdk", "-delta.vmdk");
        Files.copy(second.resolve(extent), moved.resolve(extent));

        assertThat(CommandLineRun.of("read", disk).exitCode()).isEqualTo(3);
        assertThat(done("read", map, disk).outBytes()).isEqualTo(content("after two"));
        assertThat(done("hash", map, disk).out())
                .isEqualTo(done("hash", map, disk).out());
        done("compare", map, disk, disk);
        done("convert", "-q", map, disk, temp.resolve("out.raw"), "-O", "raw");
        assertThat(Files.readAllBytes(temp.resolve("out.raw"))).isEqualTo(content("after two"));
    }

    @Test
    void changesAreToldByTheMaps() throws Exception {
        // The same bytes again: a map tells that they were written, and no content needs to be read.
        write("after one");
        Path changed = temp.resolve("changed");

        CommandLineRun told = CommandLineRun.of(
                "compare", map, "--disk", "scsi0:1", "--changed", "two", "now", vmx, "--json", "-o", changed);

        assertThat(told.exitCode()).isEqualTo(1);
        assertThat(told.out()).contains("\"start\": " + AT, "\"length\": 512", "\"content\": \"data\"");
        assertThat(Files.readAllBytes(changed)).isEqualTo(content("after one"));
        CommandLineRun same =
                CommandLineRun.of("compare", map, "--disk", "scsi0:0", "--changed", "one", "now", vmx, "--json");
        assertThat(same.exitCode()).isZero();
        assertThat(same.out()).contains("\"regions\": [ ]");
    }

    @Test
    void thatIsNotClearIsAskedFor() {
        CommandLineRun which = CommandLineRun.of("hash", map, vmx);

        assertThat(which.exitCode()).isEqualTo(4);
        assertThat(which.err()).contains("it had 2 disks: scsi0:0, scsi0:1", "--disk scsi0:0");
        assertThat(CommandLineRun.of("read", map, "--disk", "sata0:7", vmx).err())
                .contains("there was no disk at sata0:7");
    }
}
