package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.GuestSetup;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.Ports;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Content;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.vm.ExtendedConfiguration;
import io.vmdisk.vmx.CloneIdentity;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What full clones consist of, and what all clones leave of their source. */
class ClonePlannerTest extends CloneCase {
    @Test
    void aFullCloneIsAnotherMachineWithTheSameContent() throws IOException {
        mark("web01.vmdk", 1);
        mark("web01_1.vmdk", 2);
        vm.snapshot("clean");
        mark("web01-000001.vmdk", 3);
        Map<String, Content> before = content();

        Vm clone = cloning.full("web02");

        assertThat(clone.files())
                .containsExactly(
                        "web02-flat.vmdk",
                        "web02.nvram",
                        "web02.vmdk",
                        "web02.vmsd",
                        "web02.vmx",
                        "web02.vmxf",
                        "web02_1.vmdk");
        assertThat(content()).isEqualTo(before);
        assertThat(clone.read("web02.vmdk")).isEqualTo(vm.read("web01-000001.vmdk"));
        assertThat(clone.read("web02_1.vmdk")).isEqualTo(vm.read("web01_1-000001.vmdk"));
        assertThat(clone.chain("web02.vmdk")).isEqualTo("web02");
        assertThat(clone.text("web02.vmsd")).isEmpty();
        assertThat(clone.text("web02.nvram")).isEqualTo("firmware");
        assertThat(ExtendedConfiguration.read(volume, clone.folder().resolve("web02.vmxf"))
                        .configuration())
                .contains("web02.vmx");
        Descriptor copy = clone.descriptor("web02.vmdk");
        Descriptor source = vm.descriptor("web01.vmdk");
        assertThat(copy.cid()).isNotEqualTo(source.cid());
        assertThat(copy.ddb("uuid")).isPresent().isNotEqualTo(source.ddb("uuid"));
        assertThat(copy.isThin()).isTrue();
        assertThat(clone.text("web02_1.vmdk")).contains("createType=\"monolithicSparse\"");
        assertSound(clone);
    }

    @Test
    void whereBlocksCanBeSharedAFullStoreHasRoomForManyClones() throws IOException {
        vm.write("web01.vmdk", 0, Patterns.random(1, Vm.CAPACITY));
        vm.write("web01_1.vmdk", 65536, Patterns.random(2, Vm.CAPACITY - 65536));
        volume.leaveFree(700_000);
        CloneRequest request = CloneRequest.full(List.of(cloning.named("web02"), cloning.named("web03")));
        assertThatThrownBy(() -> cloning.run(request)).isInstanceOf(OutOfSpaceException.class);

        volume.sharing();
        Plan plan = cloning.run(request);

        long held = 2L * (2 * Vm.CAPACITY - 65536);
        assertThat(plan.notes())
                .contains(
                        "new disks come to share blocks with those of the source: of " + held + " bytes 0 are copied");
        assertThat(plan.spaceNeeded().values()).allMatch(bytes -> bytes < 300_000);
        assertThat(volume.sharedBytes()).isEqualTo(held);
        for (String name : List.of("web02", "web03")) {
            assertThat(cloning.clone(name).read(name + ".vmdk")).isEqualTo(vm.read("web01.vmdk"));
            assertThat(cloning.clone(name).read(name + "_1.vmdk")).isEqualTo(vm.read("web01_1.vmdk"));
        }
        CloneRequest thick = CloneRequest.full(List.of(cloning.named("web04"))).withFormat(DiskFormat.VMFS);
        assertThat(cloning.plan(thick).notes())
                .anyMatch(note -> note.endsWith("the space of a thick disk is shared until either side is written to"));
    }

