package io.vmdisk.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.vmdisk.Finding;
import io.vmdisk.Progress;
import io.vmdisk.Remedy;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.check.CheckReport;
import io.vmdisk.check.Verdict;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.machine.model.SnapshotRequest;
import io.vmdisk.plan.Plan;
import io.vmdisk.snapshot.MachineWork;
import io.vmdisk.snapshot.Readiness;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.storage.MappedVolume;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A machine on two datastores, whose disks have the same name there, as ESXi gives it; names of files elsewhere are absolute
 * ({@code /vmfs/volumes/…}), as "Virtual Machine Files" in VMware's documentation shows.
 */
class DatastoresTest {
    private static final int CAPACITY = 1 << 20;
    private static final Instant NOW = Instant.parse("2026-11-24T20:15:00Z");

    private final FileSystem files = Jimfs.newFileSystem(Configuration.unix());
    private final Path first = files.getPath("/vmfs/volumes/ds1/web01");
    private final Path second = files.getPath("/vmfs/volumes/ds2/web01");
    private final Path vmx = first.resolve("web01.vmx");
    private final Volume here = Volume.system();

    @BeforeEach
    void makeMachine() throws IOException {
        for (Path folder : List.of(first, second)) {
            Files.createDirectories(folder);
            StagedDisk.createEmpty(
                    folder.resolve("web01.vmdk"), CreateSpec.of(DiskFormat.VMFS_THIN, CAPACITY), here, Progress.NONE);
            write(here, folder.resolve("web01.vmdk"), "base on " + folder);
        }
        Files.writeString(first.resolve("web01.nvram"), "MRVN");
        Files.writeString(vmx, """
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
        for (String name : List.of("one", "two")) {
            VirtualMachine machine = VirtualMachine.open(vmx, List.of(second), here);
            Plan plan = new SnapshotPlanner(machine, NOW, Set.of()).create(SnapshotRequest.of(name, NOW));
            new MachineWork(here, Progress.NONE).execute(machine, plan);
            for (int disk = 0; disk < 2; disk++) {
                write(here, active(here, vmx, disk), "after " + name + " on disk " + disk);
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private static Path active(Volume volume, Path vmx, int disk) throws IOException {
        return VirtualMachine.open(vmx, List.of(), volume)
                .folder()
                .disks()
                .get(disk)
                .path()
                .orElseThrow();
    }

    private static void write(Volume volume, Path disk, String text) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.writable().withVolume(volume))) {
            opened.write(64 << 10, ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 4096)));
        }
    }

    private static byte[] read(Volume volume, Path disk) throws IOException {
        try (VirtualDisk opened = VirtualDisk.open(disk, OpenOptions.readOnly().withVolume(volume))) {
            ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
            opened.read(0, bytes);
            return bytes.array();
        }
    }

    private static CheckReport check(Path vmx, Volume volume) throws IOException {
        return MachineCheck.run(
                vmx,
                List.of(),
                CheckOptions.standard().withOpening(OpenOptions.readOnly().withVolume(volume)),
                NOW,
                Progress.NONE);
    }

    /** Both datastores as they were copied elsewhere. */
    private Path copied() throws IOException {
        Path copy = files.getPath("/copy");
        Files.createDirectories(copy);
        Files.move(files.getPath("/vmfs/volumes/ds1"), copy.resolve("ds1"));
        Files.move(files.getPath("/vmfs/volumes/ds2"), copy.resolve("ds2"));
        return copy.resolve("ds1/web01/web01.vmx");
    }

    private Volume mapped() {
        return MappedVolume.of(
                here,
                List.of(
                        new MappedVolume.Root(files.getPath("/vmfs/volumes/ds1"), files.getPath("/copy/ds1")),
                        new MappedVolume.Root(files.getPath("/vmfs/volumes/ds2"), files.getPath("/copy/ds2"))));
    }

    @Test
    void aHealthyMachineIsHealthyWhereverItsDisksLie() throws IOException {
        assertThat(check(vmx, here).findings()).isEmpty();
        assertThat(check(vmx, here).files()).contains(second.resolve("web01-000002.vmdk"));
    }

    @Test
    void aPlanTellsTheFolderWhereNamesRepeat() throws IOException {
        VirtualMachine machine = VirtualMachine.open(vmx, List.of(second), here);
        List<String> steps = new SnapshotPlanner(machine, NOW, Set.of())
                .deleteAll(LinkSpace.KEEP)
                .describe();

        assertThat(steps)
                .anyMatch(line -> line.endsWith(" into " + first.resolve("web01.vmdk") + " (4096 bytes)"))
                .anyMatch(line -> line.endsWith(" into " + second.resolve("web01.vmdk") + " (4096 bytes)"))
                .contains("put the new web01.vmx in place")
                .noneMatch(line -> line.contains(" web01.vmdk"));
    }

    @Test
    void aDatastoreThatIsNotHereCouldNotBeLookedAt() throws IOException {
        Path copy = copied();

        CheckReport report = check(copy, here);

        assertThat(report.verdict()).isEqualTo(Verdict.NOT_CHECKED);
        assertThat(report.findings())
                .filteredOn(finding -> finding.severity() != Finding.Severity.INFO)
                .extracting(Finding::id)
                .containsOnly("check.elsewhere");
        assertThat(report.findings().get(0).remedy().offers(Remedy.Kind.MAP_STORE))
                .isTrue();
    }

    @Test
    void aDiskThatIsMissingInAFolderThatIsHereIsMissing() throws IOException {
        Files.delete(second.resolve("web01-000002.vmdk"));

        assertThat(check(vmx, here).verdict()).isEqualTo(Verdict.CORRUPT);
    }

    @Test
    void whatLiesElsewhereIsNotChangedUnlessItsFolderIsNamed() throws IOException {
        SnapshotPlanner planner = new SnapshotPlanner(VirtualMachine.open(vmx, List.of(), here), NOW, Set.of());

        assertThatThrownBy(() -> planner.create(SnapshotRequest.of("three", NOW)))
                .hasMessageContaining("a search of the folder");
    }

    @Test
    void aCopiedMachineIsWorkedOnByTheNamesThatItHad() throws IOException {
        Path copy = copied();
        Volume volume = mapped();
        assertThat(check(copy, volume).findings()).isEmpty();
        byte[] one = read(volume, active(volume, copy, 0));
        byte[] two = read(volume, active(volume, copy, 1));
        assertThat(one).isNotEqualTo(two);

        VirtualMachine machine = VirtualMachine.open(copy, List.of(), volume);
        Plan create = new SnapshotPlanner(machine, NOW, Set.of()).create(SnapshotRequest.of("three", NOW));
        new MachineWork(volume, Progress.NONE).execute(machine, create);
        String fresh = active(volume, copy, 1).getFileName().toString();
        assertThat(Files.readString(copy)).contains("\"/vmfs/volumes/ds2/web01/" + fresh + "\"");
        assertThat(files.getPath("/copy/ds2/web01").resolve(fresh)).exists();
        assertThat(check(copy, volume).findings()).isEmpty();

        machine = VirtualMachine.open(copy, List.of(), volume);
        Plan merge = new SnapshotPlanner(machine, NOW, Set.of()).deleteAll(LinkSpace.KEEP);
        new MachineWork(volume, Progress.NONE).execute(machine, merge);

        assertThat(Files.readString(copy)).contains("\"web01.vmdk\"", "\"/vmfs/volumes/ds2/web01/web01.vmdk\"");
        assertThat(read(here, files.getPath("/copy/ds1/web01/web01.vmdk"))).isEqualTo(one);
        assertThat(read(here, files.getPath("/copy/ds2/web01/web01.vmdk"))).isEqualTo(two);
        assertThat(Files.exists(files.getPath("/copy/ds2/web01/web01-000002.vmdk")))
                .isFalse();
        assertThat(Files.exists(files.getPath("/vmfs/volumes/ds2"))).isFalse();
        assertThat(check(copy, volume).findings()).isEmpty();
    }

    @Test
    void aRepairWritesTheNamesThatFilesHaveHere() throws IOException {
        Path copy = copied();
        Volume volume = mapped();
        byte[] two = read(volume, active(volume, copy, 1));
        VirtualMachine machine = VirtualMachine.open(copy, List.of(), volume);

        Plan plan = PathRepair.plan(machine, new Readiness(machine, NOW, Set.of()));
        new MachineWork(volume, Progress.NONE).execute(machine, plan);

        assertThat(plan.notes()).contains("web01.vmsd: 2 names", "web01.vmx: 1 name");
        assertThat(Files.readString(copy)).containsPattern("\"/copy/ds2/web01/web01-\\d{6}.vmdk\"");
        assertThat(Files.readString(copy.resolveSibling("web01.vmx.orig"))).contains("/vmfs/volumes/ds2");
        assertThat(check(copy, here).findings()).isEmpty();
        assertThat(read(here, active(here, copy, 1))).isEqualTo(two);
        machine = VirtualMachine.open(copy, List.of(), volume);
        assertThat(PathRepair.plan(machine, new Readiness(machine, NOW, Set.of()))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aHintByADatastoresNameIsRewrittenToo() throws IOException {
        Path child = second.resolve("web01-000002.vmdk");
        Files.writeString(
                child,
                Files.readString(child)
                        .replace(
                                "parentFileNameHint=\"web01.vmdk\"",
                                "parentFileNameHint=\"/vmfs/volumes/ds2/web01/web01.vmdk\""));
        Path copy = copied();
        Volume volume = mapped();
        VirtualMachine machine = VirtualMachine.open(copy, List.of(), volume);

        new MachineWork(volume, Progress.NONE)
                .execute(machine, PathRepair.plan(machine, new Readiness(machine, NOW, Set.of())));

        assertThat(Files.readString(files.getPath("/copy/ds2/web01/web01-000002.vmdk")))
                .contains("parentFileNameHint=\"web01.vmdk\"");
        assertThat(check(copy, here).findings()).isEmpty();
    }
}
