package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.Progress;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.disk.LinkSpace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanExecutor;
import io.vmdisk.snapshot.SnapshotPlanner;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Makes each damage of docs/rescue.md, types the commands that stand there, and compares the data. */
@Tag("long")
class RescueGuideTest {
    private static final Set<String> TRIED = Set.of(
            "cid",
            "capacity",
            "grown",
            "renamed",
            "datastores",
            "found",
            "list",
            "descriptor",
            "descriptor-alone",
            "ransom",
            "ransom-snapshots",
            "moved",
            "ova",
            "damaged",
            "damaged-machine",
            "started-base",
            "link-lost",
            "half-done",
            "leftovers",
            "tables",
            "full-store",
            "grew",
            "suspend");

    /** Less than the base grows by. */
    private static final int FREE_BYTES = 512 << 10;

    @TempDir
    Path temp;

    private Path folder;
    private GuidePage page;
    private RescueScene scene;

    @BeforeEach
    void openPage() throws IOException {
        openPage("web01");
    }

    /** The same with another name for the machine and its folder. */
    void openPage(String name) throws IOException {
        folder = Files.createDirectory(temp.resolve(name));
        page = new GuidePage();
        scene = new RescueScene(folder, page, name);
    }

    @Test
    void thePageHasNoCommandsThatAreNotTriedHere() {
        assertThat(new TreeSet<>(page.situations())).isEqualTo(new TreeSet<>(TRIED));
        assertThat(page.situations()).hasSizeGreaterThanOrEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"0,proof", "1,proof", "2,proof", "0,none", "2,none"})
    void aContentIdThatBrokeAtAnyLink(int link, String proof) throws Exception {
        scene.machine("thin", "delta", "delta", "delta");
        String disk = scene.disks().get(link);
        scene.edit(disk, "(?m)^CID=\\w+", "CID=12345678");
        if (proof.equals("none")) {
            scene.edit(
                    disk, "ddb.longContentID = \"\\w+\"", "ddb.longContentID = \"0123456789abcdef0123456712345678\"");
        }

        scene.rescue("cid");

        scene.assertAllIsBack();
        assertThat(scene.output()).contains(proof.equals("none") ? "nothing proves" : "only the CID line was changed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theCapacityOfOneLinkIsWrong(int link) throws Exception {
        scene.machine("thin", "seSparse", "seSparse");
        scene.edit(scene.disks().get(link), "RW \\d+ ", "RW 9000 ");

        scene.rescue("capacity");

        scene.assertAllIsBack();
    }

    @Test
    void theBaseWasGrownUnderItsSnapshots() throws Exception {
        scene.machine("thin", "delta", "delta");
        try (FileChannel flat = FileChannel.open(scene.file("web01-flat.vmdk"), StandardOpenOption.WRITE)) {
            flat.write(ByteBuffer.allocate(1), (6 << 20) - 1);
        }
        scene.edit("web01.vmdk", "RW \\d+ ", "RW " + ((6 << 20) / 512) + " ");
        assertThat(CommandLineRun.of("check", scene.file("web01.vmx")).exitCode())
                .isEqualTo(2);

        scene.rescue("grown");

        byte[] grown = scene.read("web01.vmdk");
        assertThat(grown).hasSize(6 << 20);
        assertThat(Arrays.copyOf(grown, RescueScene.CAPACITY)).isEqualTo(scene.before("web01-000002.vmdk"));
        assertThat(CommandLineRun.of("check", scene.file("web01.vmx")).exitCode())
                .isZero();
    }

    @Test
    void theDisksLayOnSeveralDatastores() throws Exception {
        Path second = Files.createDirectories(temp.resolve("ds2").resolve("web01"));
        scene.machine("thin", "delta");
        CommandLineRun made = CommandLineRun.of("create", second.resolve("web01.vmdk"), "4M", "-O", "thin");
        assertThat(made.exitCode()).isZero();
        try (VirtualDisk disk = VirtualDisk.open(second.resolve("web01.vmdk"), OpenOptions.writable())) {
            disk.write(0, ByteBuffer.wrap("on the second datastore".getBytes(StandardCharsets.UTF_8)));
        }
        Files.writeString(
                scene.file("web01.vmx"),
                Files.readString(scene.file("web01.vmx"))
                        + "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"/vmfs/volumes/ds2/web01/web01.vmdk\"\n");
        assertThat(CommandLineRun.of("check", scene.file("web01.vmx")).exitCode())
                .isEqualTo(1);

        scene.rescue("datastores");

        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01-000001.vmdk"));
        assertThat(Files.readString(scene.file("web01.vmx"))).contains("\"" + second.resolve("web01.vmdk") + "\"");
        assertThat(CommandLineRun.of("check", scene.file("web01.vmx")).exitCode())
                .isZero();
        CommandLineRun wrong = CommandLineRun.of("check", "--map", "ds2", scene.file("web01.vmx"));
        assertThat(wrong.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(wrong.err()).contains("NAME=DIR");
    }

    @Test
    void theMachineNamesItsDisksByPathsOfItsOldHost() throws Exception {
        scene.machine("thin", "delta");
        Path vmx = scene.file("web01.vmx");
        Files.writeString(
                vmx, Files.readString(vmx).replace("\"web01-000001.vmdk\"", "\"D:\\VMs\\web01\\web01-000001.vmdk\""));
        assertThat(CommandLineRun.of("snapshot", "create", vmx, "no").err()).contains("repair --paths");

        scene.rescue("found");

        assertThat(Files.readString(vmx)).contains("\"web01-000001.vmdk\"");
        assertThat(CommandLineRun.of("snapshot", "delete-all", vmx).exitCode()).isZero();
        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01-000001.vmdk"));
    }

    @Test
    void theMachineWasRenamedByHand() throws Exception {
        scene.machine("thin", "delta", "delta");
        Files.move(scene.file("web01.vmx"), scene.file("new01.vmx"));

        scene.rescue("renamed");

        for (String disk : scene.disks()) {
            assertThat(scene.read(disk)).isEqualTo(scene.before(disk));
        }
        assertThat(scene.output()).contains("snapshot1  uid:1", "snapshot2  uid:2");
        assertThat(CommandLineRun.of("check", scene.file("new01.vmx")).exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "gone", "garbled"})
    void theSnapshotListIsLost(String how) throws Exception {
        scene.machine("thin", "seSparse", "seSparse");
        Path list = scene.file("web01.vmsd");
        switch (how) {
            case "empty" -> Files.write(list, new byte[0]);
            case "gone" -> Files.delete(list);
            default -> Files.write(list, Arrays.copyOf(Files.readAllBytes(list), 200));
        }

        scene.rescue("list");

        scene.assertAllIsBack();
        assertThat(CommandLineRun.of("snapshot", "list", scene.file("web01.vmx"))
                        .out())
                .contains("uid:1", "uid:2");
    }

    @ParameterizedTest
    @CsvSource({"thin,", "zeroedthick,", "2gbsparse,", "thin,delta", "thin,seSparse"})
    void aDescriptorIsLost(String format, String link) throws Exception {
        scene.machine(format, link == null ? new String[0] : new String[] {link});
        List<String> disks = scene.disks();
        Files.delete(scene.file(disks.get(disks.size() - 1)));

        scene.rescue("descriptor");

        scene.assertAllIsBack();
    }

    @Test
    void aDescriptorIsLostAndSoIsTheMachine() throws Exception {
        scene.machine("thin");
        Files.delete(scene.file("web01.vmx"));
        Files.delete(scene.file("web01.vmdk"));

        scene.rescue("descriptor-alone");

        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01.vmdk"));
        assertThat(scene.output()).containsPattern("the file has holes|whether it was thin can't be seen from here");
    }

    private void encryptSmallFiles() throws IOException {
        for (String name : scene.files()) {
            if (Files.size(scene.file(name)) < 64 << 10) {
                Files.write(scene.file(name), Arrays.copyOf(new byte[] {1, 2, 3, 4, -1, -2}, 4096));
                Files.move(scene.file(name), scene.file(name + ".locked"));
            }
        }
    }

    @Test
    void ransomwareTookTheSmallFiles() throws Exception {
        scene.machine("zeroedthick");
        encryptSmallFiles();

        scene.rescue("ransom");

        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01.vmdk"));
        assertThat(scene.read("saved.vmdk")).isEqualTo(scene.before("web01.vmdk"));
    }

    @Test
    void ransomwareTookTheSmallFilesOfAMachineWithSnapshots() throws Exception {
        scene.machine("zeroedthick", "delta", "delta");
        encryptSmallFiles();
        assertThat(scene.files().stream().filter(name -> !name.endsWith(".locked")))
                .containsExactly("web01-000001-delta.vmdk", "web01-000002-delta.vmdk", "web01-flat.vmdk");

        scene.rescue("ransom-snapshots");

        for (String disk : scene.disks()) {
            assertThat(scene.read(disk)).isEqualTo(scene.before(disk));
        }
        assertThat(scene.read("saved.vmdk")).isEqualTo(scene.before("web01-000002.vmdk"));
    }

    @Test
    void aParentWasRenamedOrMoved() throws Exception {
        scene.machine("thin", "delta");
        Path other = Files.createDirectory(temp.resolve("templates"));
        for (String name : List.of("web01.vmdk", "web01-flat.vmdk")) {
            Files.move(scene.file(name), other.resolve(scene.file(name).getFileName()));
        }

        scene.rescue("moved");

        assertThat(scene.read("web01-000001.vmdk")).isEqualTo(scene.before("web01-000001.vmdk"));
        assertThat(CommandLineRun.of("check", "--chain", scene.file("web01-000001.vmdk"))
                        .exitCode())
                .isZero();
    }

    @Test
    void aDiskWasCut() throws Exception {
        scene.machine("monolithicSparse");
        byte[] whole = scene.read("web01.vmdk");
        byte[] file = Files.readAllBytes(scene.file("web01.vmdk"));
        Files.write(scene.file("web01.vmdk"), Arrays.copyOf(file, file.length - 100_000));

        scene.rescue("damaged");

        byte[] saved = scene.read("saved.vmdk");
        List<long[]> lost = Files.readAllLines(scene.file("lost.map")).stream()
                .filter(line -> line.endsWith("  -"))
                .map(line -> line.split("  "))
                .map(words -> new long[] {Long.decode(words[0]), Long.decode(words[1])})
                .toList();
        assertThat(lost).isNotEmpty();
        for (long[] range : lost) {
            Arrays.fill(whole, (int) range[0], (int) (range[0] + range[1]), (byte) 0);
        }
        assertThat(saved).isEqualTo(whole).isNotEqualTo(new byte[saved.length]);
    }

    @Test
    void aMachineOfWhichADiskWasCut() throws Exception {
        scene.machine("monolithicSparse", "delta");
        byte[] file = Files.readAllBytes(scene.file("web01.vmdk"));
        Files.write(scene.file("web01.vmdk"), Arrays.copyOf(file, file.length - 150_000));

        scene.rescue("damaged-machine");

        byte[] whole = scene.before("web01-000001.vmdk");
        byte[] saved = scene.read("saved/web01.vmdk");
        int lost = 0;
        for (int at = 0; at < whole.length; at += 512) {
            lost += Arrays.equals(whole, at, at + 512, saved, at, at + 512) ? 0 : 512;
        }
        assertThat(lost).isBetween(1, 200_000);
        assertThat(Files.readString(scene.file("saved/web01.map"))).contains("  -\n");
    }

    @Test
    void anOvaWasCut() throws Exception {
        scene.machine("thin");
        scene.done("convert", "web01.vmdk", "web01-disk1.vmdk", "-O", "streamOptimized");
        Process tar = new ProcessBuilder(
                        "tar",
                        "cf",
                        scene.file("web01.ova").toString(),
                        scene.file("web01.vmx").getFileName().toString(),
                        scene.file("web01-disk1.vmdk").getFileName().toString())
                .directory(folder.toFile())
                .start();
        assumeTrue(tar.waitFor() == 0, "tar");
        byte[] ova = Files.readAllBytes(scene.file("web01.ova"));
        Files.write(scene.file("web01.ova"), Arrays.copyOf(ova, ova.length * 5 / 8));
        Files.delete(scene.file("web01-disk1.vmdk"));

        scene.rescue("ova");

        byte[] whole = scene.before("web01.vmdk");
        byte[] saved = scene.read("saved.vmdk");
        CommandLineRun again = CommandLineRun.of(
                "repair", "--json", "--salvage", scene.file("again.vmdk"), scene.file("web01-disk1.vmdk"));
        List<long[]> lost = Pattern.compile("\"start\": (\\d+),\\s+\"length\": (\\d+)")
                .matcher(again.out())
                .results()
                .map(range -> new long[] {Long.parseLong(range.group(1)), Long.parseLong(range.group(2))})
                .toList();
        assertThat(again.exitCode()).isEqualTo(ExitCodes.NO);
        assertThat(lost).isNotEmpty();
        for (long[] range : lost) {
            Arrays.fill(whole, (int) range[0], (int) (range[0] + range[1]), (byte) 0);
        }
        assertThat(saved).isEqualTo(whole).isNotEqualTo(new byte[saved.length]);
    }

    @Test
    void aBaseWasStartedAlthoughItHadChildren() throws Exception {
        scene.machine("thin", "delta");
        byte[] expected = scene.before("web01-000001.vmdk").clone();
        byte[] written = new byte[64 << 10];
        Arrays.fill(written, (byte) 'X');
        int own = 40 * written.length;
        int shared = 3 * written.length;
        try (FileChannel base = FileChannel.open(scene.file("web01-flat.vmdk"), StandardOpenOption.WRITE)) {
            base.write(ByteBuffer.wrap(written), own);
            base.write(ByteBuffer.wrap(written), shared);
        }
        scene.edit("web01.vmdk", "(?m)^CID=\\w+", "CID=12345678");
        scene.edit("web01.vmdk", "(?<long>ddb.longContentID = \"\\w{24})\\w{8}", "${long}12345678");
        byte[] started = scene.read("web01.vmdk");
        System.arraycopy(written, 0, expected, shared, written.length);

        scene.rescue("started-base");

        assertThat(scene.read("mixture.vmdk")).isEqualTo(expected);
        assertThat(scene.read("base.vmdk")).isEqualTo(started);
        assertThat(CommandLineRun.of("check", scene.file("web01.vmx")).exitCode())
                .isEqualTo(2);
    }

    @Test
    void aLinkIsLost() throws Exception {
        scene.machine("thin", "delta", "delta");
        Files.delete(scene.file("web01-000001.vmdk"));
        Files.delete(scene.file("web01-000001-delta.vmdk"));

        scene.rescue("link-lost");

        assertThat(scene.read("last-good.vmdk")).isEqualTo(scene.before("web01.vmdk"));
        byte[] all = scene.before("web01-000002.vmdk");
        byte[] pieces = scene.read("pieces.vmdk");
        for (int piece = 0; piece < pieces.length; piece += 64 << 10) {
            int end = piece + (64 << 10);
            boolean held = List.of(0, 13, 18, 40).contains(piece >> 16);
            assertThat(Arrays.copyOfRange(pieces, piece, end))
                    .as("piece " + (piece >> 16))
                    .isEqualTo(held ? Arrays.copyOfRange(all, piece, end) : new byte[64 << 10]);
        }
    }

    @Test
    void aMergeStoppedHalfWay() throws Exception {
        scene.machine("thin", "delta", "delta");
        VirtualMachine machine = VirtualMachine.open(folder, List.of(), Volume.system());
        Plan plan = new SnapshotPlanner(machine, Instant.now(), Set.of()).deleteAll(LinkSpace.KEEP);
        AtomicInteger steps = new AtomicInteger();
        Progress cut = new Progress() {
            @Override
            public void advance(long bytes) {
                steps.incrementAndGet();
            }

            @Override
            public boolean cancelled() {
                return steps.get() > 0;
            }
        };
        try {
            new PlanExecutor(Volume.system(), cut).execute(plan);
        } catch (OperationCancelledException e) {
            assertThat(scene.file(".vmdisk-journal")).exists();
        }
        assertThat(scene.file(".vmdisk-journal")).exists();

        scene.rescue("half-done");

        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01-000002.vmdk"));
        assertThat(scene.files()).containsExactly("web01-flat.vmdk", "web01.vmdk", "web01.vmsd", "web01.vmx");
    }

    @Test
    void linksWereLeftThatNoSnapshotNames() throws Exception {
        scene.machine("thin", "delta", "delta");
        scene.edit(
                "web01.vmsd",
                "(?s)^.*$",
                ".encoding = \"UTF-8\"\nsnapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n");
        Files.delete(scene.file("web01-Snapshot1.vmsn"));
        Files.delete(scene.file("web01-Snapshot2.vmsn"));

        scene.rescue("leftovers");

        assertThat(scene.read("web01.vmdk")).isEqualTo(scene.before("web01-000002.vmdk"));
    }

    @Test
    void aGrainDirectoryIsDamaged() throws Exception {
        scene.machine("monolithicSparse");
        byte[] bytes = Files.readAllBytes(scene.file("web01.vmdk"));
        int directory = (int) ByteBuffer.wrap(bytes)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getLong(56)
                * 512;
        Arrays.fill(bytes, directory, directory + 4, (byte) 0xfe);
        Files.write(scene.file("web01.vmdk"), bytes);

        scene.rescue("tables");

        scene.assertAllIsBack();
    }

    @Test
    void aSuspendedStateIsGone() throws Exception {
        scene.machine("thin");
        Files.writeString(
                scene.file("web01.vmx"),
                Files.readString(scene.file("web01.vmx")) + "checkpoint.vmState = \"web01-1a2b3c4d.vmss\"\n");

        scene.rescue("suspend");

        scene.assertAllIsBack();
    }

    /** The page shows what the commands draw; with {@code -Dvmdisk.pictures.update=true} it is made to. */
    private void requireOnPage(String drawn, String picture) throws IOException {
        Path shown = ProcessRun.ROOT.resolve(picture);
        if (Boolean.getBoolean("vmdisk.pictures.update")) {
            Files.copy(scene.file(drawn), shown, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(scene.onPage(Files.readString(scene.file(drawn))))
                .as("as in " + picture)
                .isEqualTo(Files.readString(shown));
    }

    @Test
    void aThinDiskGrewAndNeverShrank() throws Exception {
        scene.machine("monolithicSparse");
        try (VirtualDisk disk = VirtualDisk.open(scene.file("web01.vmdk"), OpenOptions.writable())) {
            disk.write(20 * (64 << 10), ByteBuffer.allocate(16 * (64 << 10)));
        }
        long grown = Files.size(scene.file("web01.vmdk"));

        scene.rescue("grew");

        assertThat(Files.size(scene.file("web01.vmdk"))).isLessThanOrEqualTo(grown - 16 * (64 << 10));
        requireOnPage("before.svg", "docs/rescue-before.svg");
        requireOnPage("after.svg", "docs/rescue-after.svg");
        scene.assertAllIsBack();
    }

    /** Where holes can't be punched, as by classes outside their jar, the refusal must come before anything is touched. */
    @Test
    void aStoreIsFull() throws Exception {
        Path store = Files.createDirectory(temp.resolve("store"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16m", "none", store.toString()).start();
        assumeTrue(mount.waitFor() == 0, "a small file system can be mounted");
        try {
            RescueScene full = new RescueScene(store, page);
            String[] links = new String[9];
            Arrays.fill(links, "delta");
            full.machine("monolithicSparse", links);
            try (var filler = Files.newOutputStream(store.resolve("filler"))) {
                while (Files.getFileStore(store).getUsableSpace() > FREE_BYTES) {
                    filler.write(new byte[4096]);
                }
            }
            CommandLineRun ordinary = CommandLineRun.of("snapshot", "delete-all", full.file("web01.vmx"));
            assertThat(ordinary.exitCode()).isEqualTo(ExitCodes.IO);
            assertThat(ordinary.err()).contains("are free");

            CommandLineRun asked = CommandLineRun.of("snapshot", "delete-all", "--dry-run", full.file("web01.vmx"));
            assertThat(asked.exitCode()).as("a dry run ends as the work would").isEqualTo(ordinary.exitCode());
            assertThat(asked.err()).contains("are free");
            assertThat(asked.out()).contains("about 1 s", "fold ");

            if (canPunch(store)) {
                full.rescue("full-store");
                assertThat(full.read("web01.vmdk")).isEqualTo(full.before("web01-000009.vmdk"));
                assertThat(full.files()).doesNotContain("web01-000001.vmdk");
            } else {
                CommandLineRun refused =
                        CommandLineRun.of("snapshot", "delete-all", "--low-space", full.file("web01.vmx"));
                assertThat(refused.exitCode()).isEqualTo(ExitCodes.IO);
                assertThat(refused.err()).contains("Java 22");
                assertThat(page.commands("full-store"))
                        .containsExactly("vmdisk snapshot delete-all --low-space web01.vmx");
                full.assertAllIsBack();
            }
        } finally {
            new ProcessBuilder("umount", store.toString()).start().waitFor();
        }
    }

    private static boolean canPunch(Path store) throws IOException {
        Path probe = Files.write(store.resolve("probe"), new byte[8192]);
        try (BlockFile file = Volume.system().open(probe, OpenMode.WRITE)) {
            return file.punch(0, 4096);
        } finally {
            Files.delete(probe);
        }
    }
}
