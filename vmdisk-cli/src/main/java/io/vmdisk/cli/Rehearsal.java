package io.vmdisk.cli;

import io.vmdisk.cli.line.Console;
import io.vmdisk.cli.line.NewFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs every command once in an empty folder, so that the JVM can record what they load; {@code vmdisk --archive}, which
 * an installation or a build calls, starts it there with its streams leading nowhere.
 *
 * <p>In scenes, each in a JVM of its own: the first, not recorded, makes the disks; each other one is a record. A JVM links
 * the whole of a record before it starts, so what only shows something must not wait for what copies or merges need: the launcher picks the scene by the command.
 */
public final class Rehearsal {
    private static final String VM_TEXT = """
            .encoding = "UTF-8"
            config.version = "8"
            virtualHW.version = "14"
            displayName = "play"
            guestOS = "other-64"
            memSize = "512"
            scsi0.present = "TRUE"
            scsi0.virtualDev = "lsilogic"
            scsi0:0.present = "TRUE"
            scsi0:0.fileName = "se.vmdk"
            """;

    /** A chain of the usual formats under a machine with a snapshot. */
    private static final List<String> SET = List.of(
            "create thin.vmdk 1M -O thin",
            "create sparse.vmdk -b thin.vmdk -O monolithicSparse",
            "create delta.vmdk -b sparse.vmdk -O vmfsSparse",
            "create se.vmdk -b delta.vmdk -O seSparse",
            "write se.vmdk --offset 512k -i play.vmx",
            "snapshot create play.vmx first");

    /** What the first look at an installation is for. */
    private static final List<String> LOOKS = List.of(
            "info thin.vmdk",
            "info sparse.vmdk",
            "info delta.vmdk",
            "info se.vmdk",
            "info --json se.vmdk",
            "info --quiet se.vmdk",
            "map thin.vmdk",
            "map sparse.vmdk",
            "map se.vmdk",
            "map --json se.vmdk",
            "info --help",
            "help",
            "--version");

    /** What is answered with an error; that is told to nobody here. */
    private static final List<String> WRONG = List.of("nosuch", "map", "map --no-such se.vmdk", "map se.vmdk se.vmdk");

    /** What scripts ask of a machine, with options of each kind. */
    private static final List<String> MACHINE = List.of(
            "info play.vmx",
            "info --json .",
            "files play.vmx",
            "check --threads 1 --progress none play.vmx",
            "check se.vmdk",
            "snapshot list play.vmx",
            "snapshot list --json play.vmx",
            "vmx get play.vmx memSize",
            "vmx list play.vmx",
            "vmx set play.vmx memSize 1024");

    /** A page about one, which asks all questions at once. */
    private static final List<String> PAGE = List.of("report play.vmx -o play.html");

    /** What is done to one, and what is asked more rarely. */
    private static final List<String> CHANGES = List.of(
            "check --json --chain se.vmdk",
            "repair play.vmx",
            "repair sparse.vmdk",
            "recover .",
            "snapshot create --dry-run play.vmx second",
            "snapshot revert --dry-run play.vmx first",
            "snapshot delete --dry-run play.vmx first",
            "snapshot delete-all --dry-run play.vmx",
            "consolidate --dry-run play.vmx",
            "vmx lint play.vmx",
            "vmx unset play.vmx nothing",
            "vmx upgrade --dry-run play.vmx --hw 15",
            "rename --dry-run play.vmx other",
            "snapshot create play.vmx second",
            "snapshot delete-all --quiet --yes play.vmx");

    /** All that longer commands need. */
    private static final List<String> COPIES = List.of(
            "clone -q play.vmx copy",
            "template copy",
            "read se.vmdk --length 4k -o part",
            "create new.vmdk 1M -O monolithicFlat",
            "convert --quiet --threads 2 se.vmdk copy.raw -O raw",
            "convert --quiet raw:copy.raw copy.vmdk -O monolithicSparse",
            "write copy.vmdk --offset 4k -i play.vmx",
            "convert --quiet copy.vmdk stream.vmdk -O streamOptimized",
            "convert --quiet stream.vmdk again.raw -O raw",
            "compare stream.vmdk raw:again.raw",
            "measure copy.vmdk -O monolithicSparse",
            "hash --threads 1 copy.vmdk",
            "splits copy.vmdk --target 64k",
            "unmap --zero copy.vmdk",
            "unmap --zero --compact copy.vmdk",
            "resize copy.vmdk 2M",
            "clone --quiet copy.vmdk clone.vmdk",
            "clone --quiet --linked copy.vmdk linked.vmdk",
            "rebase linked.vmdk --onto none",
            "rename clone.vmdk renamed.vmdk",
            "remove renamed.vmdk",
            "hardware --hw 14");

    private Rehearsal() {}

    /** Takes the word for the scene; files are made in the current folder, which should be empty for the first. */
    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "set" -> {
                NewFile.write(Path.of("play.vmx"), VM_TEXT.getBytes(StandardCharsets.UTF_8));
                play(SET);
            }
            case "look" -> look();
            case "machine" -> play(MACHINE);
            case "report" -> play(PAGE);
            // In this order: the copies still find the snapshot that the changes delete.
            case "copy" -> play(COPIES);
            case "change" -> play(CHANGES);
            case "all" -> {
                look();
                play(MACHINE);
                play(PAGE);
                play(COPIES);
                play(CHANGES);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void look() {
        play(LOOKS);
        for (String line : WRONG) {
            Main.run(Console.silent(), line.split(" "));
        }
    }

    private static void play(List<String> lines) {
        for (String line : lines) {
            Main.runInThisProcess(line.split(" "));
        }
    }
}
