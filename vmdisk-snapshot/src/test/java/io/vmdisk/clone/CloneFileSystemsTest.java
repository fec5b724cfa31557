package io.vmdisk.clone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.PowerState;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Vm;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything once on the file systems of Unix and of Windows, with names that only some charsets have. */
class CloneFileSystemsTest {
    private static final String NAME = "Größe 2";

    private enum Kind {
        UNIX(Configuration.unix(), "/vms"),
        WINDOWS(Configuration.windows(), "C:\\vms");

        private final Configuration configuration;
        private final String folder;

        Kind(Configuration configuration, String folder) {
            this.configuration = configuration;
            this.folder = folder;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void clonesTemplatesAndNames(Kind kind) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(kind.configuration)) {
            Path folder = files.getPath(kind.folder, "web01");
            Files.createDirectories(folder);
            Vm vm = Vm.create(Volume.system(), folder, DiskFormat.VMFS_THIN, DiskFormat.TWO_GB_SPARSE);
            vm.write("web01.vmdk", 70_000, new byte[] {1});
            vm.write("web01_1.vmdk", 80_000, new byte[] {2});
            Cloning cloning = new Cloning(vm);

            Vm full = cloning.full(NAME);
            assertThat(full.read(NAME + ".vmdk")).isEqualTo(vm.read("web01.vmdk"));
            assertThat(full.read(NAME + "_1.vmdk")).isEqualTo(vm.read("web01_1.vmdk"));

            vm.snapshot("clean");
            Vm linked = cloning.linked(1, "web03");
            assertThat(vm.uid(1).clones()).containsExactly("../web03/web03.vmx");
            assertSound(linked, vm.read("web01.vmdk"), vm.read("web01_1.vmdk"));
            rename(linked, "Tür");
            assertThat(vm.uid(1).clones()).containsExactly("../web03/Tür.vmx");
            assertSound(linked, vm.read("web01.vmdk"), vm.read("web01_1.vmdk"));

            MachineWork work = new MachineWork(Volume.system(), Progress.NONE);
            work.execute(
                    full.open(), new TemplatePlanner(full.open(), Vm.NOW).toTemplate(TemplatePlanner.Snapshots.REFUSE));
            rename(full, "golden");
            assertThat(full.has("golden.vmtx")).isTrue();
            Vm deployed = new Cloning(full).full("deployed");
            assertSound(deployed, vm.read("web01.vmdk"), vm.read("web01_1.vmdk"));

            cloning.suspend();
            byte[] now = vm.read("web01-000001.vmdk");
            cloning.run(CloneRequest.instant(List.of(cloning.named("web05"))));
            Vm instant = cloning.clone("web05");
            assertThat(instant.open().folder().power(Vm.NOW).state()).isEqualTo(PowerState.SUSPENDED);
            assertSound(instant, now, vm.read("web01_1-000001.vmdk"));
        }
    }

    private static void rename(Vm machine, String name) throws IOException {
        RenamePlanner planner = new RenamePlanner(machine.open(), Vm.NOW, Set.of());
        var plan = planner.plan(name);
        new MachineWork(machine.volume(), Progress.NONE).execute(planner.concerned(), plan);
    }

    private static void assertSound(Vm machine, byte[]... disks) throws IOException {
        assertThat(machine.open().findings())
                .noneMatch(finding -> finding.severity().compareTo(Finding.Severity.WARNING) >= 0);
        for (int i = 0; i < disks.length; i++) {
            assertThat(machine.read(machine.active().get(i))).isEqualTo(disks[i]);
        }
    }
}