    @Test
    void itsDisksSayWhatTheSourcesSayButForWhoTheyAre() throws IOException {
        String text =
                vm.text("web01.vmdk").replaceAll("(?m)^ddb\\.(adapterType|virtualHWVersion|geometry\\.\\w+) .*\\n", "");
        vm.put("web01.vmdk", text + """
                ddb.adapterType = "ide"
                ddb.virtualHWVersion = "7"
                ddb.geometry.cylinders = "9"
                ddb.geometry.heads = "16"
                ddb.geometry.sectors = "63"
                ddb.geometry.biosHeads = "32"
                ddb.toolsVersion = "8384"
                ddb.comment = "the gold one"
                """);
        vm.snapshot("clean");

        Vm clone = cloning.full("web02");

        assertThat(told(clone.descriptor("web02.vmdk"))).isEqualTo(told(vm.descriptor("web01.vmdk")));
    }

    private static Map<String, String> told(Descriptor disk) {
        Map<String, String> entries = new TreeMap<>(disk.ddb());
        entries.keySet().removeAll(List.of("uuid", "longContentID"));
        return entries;
    }

    private Map<String, Content> content() throws IOException {
        Map<String, Content> content = new TreeMap<>();
        for (String name : vm.files()) {
            content.put(name, Content.of(volume.bytes(vm.folder().resolve(name))));
        }
        return content;
    }

    @Test
    void itsConfigurationHasAnIdentityOfItsOwnAndNothingOfTheSource() throws IOException {
        Vm clone = cloning.full("web02");

        VmxFile vmx = clone.open().configuration();
        assertThat(vmx.displayName()).isEqualTo("web02");
        assertThat(vmx.dictionary().get("nvram")).contains("web02.nvram");
        assertThat(vmx.dictionary().get("extendedConfigFile")).contains("web02.vmxf");
        assertThat(vmx.uuidBios())
                .isPresent()
                .isNotEqualTo(vm.open().configuration().uuidBios());
        assertThat(vmx.dictionary().get("vmci0.id")).isPresent().isNotEqualTo(Optional.of("-1144201746"));
        assertThat(vmx.devices().nics().get(0).address())
                .startsWith("00:0c:29:")
                .isNotEqualTo("00:0c:29:cc:dd:ee");
        assertThat(vmx.dictionary().names())
                .contains("ethernet0.networkName", "memSize")
                .doesNotContain(
                        "uuid.location",
                        "vc.uuid",
                        "sched.swap.derivedName",
                        "migrate.hostlog",
                        "vmotion.checkpointFBSize",
                        "workingDir",
                        "ethernet0.dvs.portId");
        assertThat(vmx.dictionary().toMap().values()).noneMatch(value -> value.contains("web01"));
    }

