package io.vmdisk.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Patterns;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.VmxDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Folders of disks and machines, and the operations on them that faults from outside harm. */
final class FaultScenes {
    private static final int CAPACITY = 2 << 20;

    /** Where the header of a hosted disk says that it was not closed. */
    private static final int UNCLEAN_AT = 72;

    private final Path folder;
    private final Path bytes;

    /** What may be left of a disk that was written to. */
    enum Rule {
        /** All as before, or all as after. */
        WHOLE,
        /** Each sector as before or as after: a write that was not flushed. */
        BY_SECTORS
    }

    /**
     * A command, on a copy of a folder.
     *
     * @param pristine that folder
     * @param interrupted words of an operation that is to be interrupted there first; none for none
     * @param eighths how far, in eighths of its calls
     * @param words of the command, where {@code DIR} is the copy
     */
    record Operation(Path pristine, Rule rule, List<String> interrupted, int eighths, List<String> words) {
        /** The words for a copy. */
        static List<String> in(Path victim, List<String> words) {
            return words.stream()
                    .map(word -> word.replace("DIR", victim.toString()))
                    .toList();
        }

        /** Whether a disk is of a chain that the operation names, or is made by it. */
        boolean concerns(String disk) {
            return disk.startsWith("new")
                    || Stream.concat(interrupted.stream(), words.stream())
                            .anyMatch(word -> word.startsWith("DIR/" + disk.charAt(0)));
        }

        /** Whether a file of the folder has to be there: all of a machine's, and those of the disks it concerns. */
        boolean needs(Path file) {
            return Files.exists(pristine.resolve("web01.vmx")) || concerns(String.valueOf(file.getFileName()));
        }

        @Override
        public String toString() {
            String after = interrupted.isEmpty() ? "" : " after " + eighths + "/8 of " + String.join(" ", interrupted);
            return pristine.getFileName() + ": " + String.join(" ", words) + after;
        }
    }

    /** Makes its folders in a folder of the test's. */
    FaultScenes(Path folder) throws IOException {
        this.folder = folder;
        this.bytes = folder.resolve("bytes");
        Files.write(bytes, Patterns.random(99, 300_000));
    }

    /** Operations on disks. */
    List<Operation> onDisks() throws IOException {
        Path disks = Files.createDirectory(folder.resolve("disks"));
        chain(disks, "h", "monolithicSparse", "monolithicSparse", "monolithicSparse", "monolithicSparse");
        chain(disks, "s", "thin", "seSparse", "seSparse");
        chain(disks, "c", "thin", "vmfsSparse", "vmfsSparse");
        chain(disks, "z", "monolithicSparse");
        chain(disks, "p", "monolithicSparse", "monolithicSparse");
        chain(disks, "e", "2gbsparse");
        chain(disks, "f", "monolithicFlat");
        chain(disks, "t", "thin");
        chain(disks, "d", "twoGbMaxExtentFlat");
        must("convert", disks.resolve("e0.vmdk"), disks.resolve("k0.vmdk"), "-O", "stream", "-q");
        chain(disks, "u", "monolithicSparse");
        try (RandomAccessFile unclean =
                new RandomAccessFile(disks.resolve("u0.vmdk").toFile(), "rw")) {
            unclean.seek(UNCLEAN_AT);
            unclean.write(1);
        }
        List<Operation> all = new ArrayList<>();
        rebasesAndMerges(disks, all);
        changesInPlace(disks, all);
        newDisks(disks, all);
        answers(disks, all);
        for (int eighths : List.of(3, 5, 7)) {
            recoveries(disks, eighths, all);
        }
        return all;
    }

    private static void rebasesAndMerges(Path disks, List<Operation> all) {
        add(disks, all, "rebase", "DIR/h3.vmdk", "--onto", "DIR/h0.vmdk");
        add(disks, all, "rebase", "DIR/h3.vmdk", "--onto", "DIR/h1.vmdk");
        for (String disk : List.of("h3", "s2", "c2")) {
            add(disks, all, "rebase", "DIR/" + disk + ".vmdk", "--onto", "none");
            add(disks, all, "consolidate", "DIR/" + disk + ".vmdk");
            add(disks, all, "consolidate", "DIR/" + disk + ".vmdk", "--low-space");
            add(disks, all, "consolidate", "DIR/" + disk + ".vmdk", "--one");
        }
        add(disks, all, "rebase", "DIR/s2.vmdk", "--onto", "DIR/s0.vmdk");
        add(disks, all, "rebase", "DIR/c2.vmdk", "--onto", "DIR/c0.vmdk");
        add(disks, all, "consolidate", "DIR/h3.vmdk", "--into", "DIR/new.vmdk");
    }

