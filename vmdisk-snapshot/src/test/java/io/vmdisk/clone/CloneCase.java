package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;

/** A machine to clone, and what all tests of clones ask. */
abstract class CloneCase {
    private static final String MORE = """
        extendedConfigFile = "web01.vmxf"
        uuid.bios = "56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"
        uuid.location = "56 4d 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"
        vc.uuid = "50 11 11 22 33 44 55 66-77 88 99 aa bb cc dd ee"
        vmci0.id = "-1144201746"
        sched.swap.derivedName = "/vmfs/volumes/a/web01/web01-1a2b3c4d.vswp"
        migrate.hostlog = "./web01-1a2b3c4d.hlog"
        vmotion.checkpointFBSize = "4194304"
        workingDir = "."
        ethernet0.present = "TRUE"
        ethernet0.addressType = "generated"
        ethernet0.generatedAddress = "00:0c:29:cc:dd:ee"
        ethernet0.generatedAddressOffset = "0"
        ethernet0.dvs.portId = "12"
        ethernet0.networkName = "VM Network"
        cleanShutdown = "TRUE"
        """;

    final MemoryVolume volume = new MemoryVolume();
    Cloning cloning;
    Vm vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = Vm.create(volume, MemoryVolume.folder(), DiskFormat.VMFS_THIN, DiskFormat.MONOLITHIC_SPARSE);
        vm.put("web01.vmx", vm.text("web01.vmx") + MORE);
        vm.put("vmware.log", "the source's");
        vm.put("web01.vmsd", "");
        cloning = new Cloning(vm);
    }

    void mark(String disk, int value) throws IOException {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        vm.write(disk, value * 8192L, bytes);
    }

    static void refuses(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VmdiskException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    static void assertSound(Vm clone) throws IOException {
        assertThat(clone.open().findings().stream()
                        .filter(finding -> finding.severity().compareTo(Finding.Severity.WARNING) >= 0)
                        .toList())
                .isEmpty();
    }
}