    @Test
    void addressesStayWhenTheUserSaysSo() throws IOException {
        cloning.run(CloneRequest.full(List.of(cloning.named("web02"))).withMacs(CloneIdentity.Macs.KEEP));

        assertThat(cloning.clone("web02")
                        .open()
                        .configuration()
                        .devices()
                        .nics()
                        .get(0)
                        .address())
                .isEqualTo("00:0c:29:cc:dd:ee");
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"VMFS", "VMFS_EAGER", "MONOLITHIC_FLAT", "MONOLITHIC_SPARSE", "TWO_GB_SPARSE", "TWO_GB_FLAT"})
    void theFormatOfCopiesCanBeChosen(DiskFormat format) throws IOException {
        mark("web01.vmdk", 4);

        cloning.run(CloneRequest.full(List.of(cloning.named("web02"))).withFormat(format));

        Vm clone = cloning.clone("web02");
        assertThat(clone.read("web02.vmdk")).isEqualTo(vm.read("web01.vmdk"));
        assertThat(clone.descriptor("web02.vmdk").createTypeName())
                .isEqualTo(format.createType().orElseThrow().word());
    }

    @ParameterizedTest
    @EnumSource(
            value = DiskFormat.class,
            names = {"VMFS_SPARSE", "SE_SPARSE", "RAW", "STREAM_OPTIMIZED"})
    void noMachineStartsFromSomeFormats(DiskFormat format) {
        refuses(
                "unsupported.clone-format",
                () -> cloning.plan(
                        CloneRequest.full(List.of(cloning.named("web02"))).withFormat(format)));
    }

    @Test
    void aFullCloneOfASnapshotHasThatState() throws IOException {
        mark("web01.vmdk", 1);
        long clean = vm.snapshot("clean");
        mark("web01-000001.vmdk", 2);
        vm.put("web01.vmx", vm.text("web01.vmx").replace("memSize = \"2048\"", "memSize = \"4096\""));
        vm.put("web01.nvram", "changed");

        cloning.run(CloneRequest.full(List.of(cloning.named("web02"))).withSnapshot(clean));

        Vm clone = cloning.clone("web02");
        assertThat(clone.read("web02.vmdk")).isEqualTo(vm.read("web01.vmdk"));
        assertThat(clone.vmx().memory().mib()).isEqualTo(2048);
        assertThat(clone.text("web02.nvram")).isEqualTo("firmware");
        assertThat(vm.uid(clean).clones()).isEmpty();
    }

    /** VMware's SDK guide, "Avoiding Network Identity Collisions after Instant Clone Operations". */
    /** vSphere's fault SnapshotIncompatibleDeviceInVm, and KB 1034165: nothing may lie on a disk that others write. */
    /** vSphere Storage, "Snapshot Formats": one kind of links in a hierarchy, clones included. */
    @Test
    void manyClonesComeInOnePlan() throws IOException {
        mark("web01.vmdk", 1);
        NewMachine pattern = NewMachine.of(cloning.beside("farm"), "node{}")
                .withSettings(Map.of("guestinfo.role", "worker {}"))
                .withGuest(GuestSetup.none()
                        .withHostName("node{}.example.com")
                        .withAddresses(List.of("10.0.0.{}/24"))
                        .withGateway("10.0.0.254")
                        .withNameServers(List.of("10.0.0.53"))
                        .withUserData("#cloud-config\n".getBytes(StandardCharsets.UTF_8)));

        cloning.run(CloneRequest.full(List.of(pattern.numbered(8), pattern.numbered(9))));

        Vm eighth = new Vm(volume, cloning.beside("farm").resolve("node8"));
        Vm ninth = new Vm(volume, cloning.beside("farm").resolve("node9"));
        assertThat(eighth.read("node8.vmdk"))
                .isEqualTo(ninth.read("node9.vmdk"))
                .isEqualTo(vm.read("web01.vmdk"));
        assertThat(eighth.vmx().uuidBios()).isNotEqualTo(ninth.vmx().uuidBios());
        assertThat(eighth.descriptor("node8.vmdk").ddb("uuid"))
                .isNotEqualTo(ninth.descriptor("node9.vmdk").ddb("uuid"));
        assertThat(ninth.vmx().dictionary().get("guestinfo.role")).contains("worker 9");
        String metadata = new String(
                Base64.getDecoder().decode(ninth.vmx().dictionary().get("guestinfo.metadata", "")),
                StandardCharsets.UTF_8);
        assertThat(metadata)
                .contains("\"local-hostname\": \"node9.example.com\"", "\"10.0.0.9/24\"")
                .contains(ninth.vmx().devices().nics().get(0).address());
    }

    @Test
    void eachSettingHasTheLastWord() throws IOException {
        NewMachine clone = NewMachine.of(cloning.beside("web02"), "web02")
                .withSettings(Map.of("memSize", "512", "displayName", "other"));

        cloning.run(CloneRequest.full(List.of(clone)));

        assertThat(cloning.clone("web02").vmx().memory().mib()).isEqualTo(512);
        assertThat(cloning.clone("web02").vmx().displayName()).isEqualTo("other");
    }

    @Test
    void imagesAreSharedFloppiesCopiedAndPortsKeptApart() throws IOException {
        vm.put("tools.iso", "iso");
        vm.put("web01-boot.flp", "floppy");
        vm.put("web01.vmx", vm.text("web01.vmx") + """
            ide1:0.present = "TRUE"
            ide1:0.deviceType = "cdrom-image"
            ide1:0.fileName = "tools.iso"
            floppy0.present = "TRUE"
            floppy0.fileType = "file"
            floppy0.fileName = "web01-boot.flp"
            serial0.present = "TRUE"
            serial0.fileType = "file"
            serial0.fileName = "/var/log/web01-console.log"
            serial1.present = "TRUE"
            serial1.fileType = "pipe"
            serial1.fileName = "/tmp/web01.pipe"
            serial2.present = "TRUE"
            serial2.fileType = "file"
            serial2.fileName = "web01.vmx"
            """);

        Plan plan = cloning.run(CloneRequest.full(List.of(cloning.named("web02"))));

        Vm clone = cloning.clone("web02");
        Map<String, String> keys = clone.vmx().dictionary().toMap();
        assertThat(keys)
                .containsEntry("ide1:0.fileName", "../vm/tools.iso")
                .containsEntry("floppy0.fileName", "web02-boot.flp")
                .containsEntry("serial0.fileName", "web02-console.log")
                .containsEntry("serial1.startConnected", "FALSE")
                .containsEntry("serial2.startConnected", "FALSE")
                .doesNotContainKey("serial0.startConnected");
        assertThat(clone.text("web02-boot.flp")).isEqualTo("floppy");
        assertThat(clone.files()).doesNotContain("tools.iso");
        assertThat(plan.notes()).anyMatch(note -> note.startsWith("serial1 is not connected"));

        cloning.run(CloneRequest.full(List.of(cloning.named("web03"))).withPorts(Ports.KEEP));
        assertThat(cloning.clone("web03").vmx().dictionary().get("serial0.fileName"))
                .contains("/var/log/web01-console.log");
        cloning.run(CloneRequest.full(List.of(cloning.named("web04"))).withPorts(Ports.DISCONNECT));
        assertThat(cloning.clone("web04").vmx().dictionary().get("serial0.startConnected"))
                .contains("FALSE");
    }

    @Test
    void independentDisksAreCopiedSinceTheyGoOnChanging() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx") + "scsi0:1.mode = \"independent-persistent\"\n");
        mark("web01_1.vmdk", 5);
        long clean = vm.snapshot("clean");

        Vm clone = cloning.linked(clean, "web02");

        assertThat(clone.chain("web01-cl1.vmdk")).isEqualTo("web01-cl1 > web01");
        assertThat(clone.chain("web01_1-cl1.vmdk")).isEqualTo("web01_1-cl1");
        assertThat(clone.read("web01_1-cl1.vmdk")).isEqualTo(vm.read("web01_1.vmdk"));
        assertThat(clone.tree().sentinels()).containsExactly("web01-cl1.vmdk");
        assertThat(clone.vmx().dictionary().get("scsi0:1.mode")).contains("independent-persistent");
    }

    @Test
    void aDiskThatIsNotPresentIsNoLongerNamed() throws IOException {
        vm.put("web01.vmx", vm.text("web01.vmx").replace("scsi0:1.present = \"TRUE\"", "scsi0:1.present = \"FALSE\""));

        Vm clone = cloning.full("web02");

        assertThat(clone.vmx().dictionary().names()).contains("scsi0:1.present").doesNotContain("scsi0:1.fileName");
        assertThat(clone.files()).doesNotContain("web02_1.vmdk");
    }

    @Test
    void aCopyIsAWayOutOfAListThatDoesNotFitTheDisks() throws IOException {
        mark("web01.vmdk", 1);
        long clean = vm.snapshot("clean");
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("\"web01.vmdk\"", "\"web01-000001.vmdk\""));
        assertThat(vm.open().findings()).anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);

        refuses(
                "unsafe.mid-operation",
                () -> cloning.plan(
                        CloneRequest.full(List.of(cloning.named("web02"))).withSnapshot(clean)));
        vm.put("web01.vmsd", vm.text("web01.vmsd").replace("\"web01-000001.vmdk\"", "\"gone.vmdk\""));
        refuses(
                "unsafe.inconsistent",
                () -> cloning.plan(
                        CloneRequest.full(List.of(cloning.named("web02"))).withSnapshot(clean)));
        assertThat(cloning.full("web02").read("web02.vmdk")).isEqualTo(vm.read("web01.vmdk"));
    }

    @Test
    void aTemplateIsDeployedAsAMachine() throws IOException {
        volume.rename(vm.folder().resolve("web01.vmx"), vm.folder().resolve("web01.vmtx"));

        Vm clone = cloning.full("web02");

        assertThat(clone.has("web02.vmx")).isTrue();
        assertThat(vm.has("web01.vmtx")).isTrue();
        assertSound(clone);
    }

    @Test
    void aSuspendedMachineIsClonedWithoutItsMemoryOnlyOnTheUsersWord() throws IOException {
        cloning.suspend();
        CloneRequest request = CloneRequest.full(List.of(cloning.named("web02")));
        refuses("unsafe.suspended", () -> cloning.plan(request));

        Plan plan = cloning.run(request, Consent.SUSPENDED);

        assertThat(plan.notes()).anyMatch(note -> note.contains("power cut"));
        assertThat(cloning.clone("web02").vmx().checkpoint()).isEmpty();
        assertThat(cloning.clone("web02").files()).noneMatch(name -> name.endsWith(".vmss"));
    }

    @Test
    void aRunningSourceOrAnOpenJournalIsRefused() throws IOException {
        CloneRequest request = CloneRequest.full(List.of(cloning.named("web02")));
        volume.createFolder(vm.folder().resolve("web01.vmx.lck"));
        vm.put("web01.vmx.lck/M12345.lck", "host-7 4242-981233(vmware-vmx) 1 X [");
        refuses("unsafe.running", () -> cloning.plan(request));
        volume.delete(vm.folder().resolve("web01.vmx.lck/M12345.lck"));
        volume.delete(vm.folder().resolve("web01.vmx.lck"));
        vm.put(".vmdisk-journal", "");
        refuses("unsafe.journal", () -> cloning.plan(request));
    }

    @Test
    void theFolderMustBeNewOrEmpty() throws IOException {
        volume.createFolder(cloning.beside("web02"));
        cloning.full("web02");
        CloneRequest again = CloneRequest.full(List.of(cloning.named("web02")));
        refuses("unsafe.exists", () -> cloning.plan(again));
        refuses(
                "unsafe.exists",
                () -> cloning.plan(CloneRequest.full(List.of(cloning.named("web03"), cloning.named("web03")))));
        volume.replace(cloning.beside("file"), new byte[1]);
        refuses("unsafe.exists", () -> cloning.plan(CloneRequest.full(List.of(cloning.named("file")))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " web", "web/02", "..", "a:b", "100%", "new\nline", "web.", "con", "LPT1.x"})
    void aNameMustDoForFilesOnAllSystems(String name) {
        refuses(
                "unsupported.machine-name",
                () -> cloning.plan(CloneRequest.full(List.of(NewMachine.of(cloning.beside("x"), name)))));
    }

    @Test
    void tooLittleRoomIsRefusedBeforeTheFirstWrite() throws IOException {
        mark("web01.vmdk", 1);
        FaultVolume full = FaultVolume.fullAfter(volume, 60_000);
        Vm tight = new Vm(full, vm.folder());

        refuses("space.plan", () -> new Cloning(tight).run(CloneRequest.full(List.of(cloning.named("web02")))));

        assertThat(volume.exists(cloning.beside("web02"))).isFalse();
        assertThat(vm.files()).doesNotContain(".vmdisk-journal");
    }
}