    private void changesInPlace(Path disks, List<Operation> all) {
        for (String disk : List.of("h3", "s2", "c2", "z0", "e0", "f0", "t0", "d0")) {
            bySectors(disks, all, "write", "DIR/" + disk + ".vmdk", "--offset", "70000", "-i", bytes.toString());
            if (!disk.equals("f0") && !disk.equals("d0")) {
                bySectors(disks, all, "unmap", "DIR/" + disk + ".vmdk", "--range", "0:1M");
                bySectors(disks, all, "unmap", "DIR/" + disk + ".vmdk", "--range", "0:128k", "--compact");
            }
        }
        for (String disk : List.of("z0", "e0", "f0", "t0")) {
            bySectors(disks, all, "convert", "DIR/h3.vmdk", "DIR/" + disk + ".vmdk", "-n");
        }
        for (String disk : List.of("z0", "e0", "f0", "t0", "d0")) {
            add(disks, all, "resize", "DIR/" + disk + ".vmdk", "3M");
        }
        add(disks, all, "resize", "DIR/t0.vmdk", "1M", "--shrink");
        add(disks, all, "resize", "DIR/f0.vmdk", "1M", "--shrink");
        for (String disk : List.of("z0", "e0", "f0")) {
            add(disks, all, "rename", "DIR/" + disk + ".vmdk", "DIR/new.vmdk");
        }
        for (String disk : List.of("h3", "e0", "s2")) {
            add(disks, all, "remove", "DIR/" + disk + ".vmdk");
        }
        add(disks, all, "repair", "--tables", "DIR/u0.vmdk");
        for (String disk : List.of("h3", "p1")) {
            add(disks, all, "consolidate", "DIR/" + disk + ".vmdk", "--up");
        }
    }

    /** What is no disk: whole or not there, and the disks as they were. */
    private static void answers(Path disks, List<Operation> all) {
        add(disks, all, "hash", "DIR/h3.vmdk", "--tree", "--range", "0:1M", "-o", "DIR/new.part");
        add(disks, all, "hash", "DIR/h3.vmdk", "--manifest", "DIR/new.manifest");
        add(disks, all, "report", "DIR/h3.vmdk", "-o", "DIR/new.html");
        add(disks, all, "map", "DIR/h3.vmdk", "--image", "DIR/new.svg");
        add(disks, all, "convert", "DIR/h3.vmdk", "DIR/new.img", "-O", "raw", "--range", "0:1M");
    }

    private static void newDisks(Path disks, List<Operation> all) {
        for (String format : List.of(
                "monolithicSparse", "monolithicFlat", "2gbsparse", "twoGbMaxExtentFlat", "stream", "vmfs", "thin")) {
            add(disks, all, "convert", "DIR/h3.vmdk", "DIR/new.vmdk", "-O", format);
        }
        for (String format : List.of("raw", "qcow2", "vhdx", "vhd")) {
            add(disks, all, "convert", "DIR/s2.vmdk", "DIR/new." + format, "-O", format);
        }
        add(disks, all, "convert", "DIR/c2.vmdk", "DIR/new.vmdk", "-O", "thin");
        add(disks, all, "convert", "DIR/k0.vmdk", "DIR/new.vmdk", "-O", "monolithicSparse");
        add(disks, all, "convert", "DIR/h3.vmdk", "DIR/new.vmdk", "-O", "monolithicSparse", "-b", "DIR/h0.vmdk");
        add(disks, all, "repair", "--salvage", "DIR/new.vmdk", "DIR/h3.vmdk");
        for (String format : List.of(
                "monolithicSparse",
                "monolithicFlat",
                "2gbsparse",
                "twoGbMaxExtentFlat",
                "vmfsEagerZeroedThick",
                "thin")) {
            add(disks, all, "create", "DIR/new.vmdk", "2M", "-O", format);
        }
        add(disks, all, "create", "DIR/new.vmdk", "-O", "monolithicSparse", "-b", "DIR/h3.vmdk");
        add(disks, all, "create", "DIR/new.vmdk", "-O", "seSparse", "-b", "DIR/s0.vmdk");
        add(disks, all, "create", "DIR/new.vmdk", "-O", "vmfsSparse", "-b", "DIR/c0.vmdk");
        add(disks, all, "clone", "DIR/h3.vmdk", "DIR/new.vmdk");
        add(disks, all, "clone", "DIR/z0.vmdk", "DIR/new.vmdk", "--linked");
    }

    private static void recoveries(Path disks, int eighths, List<Operation> all) {
        recovery(disks, all, eighths, "rebase", "DIR/h3.vmdk", "--onto", "none");
        recovery(disks, all, eighths, "consolidate", "DIR/s2.vmdk");
        recovery(disks, all, eighths, "resize", "DIR/e0.vmdk", "3M");
        recovery(disks, all, eighths, "convert", "DIR/h3.vmdk", "DIR/new.vmdk", "-O", "2gbsparse");
    }

