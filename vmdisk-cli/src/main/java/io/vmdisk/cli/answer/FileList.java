package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.machine.model.FileOwner;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.util.List;

/**
 * What {@code files} says: every file of a machine's folder, and what it is for.
 *
 * @param files by name
 */
public record FileList(List<VmFile> files) implements Result {
    /** Copies the list. */
    public FileList {
        files = List.copyOf(files);
    }

    public static FileList of(VmFolder vm) {
        return new FileList(vm.files());
    }

    /** Those that nothing refers to. */
    List<VmFile> orphans() {
        return files.stream().filter(VmFile::orphan).toList();
    }

    /** The lengths of all. */
    long sizeBytes() {
        return sum(files);
    }

    private static long sum(List<VmFile> some) {
        long sum = 0;
        for (VmFile file : some) {
            // Lengths are claims of the file system; a sum past the end of long is shown as that end.
            sum = sum > Long.MAX_VALUE - file.sizeBytes() ? Long.MAX_VALUE : sum + file.sizeBytes();
        }
        return sum;
    }

    @Override
    public void print(TableView text) throws IOException {
        table(text);
        text.gap();
        text.fact("files", files.size() + ", " + ByteSize.print(sizeBytes()));
        List<VmFile> orphans = orphans();
        if (orphans.isEmpty()) {
            text.fact("orphans", "none", Mood.GOOD);
        } else {
            text.fact("orphans", orphans.size() + ", " + ByteSize.print(sum(orphans)), Mood.WARNING);
        }
    }

    /** The table alone, for other answers to hold. */
    void table(TableView text) throws IOException {
        try (TableView.Table table =
                text.table(Column.left("file"), Column.left("role"), Column.left("owner"), Column.right("size"))) {
            for (VmFile file : files) {
                table.row(
                        String.valueOf(file.path().getFileName()),
                        LibraryWords.text(file.role()),
                        owner(file.owner()),
                        ByteSize.print(file.sizeBytes()));
            }
        }
    }

    private static String owner(FileOwner owner) {
        String kind = owner.kind() == FileOwner.Kind.NOBODY ? "nobody (orphan)" : LibraryWords.text(owner.kind());
        return owner.name().isEmpty() ? kind : kind + " " + owner.name();
    }

    @Override
    public void write(JsonView json) throws IOException {
        array(json);
        json.field("totalSize", sizeBytes()).field("orphans", orphans().size());
    }

    /** The member {@code files} alone, for other answers to hold. */
    void array(JsonView json) throws IOException {
        json.array("files");
        for (VmFile file : files) {
            json.object()
                    .field("path", file.path().toString())
                    .field("role", LibraryWords.key(file.role()))
                    .field("owner", LibraryWords.key(file.owner().kind()))
                    .field(
                            "ownerName",
                            file.owner().name().isEmpty() ? null : file.owner().name())
                    .field("size", file.sizeBytes())
                    .field("modified", file.modified().toString())
                    .field("orphan", file.orphan())
                    .endObject();
        }
        json.endArray();
    }
}
