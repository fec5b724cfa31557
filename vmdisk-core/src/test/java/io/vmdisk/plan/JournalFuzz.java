package io.vmdisk.plan;

import io.vmdisk.Progress;
import io.vmdisk.storage.FolderLock;
import io.vmdisk.testkit.ForgedJournal;
import io.vmdisk.testkit.FuzzTarget;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A journal that lies in a folder: recovery follows it or refuses it, and touches nothing outside the folder. */
public final class JournalFuzz implements FuzzTarget {
    private static final Path FOLDER = MemoryVolume.folder();
    private static final Path OUTSIDE = FOLDER.resolveSibling("outside");
    private static final byte[] KEPT = {1, 2, 3};

    @Override
    public List<byte[]> seeds() {
        String remove = ForgedJournal.lines(
                FOLDER, 0, 1, "step0.kind = \"remove\"", "step0.file = \"" + OUTSIDE.resolve("a.vmdk") + "\"");
        String rename = ForgedJournal.lines(
                FOLDER, 0, 1, "step0.kind = \"rename\"", "step0.from = \"a.vmdk\"", "step0.to = \"b.vmdk\"");
        return List.of(
                ForgedJournal.bytes(remove, "", ForgedJournal.mark("mark 1 committed 0 0")),
                ForgedJournal.bytes(rename, ForgedJournal.mark("mark 2 committed 1 0"), ""),
                ForgedJournal.bytes(rename, "", ""));
    }

    @Override
    public void run(byte[] input) throws IOException {
        MemoryVolume volume = new MemoryVolume();
        volume.createFolder(OUTSIDE);
        volume.put(OUTSIDE.resolve("a.vmdk"), KEPT);
        volume.put(FOLDER.resolve("a.vmdk"), KEPT);
        volume.put(FOLDER.resolve(FolderLock.JOURNAL), input);
        try {
            new Recovery(volume, Progress.NONE).recover(FOLDER);
        } finally {
            if (!java.util.Arrays.equals(volume.bytes(OUTSIDE.resolve("a.vmdk")), KEPT)) {
                throw new AssertionError("a file outside was changed");
            }
        }
    }
}