    /** Operations on machines. */
    List<Operation> onMachines() throws IOException {
        List<Operation> all = new ArrayList<>();
        Path hosted = machine("hosted", "monolithicSparse", "2gbsparse");
        Path esxi = machine("esxi", "thin", "vmfs");
        for (Path machine : List.of(hosted, esxi)) {
            add(machine, all, "snapshot", "create", "DIR", "new");
            add(machine, all, "snapshot", "delete", "DIR", "s1");
            add(machine, all, "snapshot", "delete", "DIR", "s2", "--low-space");
            add(machine, all, "snapshot", "delete-all", "DIR");
            add(machine, all, "snapshot", "revert", "DIR", "s1");
            add(machine, all, "clone", "DIR", "DIR/clone", "--name", "web02");
            add(machine, all, "clone", "DIR", "DIR/clone", "--name", "web02", "--linked", "s1");
            add(machine, all, "rename", "DIR", "web03");
        }
        add(hosted, all, "snapshot", "delete", "DIR", "s1", "--children");
        add(hosted, all, "snapshot", "revert", "DIR", "s2");
        add(hosted, all, "clone", "DIR", "DIR/clone", "--name", "web02", "--snapshot", "s1");
        add(hosted, all, "template", "DIR", "--keep-snapshots");
        add(hosted, all, "vmx", "set", "DIR", "memSize", "2048");
        add(hosted, all, "vmx", "upgrade", "DIR", "--hw", "19");
        for (int eighths : List.of(3, 6)) {
            recovery(hosted, all, eighths, "snapshot", "create", "DIR", "new");
            recovery(hosted, all, eighths, "snapshot", "delete-all", "DIR");
            recovery(esxi, all, eighths, "snapshot", "revert", "DIR", "s1");
            recovery(esxi, all, eighths, "clone", "DIR", "DIR/clone", "--name", "web02");
        }
        Path unlisted = machine("unlisted", "monolithicSparse", "2gbsparse");
        Files.delete(unlisted.resolve("web01.vmsd"));
        add(unlisted, all, "repair", "--vmsd", "DIR");
        add(unlisted, all, "consolidate", "DIR");
        Path moved = machine("moved", "monolithicSparse", "2gbsparse");
        for (String name : List.of("web01.vmx", "web01.vmsd")) {
            Path file = moved.resolve(name);
            Files.writeString(
                    file,
                    Files.readString(file).replaceAll("fileName = \"([ht])", "fileName = \"/vmfs/volumes/old/a/$1"));
        }
        add(moved, all, "repair", "DIR", "--paths", "--map", "/vmfs/volumes/old/a=DIR");
        return all;
    }

    /** A machine with two disks and two snapshots, and bytes of its own in each. */
    private Path machine(String name, String first, String second) throws IOException {
        Path machine = Files.createDirectory(folder.resolve(name));
        Files.writeString(machine.resolve("web01.vmx"), """
                .encoding = "UTF-8"
                config.version = "8"
                virtualHW.version = "17"
                displayName = "web01"
                guestOS = "other"
                scsi0.present = "TRUE"
                scsi0:0.present = "TRUE"
                scsi0:0.fileName = "h0.vmdk"
                scsi0:1.present = "TRUE"
                scsi0:1.fileName = "t0.vmdk"
                """);
        chain(machine, "h", first);
        chain(machine, "t", second);
        for (String snapshot : List.of("s1", "s2")) {
            must("snapshot", "create", machine, snapshot);
            VirtualMachine opened = VirtualMachine.open(machine, List.of(), Volume.system());
            for (VmxDisk disk : opened.configuration().devices().disks()) {
                must("write", machine.resolve(disk.file().toString()), "--offset", "4096", "-i", bytes);
            }
        }
        return machine;
    }

    /** A base and its deltas, each with bytes of its own. */
    private void chain(Path at, String name, String... formats) throws IOException {
        for (int i = 0; i < formats.length; i++) {
            Path disk = at.resolve(name + i + ".vmdk");
            List<Object> words = new ArrayList<>(List.of("create", disk, "-O", formats[i], "-q"));
            words.addAll(i == 0 ? List.of(CAPACITY) : List.of("-b", at.resolve(name + (i - 1) + ".vmdk")));
            must(words.toArray());
            Path own = folder.resolve("own");
            Files.write(own, Patterns.random(name.hashCode() + i, 150_000));
            must("write", disk, "--offset", 200_000 * i, "-i", own, "-q");
        }
    }

    private static void must(Object... words) {
        CommandLineRun run = CommandLineRun.of(words);
        assertThat(run.exitCode()).as(Arrays.toString(words) + run.err()).isZero();
    }

    private static void add(Path pristine, List<Operation> all, String... words) {
        all.add(new Operation(pristine, Rule.WHOLE, List.of(), 0, List.of(words)));
    }

    private static void bySectors(Path pristine, List<Operation> all, String... words) {
        all.add(new Operation(pristine, Rule.BY_SECTORS, List.of(), 0, List.of(words)));
    }

    private static void recovery(Path pristine, List<Operation> all, int eighths, String... interrupted) {
        all.add(new Operation(pristine, Rule.WHOLE, List.of(interrupted), eighths, List.of("recover", "DIR")));
    }
}
