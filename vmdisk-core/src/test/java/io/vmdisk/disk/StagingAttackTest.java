package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.Progress;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.disk.make.StagedRecovery;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FolderPrint;
import io.vmdisk.testkit.Needs;
import io.vmdisk.testkit.OwnStaging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else puts something where a disk in the making goes: before it, while it is there, and after a crash. */
@DisabledOnOs(OS.WINDOWS)
class StagingAttackTest {
    private static final CreateSpec SPLIT = CreateSpec.of(DiskFormat.TWO_GB_FLAT, 1 << 20);

    @TempDir
    private Path temporary;

    private Path folder;
    private Path victim;
    private Path disk;
    private Path staging;

    @BeforeEach
    void makeTheFolders() throws IOException {
        Path world = temporary.toRealPath();
        folder = Files.createDirectory(world.resolve("vm"));
        victim = Files.createDirectory(world.resolve("victim"));
        disk = folder.resolve("disk.vmdk");
        staging = folder.resolve("disk.vmdk.vmdisk-new");
        Files.writeString(victim.resolve("thesis.txt"), "thesis");
        Files.writeString(victim.resolve("disk.vmdk"), "thesis too");
        Files.writeString(victim.resolve("disk-f001.vmdk"), "thesis again");
    }

    private void create() throws IOException {
        StagedDisk.createEmpty(disk, SPLIT, Progress.NONE);
    }

    private StagedRecovery recover() throws IOException {
        return StagedDisk.recover(Volume.system(), folder);
    }

    @Test
    void aLinkToAFolderIsNotFollowed() throws IOException {
        Files.createSymbolicLink(staging, victim);
        Map<String, String> before = FolderPrint.of(victim);

        assertThatThrownBy(this::create)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("move it away");
        assertThat(recover()).isEqualTo(StagedRecovery.NOTHING);
        assertThat(FolderPrint.of(victim)).isEqualTo(before);
        assertThat(disk).doesNotExist();
    }

    @Test
    void aLinkToAFolderWithAMarkIsNotFollowed() throws IOException {
        Files.createFile(victim.resolve(".vmdisk-complete"));
        aLinkToAFolderIsNotFollowed();
    }

    @Test
    void aFolderThatSomebodyElseMadeStays() throws IOException {
        Files.createDirectory(staging);
        Files.writeString(staging.resolve("mine"), "mine");
        Files.createFile(staging.resolve(".vmdisk-complete"));

        assertThatThrownBy(this::create).isInstanceOf(UnsafeStateException.class);
        assertThat(recover()).isEqualTo(StagedRecovery.NOTHING);
        assertThat(staging.resolve("mine")).hasContent("mine");
        assertThat(folder.resolve("mine")).doesNotExist();
    }

    @Test
    void aFolderThatWasCopiedAlongStays() throws IOException {
        try (StagedDisk staged = StagedDisk.create(disk, SPLIT, Volume.system(), Progress.NONE)) {
            assertThat(staged.spec()).isEqualTo(SPLIT);
            Path copy = Files.createDirectories(folder.resolve("copy/disk.vmdk.vmdisk-new"));
            for (Path file : Volume.system().list(staging)) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
            assertThat(StagedDisk.recover(Volume.system(), folder.resolve("copy")))
                    .isEqualTo(StagedRecovery.NOTHING);
            assertThat(copy.resolve("disk-f001.vmdk")).exists();
        }
    }

    @Test
    void whatOthersPutIntoOursStays() throws IOException {
        try (StagedDisk staged = StagedDisk.create(disk, SPLIT, Volume.system(), Progress.NONE)) {
            Files.writeString(staging.resolve("mine"), "mine");
            Files.createSymbolicLink(staging.resolve("thesis.txt"), victim.resolve("thesis.txt"));
            staged.publish();
        }
        assertThat(disk).exists();
        assertThat(staging.resolve("mine")).hasContent("mine");
        assertThat(folder.resolve("mine")).doesNotExist();
        assertThat(folder.resolve("thesis.txt")).doesNotExist();
    }

    @Test
    void aFolderThatIsSwappedForALinkIsNotFollowed() throws IOException {
        Map<String, String> before = FolderPrint.of(victim);
        StagedDisk staged = StagedDisk.create(disk, SPLIT, Volume.system(), Progress.NONE);
        Files.move(staging, folder.resolve("hidden"));
        Files.createSymbolicLink(staging, victim);

        assertThatThrownBy(staged::publish).isInstanceOf(IOException.class);
        assertThatThrownBy(staged::close).isInstanceOf(IOException.class);
        assertThat(FolderPrint.of(victim)).isEqualTo(before);
        assertThat(disk).doesNotExist();
    }

    @Test
    void linksAmongOurFilesGoThemselves() throws IOException {
        Map<String, String> before = FolderPrint.of(victim);
        StagedDisk staged = StagedDisk.create(disk, SPLIT, Volume.system(), Progress.NONE);
        Files.delete(staging.resolve("disk-f001.vmdk"));
        Files.createSymbolicLink(staging.resolve("disk-f001.vmdk"), victim.resolve("disk-f001.vmdk"));

        staged.close();

        assertThat(FolderPrint.of(victim)).isEqualTo(before);
        assertThat(staging).doesNotExist();
    }

    @Test
    void aDraftThatIsALinkIsReplacedAndNotFollowed() throws IOException {
        Map<String, String> before = FolderPrint.of(victim);
        Path text = folder.resolve("a.vmx");
        Files.createSymbolicLink(folder.resolve("a.vmx.vmdisk-new"), victim.resolve("thesis.txt"));

        Volume.system().replace(text, new byte[] {'x'});

        assertThat(text).hasContent("x");
        assertThat(FolderPrint.of(victim)).isEqualTo(before);
    }

    @Test
    void aDraftThatIsALinkToAFolderIsReplacedAndNotFollowed() throws IOException {
        Map<String, String> before = FolderPrint.of(victim);
        Path text = folder.resolve("a.vmx");
        Files.createSymbolicLink(folder.resolve("a.vmx.vmdisk-new"), victim);

        Volume.system().replace(text, new byte[] {'x'});

        assertThat(text).hasContent("x");
        assertThat(FolderPrint.of(victim)).isEqualTo(before);
    }

    private void assertIsLeftAlone() throws IOException {
        Files.writeString(staging.resolve("disk-f001.vmdk"), "evil");
        Map<String, String> before = FolderPrint.of(folder);

        assertThat(recover()).isEqualTo(StagedRecovery.NOTHING);
        assertThatThrownBy(this::create)
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("move it away");
        assertThat(FolderPrint.of(folder)).isEqualTo(before);
    }

    @Test
    void aFolderOfAnotherUserIsNotOursWhateverItSays() throws IOException {
        Needs.require(Files.getAttribute(folder, "unix:uid").equals(0), "root, who may give folders away");
        OwnStaging.make(staging, "disk-f001.vmdk", "disk.vmdk");
        Files.setAttribute(staging, "unix:uid", 4242);
        assertIsLeftAlone();
    }

    @Test
    void aFolderInWhichMoreMayWriteThanAroundItIsNotOursWhateverItSays() throws IOException {
        OwnStaging.make(staging, "disk-f001.vmdk", "disk.vmdk");
        Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertIsLeftAlone();
    }

    @Test
    void whereAllFoldersHaveOneModeOursIsKnown() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        OwnStaging.make(staging, "disk-f001.vmdk", "disk.vmdk");
        Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(staging.resolve("disk-f001.vmdk"), "half");

        assertThat(recover()).isEqualTo(StagedRecovery.REMOVED);
        assertThat(staging).doesNotExist();
    }
}
