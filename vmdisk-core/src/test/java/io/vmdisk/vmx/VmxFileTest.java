package io.vmdisk.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmxFileTest {
    private static final String SERVER = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "19"
            displayName = "web01"
            guestOS = "ubuntu-64"
            firmware = "EFI"
            uefi.secureBoot.enabled = "true"
            numvcpus = "4"
            cpuid.coresPerSocket = "2"
            vcpu.hotadd = "TRUE"
            memsize = "8192"
            sched.mem.min = "4096"
            sched.mem.max = "unlimited"
            uuid.bios = "42 20 fc a7 11 dd d6 7e-19 cc fc ad 0a 37 c3 42"
            uuid.location = "56 4d 4b 9e d2 17 63 9b-98 0e 92 5d 77 2a a3 83"
            vc.uuid = "50 20 ca 5b 7a c1 5c 44-cf a1 9e 76 2e 2f 93 3b"
            vmci0.present = "TRUE"
            vmci0.id = "171426626"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "pvscsi"
            scsi0.sasWWID = "50 05 05 67 11 dd d6 70"
            scsi0:10.present = "TRUE"
            scsi0:10.fileName = "data/web01_1.vmdk"
            scsi0:10.mode = "independent-persistent"
            scsi0:10.sharing = "multi-writer"
            scsi0:2.present = "TRUE"
            scsi0:2.fileName = "web01.vmdk"
            scsi0:2.ctkEnabled = "TRUE"
            scsi0:3.present = "FALSE"
            scsi0:3.fileName = "old.vmdk"
            scsi1:0.present = "TRUE"
            scsi1:0.fileName = "nowhere.vmdk"
            sata0.present = "TRUE"
            sata0:0.present = "TRUE"
            sata0:0.deviceType = "cdrom-image"
            sata0:0.fileName = "/vmfs/volumes/iso/install.iso"
            sata0:0.startConnected = "FALSE"
            ethernet0.present = "TRUE"
            ethernet0.virtualDev = "vmxnet3"
            ethernet0.networkName = "VM Network"
            ethernet0.addressType = "vpx"
            ethernet0.generatedAddress = "00:50:56:a0:cf:2f"
            ethernet1.present = "TRUE"
            ethernet1.addressType = "static"
            ethernet1.address = "00:50:56:01:02:03"
            ethernet2.present = "FALSE"
            serial0.present = "TRUE"
            serial0.fileType = "network"
            serial0.fileName = "telnet://:2001"
            pciPassthru0.present = "TRUE"
            pciPassthru0.id = "00000:002:00.0"
            usb_xhci.present = "TRUE"
            sched.swap.derivedName = "/vmfs/volumes/x/web01-1a2b3c4d.vswp"
            migrate.hostLog = "web01-1a2b3c4d.hlog"
            cleanShutdown = "FALSE"
            checkpoint.vmState = "web01-5cf61512.vmss"
            nvram = "web01.nvram"
            """;

    private static VmxFile vmx(String text) throws IOException {
        return VmxFile.of(Dictionary.parse(text.getBytes(StandardCharsets.UTF_8), Path.of("/vms/web01/web01.vmx")));
    }

    private static DeviceNode node(String text) {
        return DeviceNode.parse(text).orElseThrow();
    }

    @Test
    void readsWhatAMachineIs() throws IOException {
        VmxFile vmx = vmx(SERVER);

        assertThat(vmx.hardwareVersion()).hasValue(19);
        assertThat(vmx.displayName()).isEqualTo("web01");
        assertThat(vmx.firmware()).isEqualTo(Firmware.EFI);
        assertThat(vmx.secureBoot()).isTrue();
        assertThat(vmx.cpu()).isEqualTo(new VmxCpu(4, 2, true, false, "all", "normal"));
        assertThat(vmx.cpu().sockets()).isEqualTo(2);
        assertThat(vmx.memory().mib()).isEqualTo(8192);
        assertThat(vmx.memory().limitMib()).isEmpty();
        assertThat(vmx.memory().isFullyReserved()).isFalse();
        assertThat(vmx.isCleanShutdown()).isFalse();
        assertThat(vmx.checkpoint()).map(FileReference::text).contains("web01-5cf61512.vmss");
        assertThat(vmx.stem()).isEqualTo("web01");
        assertThat(vmx.encryption()).isEqualTo(VmxFile.Encryption.NONE);
    }

    @Test
    void listsDisksInTheOrderOfTheirNumbers() throws IOException {
        assertThat(vmx(SERVER).devices().disks())
                .extracting(d -> d.node() + " " + d.file())
                .containsExactly("scsi0:2 web01.vmdk", "scsi0:10 data/web01_1.vmdk");
        VmxDisk shared = vmx(SERVER).devices().disks().get(1);
        assertThat(shared.mode()).isEqualTo(DiskMode.INDEPENDENT_PERSISTENT);
        assertThat(shared.multiWriter()).isTrue();
        assertThat(vmx(SERVER).devices().disks().get(0).changeTracking()).isTrue();
    }

    @Test
    void listsEveryOtherDevice() throws IOException {
        VmxDevices devices = vmx(SERVER).devices();

        assertThat(devices.controllers()).extracting(VmxController::name).containsExactly("scsi0", "sata0");
        assertThat(devices.nics())
                .extracting(VmxNic::address)
                .containsExactly("00:50:56:a0:cf:2f", "00:50:56:01:02:03");
        assertThat(devices.nics().get(1).addressKey()).isEqualTo("ethernet1.address");
        assertThat(devices.media()).extracting(VmxMedia::backing).containsExactly(VmxMedia.Backing.IMAGE);
        assertThat(devices.ports()).extracting(p -> p.target().kind()).containsExactly(FileReference.Kind.URL);
        assertThat(devices.passthroughs()).extracting(VmxPassthrough::name).containsExactly("pciPassthru0");
        assertThat(devices.usbControllers()).containsExactly("usb_xhci");
    }

    @Test
    void takesAFloppyForPresentUnlessItIsDenied() throws IOException {
        assertThat(vmx("floppy0.fileType = \"file\"\n").devices().media()).hasSize(1);
        assertThat(vmx("floppy0.present = \"FALSE\"\nfloppy0.fileType = \"file\"\n")
                        .devices()
                        .media())
                .isEmpty();
    }

    @Test
    void takesHostDrivesOfOldMachinesForDrives() throws IOException {
        VmxDevices devices = vmx("ide0:0.present = \"TRUE\"\nide0:0.fileName = \"auto detect\"\n")
                .devices();

        assertThat(devices.disks()).isEmpty();
        assertThat(devices.media())
                .singleElement()
                .satisfies(m -> assertThat(m.file().kind()).isEqualTo(FileReference.Kind.PLACEHOLDER));
    }

    @Test
    void survivesNumbersOutOfAnyRange() throws IOException {
        VmxFile vmx = vmx("ethernet99999999999.present = \"TRUE\"\nethernet01.present = \"TRUE\"\n"
                + "scsi00:0.present = \"TRUE\"\nmemSize = \"99999999999999999999\"\nnumvcpus = \"-1\"\nscsi:.x = 1\n");

        assertThat(vmx.devices().nics()).isEmpty();
        assertThat(vmx.devices().nodes()).isEmpty();
        assertThat(vmx.memory().mib()).isEqualTo(32);
        assertThat(vmx.cpu().sockets()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "scsi0:0,true",
        "SCSI3:15,true",
        "scsi0:7,false",
        "scsi4:0,false",
        "scsi0:64,true",
        "scsi0:65,false",
        "ide1:1,true",
        "ide2:0,false",
        "sata3:29,true",
        "sata0:30,false",
        "nvme0:63,true",
        "nvme0:64,false"
    })
    void knowsWhichNodesCanExist(String text, boolean addressable) {
        DeviceNode node = DeviceNode.parse(text).orElseThrow();

        assertThat(node.isAddressable()).isEqualTo(addressable);
        assertThat(node.toString()).isEqualToIgnoringCase(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ":", "scsi0", "scsi0:", "scsi:0", "scsi00:0", "scsi0:00", "usb0:1", "scsi0:0000", "scsi0:x"})
    void refusesWhatIsNoNode(String text) {
        assertThat(DeviceNode.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "web01.vmdk~RELATIVE",
                "sub/x.vmdk~RELATIVE",
                "/vmfs/volumes/a/b.vmdk~ABSOLUTE",
                "E:\\vm\\x.vmdk~WINDOWS",
                "\\\\srv\\share\\x.vmdk~WINDOWS",
                "\\\\.\\PhysicalDrive0~DEVICE",
                "/dev/cdrom~DEVICE",
                "telnet://h:1~URL",
                "auto detect~PLACEHOLDER",
                "CD/DVD drive 0~PLACEHOLDER",
                "''~PLACEHOLDER"
            })
    void judgesFileNamesWithoutOpeningThem(String text, FileReference.Kind kind) {
        assertThat(FileReference.of(text).kind()).isEqualTo(kind);
    }

    @Test
    void resolvesOnlyNamesOfFiles() {
        Path folder = Path.of("/vms/web01");

        assertThat(FileReference.of("sub/x.vmdk").resolve(folder)).contains(folder.resolve("sub/x.vmdk"));
        assertThat(FileReference.of("/dev/sda").resolve(folder)).isEmpty();
        assertThat(FileReference.of("a\0b").resolve(folder)).isEmpty();
        assertThat(FileReference.of("a\nb").kind()).isEqualTo(FileReference.Kind.INVALID);
        assertThat(FileReference.of("C:\\a\\b.vmdk").baseName()).isEqualTo("b.vmdk");
    }

    // --- edits

    @Test
    void addsAndRemovesADiskWithoutATrace() throws IOException {
        VmxFile vmx = vmx(SERVER);
        byte[] before = vmx.dictionary().toBytes();
        DeviceNode node = DeviceNode.parse("scsi0:4").orElseThrow();

        vmx.edit().addDisk(node, "web01_2.vmdk", DiskMode.PERSISTENT);

        assertThat(vmx.devices().disks()).extracting(d -> d.node().toString()).contains("scsi0:4");
        assertThat(vmx.edit().removeDevice(node)).isTrue();
        assertThat(vmx.dictionary().toBytes()).isEqualTo(before);
    }

    @Test
    void refusesDisksWhereNoneCanBe() throws IOException {
        VmxFile vmx = vmx(SERVER);
        byte[] before = vmx.dictionary().toBytes();

        assertThatThrownBy(() -> vmx.edit().addDisk(node("scsi0:2"), "x.vmdk", DiskMode.PERSISTENT))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("web01.vmdk");
        assertThatThrownBy(() -> vmx.edit().addDisk(node("scsi0:7"), "x.vmdk", DiskMode.PERSISTENT))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> vmx.edit().addDisk(node("scsi1:16"), "x.vmdk", DiskMode.PERSISTENT))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> vmx.edit().addDisk(node("nvme0:15"), "x.vmdk", DiskMode.PERSISTENT))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> vmx.edit().setDiskFile(node("sata0:0"), "x.vmdk"))
                .isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> vmx("virtualHW.version = \"9\"\n")
                        .edit()
                        .addDisk(node("sata0:0"), "x.vmdk", DiskMode.PERSISTENT))
                .hasMessageContaining("needs hardware version 10");
        assertThat(vmx.dictionary().toBytes()).isEqualTo(before);
    }

    @Test
    void makesTheAdapterPresentWithItsFirstDisk() throws IOException {
        VmxFile vmx = vmx("virtualHW.version = \"19\"\n");

        vmx.edit().addDisk(node("nvme0:0"), "a.vmdk", DiskMode.INDEPENDENT_NONPERSISTENT);
        vmx.edit().addDisk(node("ide0:1"), "b.vmdk", DiskMode.PERSISTENT);

        assertThat(vmx.devices().disks())
                .extracting(VmxDisk::mode)
                .containsExactly(DiskMode.PERSISTENT, DiskMode.INDEPENDENT_NONPERSISTENT);
        assertThat(vmx.dictionary().get("ide0:1.deviceType")).contains("ata-hardDisk");
    }

    @Test
    void changesADiskInPlace() throws IOException {
        VmxFile vmx = vmx(SERVER);

        vmx.edit().setDiskFile(node("scsi0:2"), "web01-000001.vmdk");
        vmx.edit().setDiskMode(node("scsi0:10"), DiskMode.PERSISTENT);

        assertThat(vmx.devices().disks()).extracting(d -> d.file().text()).contains("web01-000001.vmdk");
        assertThat(vmx.dictionary().contains("scsi0:10.mode")).isFalse();
    }

    @Test
    void addsChangesAndRemovesNics() throws IOException {
        VmxFile vmx = vmx(SERVER);

        int nic = vmx.edit().addNic("vmxnet3", "Backup");
        vmx.edit().setStaticMac(nic, MacAddress.parse("00:50:56:11:22:33").orElseThrow());
        vmx.edit().setNetwork(0, "Other");

        assertThat(nic).isEqualTo(2);
        assertThat(vmx.devices().nics()).extracting(VmxNic::network).containsExactly("Other", "", "Backup");
        assertThat(vmx.edit().removeNic(2)).isTrue();
        assertThat(vmx.edit().removeNic(2)).isFalse();
        assertThatThrownBy(() -> vmx.edit().setNetwork(7, "x")).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void refusesTheEleventhNic() throws IOException {
        VmxFile vmx = vmx("virtualHW.version = \"13\"\n");
        for (int i = 0; i < 10; i++) {
            assertThat(vmx.edit().addNic("e1000", "nat")).isEqualTo(i);
        }

        assertThatThrownBy(() -> vmx.edit().addNic("", "nat")).isInstanceOf(LimitExceededException.class);
    }

    // --- derived values

    @Test
    void derivesWhatHostsDerive() throws IOException {
        VmUuid bios = vmx(SERVER).uuidBios().orElseThrow();

        assertThat(DerivedIds.vmciId(bios)).isEqualTo(171426626);
        assertThat(DerivedIds.sasWwid(bios)).isEqualTo("50 05 05 67 11 dd d6 70");
        assertThat(DerivedIds.generatedMac(bios, 0)).hasToString("00:0c:29:37:c3:42");
        assertThat(DerivedIds.generatedMac(bios, DerivedIds.macOffset(3))).hasToString("00:0c:29:37:c3:60");
        assertThat(bios).hasToString("42 20 fc a7 11 dd d6 7e-19 cc fc ad 0a 37 c3 42");
    }

    @Test
    void addsTheOffsetWithoutLeavingTheVendorsRange() {
        VmUuid bios =
                VmUuid.parse("00 00 00 00 00 00 00 00-00 00 00 00 00 ff ff ff").orElseThrow();

        assertThat(DerivedIds.generatedMac(bios, 10)).hasToString("00:0c:29:00:00:09");
        assertThat(DerivedIds.vmciId(bios)).isEqualTo(0x00FFFFFF);
    }

    @ParameterizedTest
    @CsvSource({
        "00:0c:29:01:02:03,true,false,false,false",
        "00:50:56:3f:ff:ff,false,true,false,false",
        "00:50:56:40:00:00,false,false,false,true",
        "00:50:56:BF:00:00,false,false,true,false",
        "00:50:56:c0:00:00,false,false,false,true",
        "00-1a-4a-00-00-01,false,false,false,false"
    })
    void knowsWhoGivesAnAddress(String text, boolean generated, boolean free, boolean vcenter, boolean reserved) {
        MacAddress mac = MacAddress.parse(text).orElseThrow();

        assertThat(mac.isGenerated()).isEqualTo(generated);
        assertThat(mac.isInStaticRange()).isEqualTo(free);
        assertThat(mac.isInVcenterRange()).isEqualTo(vcenter);
        assertThat(mac.isReserved()).isEqualTo(reserved);
        assertThat(mac.toString()).isEqualToIgnoringCase(text.replace('-', ':'));
    }

    @Test
    void givesACloneAnIdentityOfItsOwn() throws IOException {
        VmxFile vmx = vmx(SERVER);

        VmUuid bios = new CloneIdentity(CloneIdentity.Macs.KEEP_STATIC, new Random(1)).renew(vmx);

        assertThat(bios.toString()).startsWith("56 4d ");
        assertThat(vmx.uuidBios()).contains(bios);
        assertThat(vmx.dictionary().names())
                .doesNotContain(
                        "vc.uuid",
                        "migrate.hostLog",
                        "sched.swap.derivedName",
                        "checkpoint.vmState",
                        "uuid.location",
                        "scsi0:2.ctkEnabled");
        assertThat(vmx.dictionary().number("vmci0.id")).hasValue(DerivedIds.vmciId(bios));
        assertThat(vmx.dictionary().get("scsi0.sasWWID")).contains(DerivedIds.sasWwid(bios));
        assertThat(vmx.isCleanShutdown()).isTrue();
        assertThat(vmx.devices().nics())
                .extracting(VmxNic::address)
                .containsExactly(DerivedIds.generatedMac(bios, 0).toString(), "00:50:56:01:02:03");
    }

    @Test
    void renewsStaticAddressesUnlessToldToKeepThem() throws IOException {
        VmxFile fresh = vmx(SERVER);
        VmxFile kept = vmx(SERVER);

        new CloneIdentity(CloneIdentity.Macs.FRESH, new Random(2)).renew(fresh);
        new CloneIdentity(CloneIdentity.Macs.KEEP, new Random(2)).renew(kept);

        assertThat(fresh.devices().nics())
                .allSatisfy(
                        nic -> assertThat(nic.mac().orElseThrow().isGenerated()).isTrue());
        assertThat(kept.devices().nics())
                .extracting(VmxNic::address)
                .containsExactly("00:50:56:a0:cf:2f", "00:50:56:01:02:03");
    }

    // --- files

    @Test
    void refusesAFileWithoutOneKey() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = files.getPath("/work/a.vmx");
            Files.write(file, new byte[100]);

            assertThatThrownBy(() -> VmxFile.read(Volume.system(), file))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("none of the 1 lines");
        }
    }

    @Test
    void knowsATemplateByItsSuffix() {
        assertThat(VmxFile.of(Dictionary.empty(Path.of("x.vmtx"))).isTemplate()).isTrue();
        assertThat(VmxFile.of(Dictionary.empty(Path.of("x.vmx"))).isTemplate()).isFalse();
        assertThat(VmxFile.of(Dictionary.empty(null)).stem()).isEmpty();
    }
}
