package io.vmdisk.cli.answer;

import io.vmdisk.cli.line.Failure;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.rescue.MachineSalvage;
import io.vmdisk.transfer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was saved of the disks of a machine, or would be.
 *
 * @param folder with the new disks
 * @param disks each disk, and what became of it
 * @param words how lists of what is lost begin
 * @param outcome whether it was done
 */
public record SalvagedMachine(Path folder, List<MachineSalvage.Disk> disks, String words, Outcome outcome)
        implements Result {
    /** Copies the list. */
    public SalvagedMachine {
        disks = List.copyOf(disks);
    }

    /** Where what is lost of a disk is mapped. */
    public static Path mapOf(MachineSalvage.Disk disk) {
        String name = String.valueOf(disk.made().getFileName());
        return disk.made().resolveSibling(name.substring(0, name.length() - ".vmdk".length()) + ".map");
    }

    /** Whether all of every disk was saved. */
    public boolean isWhole() {
        return disks.stream().allMatch(MachineSalvage.Disk::isWhole);
    }

    @Override
    public void print(TableView text) throws IOException {
        for (MachineSalvage.Disk disk : disks) {
            String line = disk.node() + " " + disk.disk() + ": ";
            IOException failure = disk.failure();
            SalvagedDisk saved = saved(disk);
            if (failure != null) {
                text.lines(line + "nothing is saved", Failure.of(failure, null).toLine(), Mood.BAD);
            } else if (saved == null) {
                text.line(line + "would be saved as " + disk.made());
            } else {
                text.line(line + "see " + mapOf(disk));
                saved.print(text);
            }
        }
    }

    private @Nullable SalvagedDisk saved(MachineSalvage.Disk disk) {
        Imported saved = disk.saved();
        return saved == null ? null : SalvagedDisk.of(disk.made(), saved, words);
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", folder.toAbsolutePath().toString());
        json.array("disks");
        for (MachineSalvage.Disk disk : disks) {
            json.object()
                    .field("node", disk.node())
                    .field("file", disk.disk())
                    .field("path", disk.made().toAbsolutePath().toString());
            SalvagedDisk saved = saved(disk);
            if (saved == null) {
                json.nothing("capacity").nothing("lost").nothing("doubts");
            } else {
                json.field("capacity", saved.capacity());
                saved.writeLost(json);
            }
            IOException failure = disk.failure();
            json.field(
                    "failure",
                    failure == null ? null : Failure.of(failure, null).toLine());
            json.endObject();
        }
        json.endArray();
    }
}
