package io.vmdisk.cli;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that read a disk: what to do where it can't be opened as it stands. */
final class OpeningOptions {
    @Option(
            names = "--parent",
            paramLabel = "PATH",
            description = "Use this parent in place of the one the disk names; its content ID is still checked.")
    private @Nullable Path parent;

    @Option(
            names = "--device",
            paramLabel = "PATH",
            description = "The device, or an image of it, behind a raw device mapping; never opened without this.")
    private @Nullable Path device;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: cid (a parent that changed),"
                    + " broken-chain (read the links above the break; the rest is zeros),"
                    + " outside-folder (extents in other folders).")
    private List<Danger> agreed = new ArrayList<>();

    /** What a reader may agree to. */
    enum Danger {
        /** A parent whose content ID is not the one its child remembers. */
        CID("cid"),
        /** Links whose parent is gone. */
        BROKEN_CHAIN("broken-chain"),
        /** Extents in other folders than their descriptor. */
        OUTSIDE_FOLDER("outside-folder");

        private final String word;

        Danger(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** What the library is told. */
    OpenOptions forReading() {
        OpenOptions options = OpenOptions.readOnly();
        if (parent != null) {
            options = options.withParent(parent);
        }
        if (device != null) {
            options = options.withDevice(device);
        }
        if (agreed.contains(Danger.OUTSIDE_FOLDER)) {
            options = options.withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        }
        if (agreed.contains(Danger.BROKEN_CHAIN)) {
            options = options.withParents(OpenOptions.Parents.UP_TO_BREAK);
        } else if (agreed.contains(Danger.CID)) {
            options = options.withParents(OpenOptions.Parents.IGNORE_CONTENT_ID);
        }
        return options;
    }

    /** Opens a disk for reading. */
    VirtualDisk open(DiskArgument disk) throws IOException {
        OpenOptions options = forReading();
        return VirtualDisk.open(disk.chain(options), options);
    }
}
