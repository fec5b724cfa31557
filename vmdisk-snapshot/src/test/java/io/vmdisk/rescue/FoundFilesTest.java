package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Finding;
import io.vmdisk.Finding.Severity;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.vm.FoundFile;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines whose folder was copied: what they name by places that are not here is found where it lies. */
class FoundFilesTest {
    private static final String DATASTORE = "/vmfs/volumes/4c9cd675-c8e12872-92cb-002185650c25/web01/";

    private Patient vm;

    @BeforeEach
    void makeMachine() throws IOException {
        vm = new Patient(DiskFormat.VMFS_THIN);
    }

    @AfterEach
    void close() throws IOException {
        vm.close();
    }

    private void name(String text) throws IOException {
        vm.edit("web01.vmx", "\"web01.vmdk\"", '"' + text + '"');
    }

    private VirtualMachine open(Path... search) throws IOException {
        return VirtualMachine.open(vm.folder, List.of(search), vm.volume);
    }

    private CheckReport check(Path... search) throws IOException {
        return MachineCheck.run(vm.folder, List.of(search), CheckOptions.standard(), Patient.NOW, Progress.NONE);
    }

    private void repair(Path... search) throws IOException {
        VirtualMachine machine = open(search);
        Plan plan = PathRepair.plan(machine, new Readiness(machine, Patient.NOW, Set.of()));
        new MachineWork(machine.volume(), Progress.NONE).execute(machine, plan);
    }

    private Plan snapshot(Path... search) throws IOException {
        return new SnapshotPlanner(open(search), Patient.NOW, Set.of()).create(SnapshotRequest.of("one", Patient.NOW));
    }

    private void assertFound(CheckReport report, FoundFile.Where where) throws IOException {
        assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(report.findings())
                .extracting(Finding::id, Finding::severity)
                .containsExactly(Tuple.tuple("vm.file-found", Severity.INFO));
        assertThat(report.findings().get(0).remedy().offers(Remedy.Kind.REPAIR_PATHS))
                .isTrue();
        assertThat(open().folder().found()).extracting(FoundFile::where).containsExactly(where);
    }

    @ParameterizedTest
    @ValueSource(strings = {DATASTORE + "web01.vmdk", "D:\\VMs\\web01\\web01.vmdk", "/home/me/vmware/web01/WEB01.vmdk"})
    void aDiskNamedByAPathThatIsNotHereIsFoundBesideTheConfiguration(String text) throws IOException {
        name(text);

        assertFound(check(), FoundFile.Where.BESIDE);
        assertThat(open().folder().orphans()).isEmpty();
    }

    @Test
    void aDiskOfASiblingFolderIsFoundThere() throws IOException {
        vm.move("web01.vmdk", "../data/web01.vmdk");
        vm.move("web01-flat.vmdk", "../data/web01-flat.vmdk");
        name("/vmfs/volumes/ds2/data/web01.vmdk");

        assertFound(check(), FoundFile.Where.SIBLING_FOLDER);
    }

