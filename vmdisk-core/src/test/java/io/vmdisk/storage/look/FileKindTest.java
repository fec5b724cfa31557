package io.vmdisk.storage.look;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileKindTest {
    private static FileKind of(String name, String text) {
        return FileKind.of(name, ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void bytesSayWhatAFileIsWhateverItIsCalled() {
        Map<String, FileKind> starts = Map.of(
                "KDMV\1\0\0\0", FileKind.DISK,
                "COWD\1\0\0\0", FileKind.DISK,
                "\u00be\u00ba\u00fe\u00ca\0\0\0\0", FileKind.DISK,
                "# Disk DescriptorFile\nversion=1\n", FileKind.DISK,
                "\u00d2\u00be\u00d2\u00be\b\0\0\0", FileKind.CHECKPOINT,
                "QFI\u00fb\0\0\0\3", FileKind.QCOW,
                "snapshot.lastUID = \"2\"\nsnapshot.numSnapshots = \"1\"\n", FileKind.SNAPSHOT_LIST,
                "\u001f\u008b\b\0", FileKind.ARCHIVE,
                "<?xml version=\"1.0\"?>\n<Envelope xmlns=\"x\">", FileKind.OVF,
                "2024-01-01T10:00:00.000Z| vmx| I005: Log for VMware Workstation\n", FileKind.LOG);

        starts.forEach((start, kind) -> assertThat(of("a.vmx", start)).as(start).isEqualTo(kind));
    }

    @Test
    void aConfigurationIsOneEvenWithZerosInItOrInTwoBytesALetter() {
        assertThat(of("x", "config.version = \"8\"\n")).isEqualTo(FileKind.MACHINE);
        assertThat(of("a.vmx", "memsize = \"4\"\n\0\0\0")).isEqualTo(FileKind.MACHINE);
        assertThat(of("a.vmx", "\u00ff\u00fem\0e\0m\0")).isEqualTo(FileKind.MACHINE);
        assertThat(of("a.vmx", "# only a remark\n")).isEqualTo(FileKind.MACHINE);
    }

    @Test
    void noiseIsNoMachineAndNothingIsEmpty() {
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);

        assertThat(FileKind.of("a.vmx", ByteBuffer.wrap(noise))).isEqualTo(FileKind.BINARY);
        assertThat(of("a.vmx", "")).isEqualTo(FileKind.EMPTY);
        assertThat(of("notes", "hello")).isEqualTo(FileKind.TEXT);
    }

    @Test
    void anOvaIsToldFromOtherArchives() {
        String entry = "web.ovf" + "\0".repeat(250) + "ustar";

        assertThat(of("web.bin", entry)).isEqualTo(FileKind.OVA);
        assertThat(of("web.tar", "x" + "\0".repeat(256) + "ustar")).isEqualTo(FileKind.ARCHIVE);
    }
}
