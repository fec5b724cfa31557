package io.vmdisk.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Progress;
import io.vmdisk.RecoveryOutcome;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.VmdiskException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.make.StagedDisk;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.CopyFile;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FolderPrint;
import io.vmdisk.testkit.ForgedJournal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recovery in a folder whose journal somebody else wrote, or that is a copy: real files, since links count. */
@DisabledOnOs(OS.WINDOWS)
class ForeignJournalTest {
    private static final RecoveryTrust COPY = new RecoveryTrust(List.of(), Set.of(RecoveryTrust.Danger.COPY));

    @TempDir
    private Path temporary;

    private Path world;
    private Path folder;
    private Path home;

    @BeforeEach
    void makeTheWorld() throws IOException {
        world = temporary.toRealPath();
        folder = Files.createDirectory(world.resolve("vm"));
        home = Files.createDirectory(world.resolve("home"));
        Files.writeString(home.resolve("thesis.txt"), "thesis");
        Files.createDirectory(home.resolve("empty"));
        Files.writeString(folder.resolve("payload"), "evil");
        StagedDisk.createEmpty(
                home.resolve("disk.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20), Progress.NONE);
        StagedDisk.createEmpty(
                folder.resolve("a.vmdk"), CreateSpec.of(DiskFormat.MONOLITHIC_SPARSE, 1 << 20), Progress.NONE);
        Files.createSymbolicLink(folder.resolve("way"), home);
        Files.createSymbolicLink(folder.resolve("link.vmdk"), home.resolve("disk.vmdk"));
    }

    private Recovery recovery() {
        return new Recovery(Volume.system(), Progress.NONE);
    }

    private String steps(String... lines) {
        String[] all = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            all[i] = lines[i].replace("HOME", home.toString());
        }
        return ForgedJournal.lines(folder, 0, 1, all);
    }

    private void assertHarmless(String lines, boolean committed) throws IOException {
        if (committed) {
            ForgedJournal.plantCommitted(folder, lines);
        } else {
            ForgedJournal.plantBegun(folder, lines);
        }
        Map<String, String> before = FolderPrint.of(world);

        assertThatThrownBy(() -> recovery().recover(folder)).isInstanceOf(VmdiskException.class);
        Map<String, String> after = FolderPrint.of(world);
        // The folder's own time: a lock came and went.
        after.put("vm/", before.get("vm/"));
        assertThat(after).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete\" path=HOME/thesis.txt",
                "delete\" path=../home/thesis.txt",
                "delete\" path=way/thesis.txt",
                "delete\" path=x/../../home/thesis.txt",
                "delete\" path=..",
                "delete\" path=.",
                "move\" from=payload to=HOME/thesis.txt",
                "move\" from=payload to=../home/new.txt",
                "move\" from=payload to=way/new.txt",
                "move\" from=HOME/thesis.txt to=mine.txt",
                "move\" from=way/thesis.txt to=mine.txt",
                "publish\" target=HOME/thesis.txt",
                "grow\" disk=HOME/disk.vmdk capacity=2097152",
                "grow\" disk=link.vmdk capacity=2097152",
                "grow\" disk=way/disk.vmdk capacity=2097152",
                "descriptor\" disk=HOME/disk.vmdk tracking=KEEP cid=12345678",
                "descriptor\" disk=link.vmdk tracking=KEEP cid=12345678",
                "fold\" into=link.vmdk links=1 link0=a.vmdk space=KEEP bytes=0 growth=0",
                "fold\" into=HOME/disk.vmdk links=1 link0=a.vmdk space=GIVE_BACK bytes=0 growth=0"
            })
    void noStepReachesOutsideTheFolder(String step) throws IOException {
        assertHarmless(steps(("step0.kind=\"" + step).replaceAll(" (\\w+)=(\\S+)", "\nstep0.$1 = \"$2\"")), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "copy\" target=HOME/thesis.txt source=payload bytes=100",
                "copy\" target=../home/thesis.txt source=payload bytes=100",
                "copy\" target=way/thesis.txt source=payload bytes=100",
                "folder\" target=HOME/empty",
                "folder\" target=way/empty",
                "stage\" target=HOME/thesis.txt content=",
                "create\" target=HOME/disk.vmdk format=MONOLITHIC_SPARSE capacity=1048576 adapter=LSI_LOGIC hardware=4"
                        + " grain=65536 extent=0",
                "copyDisk\" source=a.vmdk bytes=0 target=way/disk.vmdk format=MONOLITHIC_SPARSE capacity=1048576"
                        + " adapter=LSI_LOGIC hardware=4 grain=65536 extent=0"
            })
    void noUndoReachesOutsideTheFolder(String preparation) throws IOException {
        String lines = ("preparation0.kind=\"" + preparation)
                .replaceAll(" (\\w+)=(\\S*)", "\npreparation0.$1 = \"$2\"")
                .replace("HOME", home.toString());
        assertHarmless(ForgedJournal.lines(folder, 1, 0, lines), false);
    }