    @Test
    void aDiskOfAFolderThatTheUserNamesIsFoundThere() throws IOException {
        Path elsewhere = vm.folder.resolveSibling("elsewhere");
        vm.move("web01.vmdk", "../elsewhere/web01.vmdk");
        vm.move("web01-flat.vmdk", "../elsewhere/web01-flat.vmdk");
        name("/vmfs/volumes/ds2/data/web01.vmdk");

        assertThat(check().verdict()).isEqualTo(Verdict.NOT_CHECKED);
        assertThat(check(elsewhere).verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(check(elsewhere).findings().get(0).remedy().actions())
                .extracting(Remedy.Action::kind, action -> action.subject().orElseThrow())
                .containsExactly(
                        Tuple.tuple(Remedy.Kind.REPAIR_PATHS, vm.folder.resolve("web01.vmx")),
                        Tuple.tuple(Remedy.Kind.SEARCH, elsewhere));
        repair(elsewhere);
        assertThat(check().findings()).isEmpty();
        assertThat(vm.text("web01.vmx")).contains("\"" + elsewhere.resolve("web01.vmdk") + "\"");
    }

    @Test
    void ofTwoFilesInNamedFoldersNoneIsTaken() throws IOException {
        for (String folder : List.of("one", "two")) {
            vm.copy("web01.vmdk", "../" + folder + "/web01.vmdk");
            vm.copy("web01-flat.vmdk", "../" + folder + "/web01-flat.vmdk");
        }
        vm.delete("web01.vmdk");
        name("/vmfs/volumes/ds2/data/web01.vmdk");

        assertThat(open(vm.folder.resolveSibling("one"), vm.folder.resolveSibling("two"))
                        .folder()
                        .found())
                .isEmpty();
    }

    @Test
    void lettersThatDifferInCaseAreANote() throws IOException {
        name("Web01.VMDK");

        assertFound(check(), FoundFile.Where.OTHER_CASE);
        assertThat(snapshot().isEmpty()).isFalse();
    }

    @Test
    void aRepairWritesTheNamesThatWereFound() throws IOException {
        vm.snapshot("one");
        vm.edit("web01.vmx", "\"web01-000001.vmdk\"", '"' + DATASTORE + "web01-000001.vmdk\"");
        vm.edit("web01.vmsd", "\"web01.vmdk\"", '"' + DATASTORE + "web01.vmdk\"");

        assertThat(open().folder().found()).hasSize(2);
        repair();
        assertThat(check().findings()).isEmpty();
        assertThat(vm.text("web01.vmx")).contains("\"web01-000001.vmdk\"");
        assertThat(vm.text("web01.vmsd")).contains("\"web01.vmdk\"");
    }

    /** An old copy may lie beside: nobody shall go on with it unawares. */
    @Test
    void aMachineIsNotChangedWhileItsDiskWasOnlyFound() throws IOException {
        name(DATASTORE + "web01.vmdk");

        assertThatThrownBy(this::snapshot)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("is taken for it")
                .hasMessageContaining("a repair of the names");
        repair();
        assertThat(snapshot().isEmpty()).isFalse();
    }

    /** ESXi gives disks on two datastores one name. */
    @Test
    void aFileThatAnotherDeviceHasIsNeverTaken() throws IOException {
        vm.text(
                "web01.vmx",
                vm.text("web01.vmx") + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"" + DATASTORE
                        + "web01.vmdk\"\n");

        assertThat(open().folder().found()).isEmpty();
        assertThat(check().verdict()).isEqualTo(Verdict.NOT_CHECKED);
    }

    @Test
    void aFileOnWhichAnotherDeviceStandsIsNeverTaken() throws IOException {
        vm.snapshot("one");
        vm.text(
                "web01.vmx",
                vm.text("web01.vmx") + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"" + DATASTORE
                        + "web01.vmdk\"\n");
        vm.delete("web01.vmsd");

        assertThat(open().folder().found()).isEmpty();
    }

    @Test
    void oneFileForTwoDevicesIsTakenForNone() throws IOException {
        name(DATASTORE + "web01.vmdk");
        vm.text(
                "web01.vmx",
                vm.text("web01.vmx")
                        + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"/vmfs/volumes/ds2/web01/web01.vmdk\"\n");

        assertThat(open().folder().found()).isEmpty();
    }

    @Test
    void anImageOfACdBesideIsFoundAndBelongsToTheMachine() throws IOException {
        vm.text("install.iso", "CD001");
        vm.text(
                "web01.vmx",
                vm.text("web01.vmx") + "ide1:0.present = \"TRUE\"\nide1:0.deviceType = \"cdrom-image\"\n"
                        + "ide1:0.fileName = \"C:\\isos\\install.iso\"\n");

        assertFound(check(), FoundFile.Where.BESIDE);
        assertThat(snapshot().isEmpty()).isFalse();
        repair();
        assertThat(vm.text("web01.vmx")).contains("\"install.iso\"");
    }

    @Test
    void aParentInAFolderThatTheUserNamesIsFoundThere() throws IOException {
        vm.snapshot("one");
        Path library = vm.folder.resolveSibling("library");
        vm.move("web01.vmdk", "../library/web01.vmdk");
        vm.move("web01-flat.vmdk", "../library/web01-flat.vmdk");
        vm.delete("web01.vmsd");
        vm.delete("web01-Snapshot1.vmsn");

        assertThat(check().findings()).extracting(Finding::id).contains("chain.parent-missing");
        assertThat(check(library).findings()).extracting(Finding::id).contains("vm.file-found");
        assertThat(check(library).findings()).extracting(Finding::id).doesNotContain("chain.parent-missing");
    }

    @Test
    void aGlanceTellsOfFilesThatLackOrAreCut() throws IOException {
        assertThat(open().folder().lackOf(open().folder().disks().get(0))).isEmpty();

        try (var file =
                Files.newByteChannel(vm.folder.resolve("web01-flat.vmdk"), java.nio.file.StandardOpenOption.WRITE)) {
            file.truncate(Patient.CAPACITY / 2);
        }
        assertThat(open().folder().lackOf(open().folder().disks().get(0))).contains("web01-flat.vmdk is cut");

        vm.delete("web01-flat.vmdk");
        assertThat(open().folder().lackOf(open().folder().disks().get(0))).contains("lacks web01-flat.vmdk");
    }

    @Test
    void whatIsNoDiskBesideTheMachineIsNotTheEndOfAnything() throws IOException {
        Files.createSymbolicLink(vm.folder.resolve("x.vmdk"), vm.folder.resolve("nowhere"));
        Files.createSymbolicLink(vm.folder.resolve("loop.vmdk"), vm.folder.resolve("loop.vmdk"));
        Files.createSymbolicLink(vm.folder.resolve("gone.vmx"), vm.folder.resolve("nowhere"));
        Files.createSymbolicLink(vm.folder.resolve("gone.vmsd"), vm.folder.resolve("nowhere"));
        Files.createDirectory(vm.folder.resolve("y.vmdk"));
        Files.createDirectory(vm.folder.resolve("y.vmx"));

        assertThat(check().verdict()).isEqualTo(Verdict.CLEAN);
        assertThat(check().findings())
                .filteredOn(finding -> finding.id().equals("vm.dangling-link"))
                .extracting(finding -> String.valueOf(finding.file().getFileName()))
                .containsExactlyInAnyOrder("x.vmdk", "loop.vmdk", "gone.vmx", "gone.vmsd");
        assertThat(check().findings())
                .filteredOn(finding -> finding.id().equals("vm.no-file"))
                .extracting(finding -> String.valueOf(finding.file().getFileName()))
                .containsExactlyInAnyOrder("y.vmdk", "y.vmx");
        assertThat(snapshot().isEmpty()).isFalse();
    }
}
