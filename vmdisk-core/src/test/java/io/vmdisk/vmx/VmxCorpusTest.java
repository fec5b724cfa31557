package io.vmdisk.vmx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Finding.Severity;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import io.vmdisk.vmx.hardware.HardwareVersion;
import io.vmdisk.vmx.lint.LintContext;
import io.vmdisk.vmx.lint.LintFinding;
import io.vmdisk.vmx.lint.LintOptions;
import io.vmdisk.vmx.lint.VmxLint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations under {@code testdata/vmx}, in the style of every product and hardware version. */
class VmxCorpusTest {
    private static final Path CORPUS =
            Path.of(System.getProperty("vmdisk.testdata", "../testdata")).resolve("vmx");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(f -> f.toString().matches(".*\\.vm(x|tx)"))
                    .sorted()
                    .toList();
        }
    }

    private static VmxFile read(String name) throws IOException {
        return VmxFile.read(Volume.system(), CORPUS.resolve(name));
    }

    @ParameterizedTest
    @MethodSource("files")
    void printsAsItWasParsed(Path file) throws IOException {
        assertThat(VmxFile.read(Volume.system(), file).dictionary().toBytes()).isEqualTo(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @MethodSource("files")
    void isUntouchedByADeviceThatComesAndGoes(Path file) throws IOException {
        byte[] before = Files.readAllBytes(file);
        VmxFile vmx = VmxFile.read(Volume.system(), file);
        DeviceNode node = DeviceNode.parse("scsi0:9").orElseThrow();
        boolean adapter = vmx.dictionary().contains("scsi0.present");

        vmx.edit().addDisk(node, "added.vmdk", DiskMode.INDEPENDENT_PERSISTENT);
        int nic = vmx.edit().addNic("vmxnet3", "Added");
        vmx.edit().removeNic(nic);
        vmx.edit().removeDevice(node);
        if (!adapter) {
            vmx.dictionary().remove("scsi0.present");
        }

        assertThat(vmx.dictionary().toBytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasAMachineBehindIt(Path file) throws IOException {
        VmxFile vmx = VmxFile.read(Volume.system(), file);

        assertThat(vmx.hardwareVersion()).isPresent();
        assertThat(vmx.isTemplate()).isEqualTo(file.toString().endsWith(".vmtx"));
        new CloneIdentity(CloneIdentity.Macs.FRESH, new Random(7)).renew(vmx);
        assertThat(Dictionary.parse(vmx.dictionary().toBytes(), null).get("uuid.bios"))
                .isEqualTo(vmx.dictionary().get("uuid.bios"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasNoErrorsUnlessItWasBrokenByHand(Path file) throws IOException {
        List<LintFinding> errors =
                VmxLint.run(VmxFile.read(Volume.system(), file), LintContext.NONE, LintOptions.DEFAULT).stream()
                        .filter(finding -> finding.severity() == Severity.ERROR)
                        .toList();

        if (file.getFileName().toString().equals("broken-by-hand.vmx")) {
            assertThat(errors).extracting(LintFinding::id).contains("SYN-01", "SYN-02", "SYN-03");
        } else if (file.getFileName().toString().equals("gsx-hw03.vmx")) {
            assertThat(errors).extracting(LintFinding::id).containsExactly("LIM-03");
        } else {
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void coversEveryHardwareVersion() throws IOException {
        List<Long> versions = files().stream()
                .map(file -> {
                    try {
                        return VmxFile.read(Volume.system(), file)
                                .hardwareVersion()
                                .orElse(0);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();

        assertThat(HardwareCatalog.get().versions().stream().map(HardwareVersion::number))
                .allSatisfy(number -> assertThat(versions).contains(number.longValue()));
    }

    @Test
    void readsTheCodePagesOfWindowsHosts() throws IOException {
        assertThat(read("workstation-hw16-cp1252.vmx").displayName()).isEqualTo("B\u00fcro-Rechner");
        assertThat(read("workstation-hw16-cp1252.vmx").annotation())
                .isEqualTo("Zeile 1\r\nZeile 2 mit \"Anf\u00fchrung\"");
        assertThat(read("workstation-hw14-gbk.vmx").displayName()).isEqualTo("\u6d4b\u8bd5\u673a\u5668");
        assertThat(read("workstation-hw14-gbk.vmx").annotation()).isEqualTo("\u5907\u6ce8 | \u8bf4\u660e");
    }

    @Test
    void findsKeysInAnyCase() throws IOException {
        VmxFile vmx = read("fusion-hw07-mixed-case.vmx");

        assertThat(vmx.memory().mib()).isEqualTo(1024);
        assertThat(vmx.devices().disks())
                .singleElement()
                .satisfies(d -> assertThat(d.file().text()).isEqualTo("Mac.vmdk"));
        assertThat(vmx.dictionary().get("monitor.virtual_exec")).contains("hardware");
    }

    @Test
    void makesTheMostOfABrokenFile() throws IOException {
        VmxFile vmx = read("broken-by-hand.vmx");

        assertThat(vmx.cpu().count()).isEqualTo(4);
        assertThat(vmx.guestOs()).isEqualTo("rhel7-64");
        assertThat(vmx.devices().nics()).hasSize(1);
        assertThat(vmx.annotation()).isEqualTo("tail || 22 |2|22 |");
        assertThat(VmxLint.run(vmx, LintContext.NONE, LintOptions.DEFAULT))
                .extracting(LintFinding::id)
                .contains("SYN-01", "SYN-02", "SYN-03", "SYN-04", "SYN-05", "SYN-06", "SYN-14", "SYN-16");
    }
}