    @Test
    void aFileWithASecondNameElsewhereIsNotWritten() throws IOException {
        Files.createLink(folder.resolve("twin.vmdk"), home.resolve("disk.vmdk"));

        assertHarmless(
                steps("step0.kind = \"grow\"", "step0.disk = \"twin.vmdk\"", "step0.capacity = \"2097152\""), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "step0.kind = \"shred\"\nstep0.path = \"payload\"",
                "step0.kind = \"delete\"\nstep0.path = \"payload\"\nstep0.unless = \"thesis\"",
                "step0.kind = \"delete\"\nstep0.path = \"payload\"\nwhatever = \"1\"",
                "step0.kind = \"delete\"\nstep0.path = \"payload\"\nstep0.path = \"a.vmdk\"",
                "step0.kind = \"delete\"\nstep0.path = \"payload\"",
                "steps = \"2147483648\"",
                "steps = \"99999999999999999999\"",
                "steps = \"-1\"",
                "preparations = \"1000000000\"",
                "step0.kind = \"fold\"\nstep0.into = \"a.vmdk\"\nstep0.links = \"2147483647\"",
                "step0.kind = \"grow\"\nstep0.disk = \"a.vmdk\"\nstep0.capacity = \"-5\""
            })
    void whatIsNotUnderstoodIsRefusedAsAWhole(String lines) throws IOException {
        assertHarmless(steps(lines), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3", "", "x"})
    void otherVersionsAreRefusedWithAWayOn(String version) throws IOException {
        ForgedJournal.plantBegun(folder, steps().replace("\"2\"", '"' + version + '"'));

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("setting the journal aside");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mark 1 committed 0 0 1234567\n",
                "mark 1 commi",
                "mark 1 committed 0 0\n",
                "garbage",
                "mark 1 begun 0 0",
                "mark -1 committed 0 0",
                "mark 1 committed -1 0",
                "mark 1 committed 99999999999 0",
                "mark 1 committed 0 -1"
            })
    void marksThatAreDamagedAreRefusedWithAWayOn(String mark) throws IOException {
        boolean whole = !mark.endsWith("\n") && mark.startsWith("mark") && !mark.endsWith("commi");
        String text = whole ? ForgedJournal.mark(mark) : mark;
        ForgedJournal.plantAtHome(folder, ForgedJournal.lines(folder, 0, 0), "", text);

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("the permission mark")
                .hasMessageContaining("setting the journal aside");
        RecoveryTrust mended = new RecoveryTrust(List.of(), Set.of(RecoveryTrust.Danger.MARK));
        assertThat(recovery().recover(folder, mended)).isEqualTo(RecoveryOutcome.UNDONE);
    }

    @Test
    void aMarkBehindTheLastStepIsRefused() throws IOException {
        ForgedJournal.plantAtHome(
                folder, ForgedJournal.lines(folder, 0, 0), "", ForgedJournal.mark("mark 1 committed 7 0"));

        assertThatThrownBy(() -> recovery().recover(folder)).isInstanceOf(MalformedFileException.class);
    }

    @Test
    void aJournalOfTenGigabytesIsRefusedWithoutReadingIt() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve(".vmdisk-journal").toFile(), "rw")) {
            file.setLength(10L << 30);
        }
        assertThatThrownBy(() -> recovery().recover(folder)).isInstanceOf(VmdiskException.class);
        assertThat(recovery().drop(folder)).isPresent();
        assertThat(recovery().recover(folder)).isEqualTo(RecoveryOutcome.NOTHING);
    }

    @Test
    void aJournalThatIsALinkIsNotFollowed() throws IOException {
        Path elsewhere = home.resolve("journal");
        ForgedJournal.plantBegun(folder, steps());
        Files.move(folder.resolve(".vmdisk-journal"), elsewhere);
        Files.createSymbolicLink(folder.resolve(".vmdisk-journal"), elsewhere);

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("symbolic link");
        assertThat(elsewhere).exists();
    }

    private void begin(Plan plan) throws IOException {
        Journal.begin(Volume.system(), plan);
    }

    private Plan copyTo(Path target) {
        return new Plan(
                "copy", folder, List.of(new CopyFile(folder.resolve("payload"), target, 4)), List.of(), List.of());
    }

    @Test
    void aCopyOfTheFolderNeverTouchesWhatTheOriginalMade() throws IOException {
        Path clone = Files.createDirectory(world.resolve("clone")).resolve("disk");
        begin(copyTo(clone));
        Path copy = world.resolve("copy");
        copyFolder(folder, copy);
        recovery().recover(folder, new RecoveryTrust(List.of(clone.getParent()), Set.of()));
        Files.writeString(clone, "done");

        assertThatThrownBy(() -> recovery().recover(copy))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("copy")
                .hasMessageContaining("setting the journal aside");
        assertThat(recovery().recover(copy, COPY)).isEqualTo(RecoveryOutcome.UNDONE);
        assertThat(clone).hasContent("done");
        assertThat(copy.resolve(".vmdisk-journal")).doesNotExist();
    }

    @Test
    void aCopyIsUndoneInItself() throws IOException {
        Path made = folder.resolve("made");
        begin(copyTo(made));
        Files.writeString(made, "evil");
        Path copy = world.resolve("copy");
        copyFolder(folder, copy);

        assertThat(recovery().recover(copy, COPY)).isEqualTo(RecoveryOutcome.UNDONE);
        assertThat(copy.resolve("made")).doesNotExist();
        assertThat(made).exists();
    }

    @Test
    void aCopyOfTheJournalAloneIsRecognised() throws IOException {
        begin(copyTo(folder.resolve("made")));
        Path journal = folder.resolve(".vmdisk-journal");
        // The first one stays, under another name: a number that is free again may be the copy's.
        Files.move(journal, world.resolve("kept"));
        Files.copy(world.resolve("kept"), journal);

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("the permission copy");
    }

    @Test
    void aFolderThatWasRenamedIsRecovered() throws IOException {
        Path made = folder.resolve("made");
        begin(copyTo(made));
        Files.writeString(made, "evil");
        Path moved = Files.move(folder, world.resolve("moved"));

        assertThat(recovery().recover(moved)).isEqualTo(RecoveryOutcome.UNDONE);
        assertThat(moved.resolve("made")).doesNotExist();
    }

    @Test
    void otherFoldersChangeWhereTheUserNamesThem() throws IOException {
        Path made = home.resolve("made");
        begin(copyTo(made));
        Files.writeString(made, "evil");

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("a search of the folder " + home)
                .hasMessageContaining("the permission outside");
        assertThat(made).exists();
        recovery().recover(folder, new RecoveryTrust(List.of(home), Set.of()));
        assertThat(made).doesNotExist();

        begin(copyTo(made));
        Files.writeString(made, "evil");
        recovery().recover(folder, new RecoveryTrust(List.of(), Set.of(RecoveryTrust.Danger.OUTSIDE)));
        assertThat(made).doesNotExist();
    }

    @Test
    void evenAFolderThatIsNamedIsNotReachedThroughALink() throws IOException {
        Path target = Files.createDirectory(world.resolve("named")).resolve("below");
        begin(copyTo(target.resolve("thesis.txt")));
        Files.createSymbolicLink(target, home);

        for (RecoveryTrust trust : List.of(
                new RecoveryTrust(List.of(target.getParent()), Set.of()),
                new RecoveryTrust(List.of(), Set.of(RecoveryTrust.Danger.OUTSIDE)))) {
            assertThatThrownBy(() -> recovery().recover(folder, trust)).isInstanceOf(UnsafeStateException.class);
            assertThat(home.resolve("thesis.txt")).exists();
        }
    }

    @Test
    void aFileThatCameSinceIsNotRemoved() throws IOException {
        Path made = folder.resolve("made");
        begin(copyTo(made));
        Files.writeString(made, "a user's own, and longer");

        assertThatThrownBy(() -> recovery().recover(folder))
                .isInstanceOf(UnsafeStateException.class)
                .hasMessageContaining("made");
        assertThat(made).exists();
    }

    @Test
    void aFileThatIsAnotherThanItWasIsNeitherRemovedNorReplaced() throws IOException {
        Path list = folder.resolve("list");
        Files.writeString(list, "old");
        Files.writeString(folder.resolve("goes"), "old");
        Plan plan = new Plan(
                "publish",
                folder,
                List.of(new StageText(list, Content.of("new".getBytes(StandardCharsets.UTF_8)))),
                List.of(new Publish(list), new DeleteFile(folder.resolve("goes"))),
                List.of());
        Journal journal = Journal.begin(Volume.system(), plan);
        Files.writeString(folder.resolve("list.vmdisk-new"), "new");
        journal.committed();
        Files.writeString(folder.resolve("goes"), "somebody wrote here");

        assertThatThrownBy(() -> recovery().recover(folder)).isInstanceOf(UnsafeStateException.class);
        assertThat(list).hasContent("old");
        Files.writeString(folder.resolve("goes"), "old");
        Files.writeString(folder.resolve("list.vmdisk-new"), "bad");
        assertThatThrownBy(() -> recovery().recover(folder)).isInstanceOf(UnsafeStateException.class);
        assertThat(folder.resolve("goes")).exists();
        Files.writeString(folder.resolve("list.vmdisk-new"), "new");
        assertThat(recovery().recover(folder)).isEqualTo(RecoveryOutcome.FINISHED);
        assertThat(list).hasContent("new");
        assertThat(folder.resolve("goes")).doesNotExist();
    }

    @Test
    void everyPathIsToldBeforehand() throws IOException {
        ForgedJournal.plantCommitted(
                folder, steps("step0.kind = \"move\"", "step0.from = \"payload\"", "step0.to = \"HOME/thesis.txt\""));

        Interruption found = recovery().look(folder, RecoveryTrust.NONE).orElseThrow();

        assertThat(found.remaining())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                folder.resolve("payload").toString(),
                                home.resolve("thesis.txt").toString()));
        assertThat(found.outside()).containsExactly(home.resolve("thesis.txt"));
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(path)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.copy(path, to.resolve(from.relativize(path)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
