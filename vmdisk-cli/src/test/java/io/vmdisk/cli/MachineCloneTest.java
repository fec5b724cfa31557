package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both forms of the command, and clones of machines. */
class MachineCloneTest {
    @TempDir
    Path folder;

    private Path source;

    @BeforeEach
    void makeMachine() throws IOException {
        source = Files.createDirectory(folder.resolve("web01"));
        Files.writeString(source.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                virtualHW.version = "17"
                displayName = "web01"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "web01.vmdk"
                ethernet0.present = "TRUE"
                ethernet0.addressType = "static"
                ethernet0.address = "00:50:56:00:00:05"
                """);
        StagedDisk.createEmpty(
                source.resolve("web01.vmdk"),
                CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20),
                Volume.system(),
                Progress.NONE);
    }

    private static CommandLineRun done(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static List<String> files(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private VmxFile vmx(String path) throws IOException {
        return VmxFile.read(Volume.system(), folder.resolve(path));
    }

    @Test
    void clonesAMachineWithItsGuestsNewName() throws IOException {
        Path userData = Files.writeString(folder.resolve("user-data"), "#cloud-config\nusers: []\n");

        CommandLineRun run = done(
                "clone",
                source,
                folder.resolve("web02"),
                "-O",
                "thin",
                "--set",
                "memSize=512",
                "--set",
                "note=a=b",
                "--hostname",
                "web02",
                "--ip",
                "10.0.0.5/24",
                "--gateway",
                "10.0.0.1",
                "--dns",
                "10.0.0.53",
                "--user-data",
                userData,
                "--mac",
                "keep-static");

        assertThat(run.out()).contains("clone web01 to web02", "web02.vmx", "done");
        assertThat(files(folder.resolve("web02")))
                .containsExactly("web02-flat.vmdk", "web02.vmdk", "web02.vmsd", "web02.vmx");
        VmxFile vmx = vmx("web02/web02.vmx");
        assertThat(vmx.memory().mib()).isEqualTo(512);
        assertThat(vmx.dictionary().get("note")).contains("a=b");
        assertThat(vmx.devices().nics().get(0).address()).isEqualTo("00:50:56:00:00:05");
        assertThat(decoded(vmx, "guestinfo.userdata")).isEqualTo("#cloud-config\nusers: []\n");
        assertThat(decoded(vmx, "guestinfo.metadata"))
                .matches("\\{\"instance-id\": \"vmdisk-[0-9a-f]{32}\", \"local-hostname\": \"web02\","
                        + " \"network\": \\{\"version\": 2, \"ethernets\": \\{\"nic0\":"
                        + " \\{\"match\": \\{\"macaddress\": \"00:50:56:00:00:05\"}, \"dhcp4\": false,"
                        + " \"addresses\": \\[\"10.0.0.5/24\"],"
                        + " \"routes\": \\[\\{\"to\": \"0.0.0.0/0\", \"via\": \"10.0.0.1\"}],"
                        + " \"nameservers\": \\{\"addresses\": \\[\"10.0.0.53\"]}}}}}");
    }

    private static String decoded(VmxFile vmx, String key) {
        assertThat(vmx.dictionary().get(key + ".encoding")).contains("base64");
        return new String(Base64.getDecoder().decode(vmx.dictionary().get(key, "")), StandardCharsets.UTF_8);
    }

    @Test
    void linksToASnapshotAndRefusesToDeleteItAfterwards() throws IOException {
        done("snapshot", "create", source, "clean");

        done("clone", source, folder.resolve("web02"), "--linked", "clean");

        assertThat(files(folder.resolve("web02"))).containsExactly("web01-cl1.vmdk", "web02.vmsd", "web02.vmx");
        CommandLineRun refused = CommandLineRun.of("snapshot", "delete", source, "clean");
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains("web02.vmx");
    }

    @Test
    void makesManyAtOnce() throws IOException {
        done(
                "clone",
                source,
                folder.resolve("farm"),
                "--count",
                "3",
                "--first",
                "5",
                "--name",
                "node{}",
                "--hostname",
                "node{}",
                "--ip",
                "10.0.0.{}/24");

        assertThat(files(folder.resolve("farm"))).containsExactly("node5", "node6", "node7");
        assertThat(decoded(vmx("farm/node7/node7.vmx"), "guestinfo.metadata")).contains("10.0.0.7/24", "node7");
    }

    @Test
    void aDryRunTellsAndMakesNothing() {
        CommandLineRun run = done("clone", "--dry-run", source, folder.resolve("web02"));

        assertThat(run.out())
                .contains(
                        "make folder web02",
                        "copy disk web01.vmdk to monolithicSparse disk web02.vmdk",
                        "room",
                        "nothing was changed");
        assertThat(done("clone", "--dry-run", "--json", source, folder.resolve("web02"))
                        .out())
                .contains("\"dryRun\": true", "\"makes\"", "web02.vmx", "\"needs\"");
        assertThat(folder.resolve("web02")).doesNotExist();
    }

    @Test
    void refusesAFolderThatIsInUse() throws IOException {
        Files.createDirectory(folder.resolve("web02"));
        Files.createFile(folder.resolve("web02/mine"));

        CommandLineRun run = CommandLineRun.of("clone", "--json", source, folder.resolve("web02"));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("\"unsafe.exists\"");
        assertThat(files(folder.resolve("web02"))).containsExactly("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "--name x, '--name is only for a VM'",
        "--instant, '--instant is only for a VM'",
        "--count 2, '--count is only for a VM'",
        "--set a=b, '--set is only for a VM'",
        "--hostname x, '--hostname is only for a VM'",
        "--force crashed, 'cid, broken-chain, outside-folder'",
    })
    void aDiskHasNoOptionsOfAMachine(String options, String complaint) {
        CommandLineRun run = refused(options, source.resolve("web01.vmdk"), folder.resolve("new.vmdk"));

        assertThat(run.err()).contains(complaint);
        assertThat(folder.resolve("new.vmdk")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--parent x, '--parent is only for a DISK'",
        "--threads 2, '--threads is only for a DISK'",
        "--force cid, 'suspended, crashed'",
        "--linked, 'needs the name of a snapshot'",
        "--linked a --instant, 'goes with neither'",
        "--first 2, '--first goes with --count'",
        "--count 0, '1 to 1000'",
        "--name node{}, '{} in a name goes with --count'",
        "--count 2 --hostname same, 'need {}'",
        "--ip 10.0.0.5, 'lacks the length of its prefix'",
        "--ip 10.0.0.5/33, 'no prefix length'",
        "--gateway 10.0.0.1, 'needs an address'",
        "--hostname a_b, 'no host name'",
        "--ip 10.0.0.5/24 --gateway ::1, 'another kind'",
        "--ip 10.0.0.5/24 --dns x, 'is no address'",
    })
    void aMachineHasNoneOfADiskAndWantsSoundValues(String options, String complaint) {
        CommandLineRun run = refused(options, source, folder.resolve("web02"));

        assertThat(run.err()).contains(complaint);
        assertThat(folder.resolve("web02")).doesNotExist();
    }

    private static CommandLineRun refused(String options, Path from, Path to) {
        List<Object> words = new java.util.ArrayList<>(List.of("clone", from, to));
        words.addAll(List.of(options.split(" ")));
        CommandLineRun run = CommandLineRun.of(words.toArray());
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        return run;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void ofADiskLinkedIsAWordThatMayStandAnywhere(int place) throws IOException {
        List<Object> words =
                new java.util.ArrayList<>(List.of(source.resolve("web01.vmdk"), folder.resolve("new.vmdk")));
        words.add(place, "--linked");
        words.add(0, "clone");

        done(words.toArray());

        assertThat(Files.readString(folder.resolve("new.vmdk"), StandardCharsets.ISO_8859_1))
                .contains("parentFileNameHint=\"web01/web01.vmdk\"");
    }

    @Test
    void helpShowsBothFormsUnderTheirHeadings() {
        String help = done("clone", "--help").out();

        assertThat(help)
                .contains("vmdisk clone [OPTIONS] DISK NEW", "vmdisk clone [OPTIONS] VM DIR")
                .containsSubsequence(
                        "Only for a DISK:", "--parent", "--threads", "Only for a VM:", "--count", "Common options:");
    }

    @Test
    void givesStaticAddressesToManyClones() throws IOException {
        Path many = folder.resolve("many");

        done("clone", source, many, "--count", "3", "--first", "9", "--mac", "00:50:56:00:00:ff");

        assertThat(Files.readString(many.resolve("many-9/many-9.vmx")))
                .contains("ethernet0.addressType = \"static\"", "ethernet0.address = \"00:50:56:00:00:ff\"")
                .doesNotContain("generatedAddress");
        assertThat(Files.readString(many.resolve("many-11/many-11.vmx"))).contains("\"00:50:56:00:01:01\"");

        Path two = folder.resolve("two");
        done("clone", source, two, "--count", "2", "--mac", "00:50:56:00:00:01,00:50:56:3f:00:02");
        assertThat(Files.readString(two.resolve("two-2/two-2.vmx"))).contains("\"00:50:56:3f:00:02\"");
        for (String wrong :
                List.of("00:50:56:00:00:01,00:50:56:00:00:01", "00:50:56:80:00:00", "x", "00:50:56:3f:ff:ff")) {
            CommandLineRun run =
                    CommandLineRun.of("clone", source, folder.resolve("no"), "--count", "2", "--mac", wrong);
            assertThat(run.exitCode()).as(wrong).isEqualTo(ExitCodes.USAGE);
        }
    }

    @Test
    void givesStaticAddressesToSeveralAdapters() throws IOException {
        Path vmx = source.resolve("web01.vmx");
        Files.writeString(
                vmx,
                Files.readString(vmx)
                        + "ethernet7.present = \"TRUE\"\nethernet7.addressType = \"generated\"\n"
                        + "ethernet7.generatedAddress = \"00:0c:29:00:00:01\"\n");
        Path pair = folder.resolve("pair");

        done("clone", source, pair, "--count", "2", "--mac", "00:50:56:00:00:01+00:50:56:00:10:01");

        assertThat(Files.readString(pair.resolve("pair-2/pair-2.vmx")))
                .contains("ethernet0.address = \"00:50:56:00:00:02\"", "ethernet7.address = \"00:50:56:00:10:02\"")
                .contains("ethernet7.addressType = \"static\"")
                .doesNotContain("ethernet7.generatedAddress");
        CommandLineRun overlapping = CommandLineRun.of(
                "clone", source, folder.resolve("no"), "--count", "2", "--mac", "00:50:56:00:00:01+00:50:56:00:00:02");
        assertThat(overlapping.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(overlapping.err()).contains("begin further apart");
        CommandLineRun many = CommandLineRun.of(
                "clone",
                source,
                folder.resolve("no"),
                "--mac",
                "00:50:56:00:00:01+00:50:56:00:00:02+00:50:56:00:00:03");
        assertThat(many.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(many.err()).contains("no network adapter", "00:50:56:00:00:03");
    }
}
