package io.vmdisk.cli.line;

import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of commands that read a disk: what to do where it can't be opened as it stands. */
public final class OpeningOptions {
    @ArgGroup(validate = false)
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: cid (a parent that changed),"
                    + " broken-chain (read the links above the break; the rest is zeros),"
                    + " outside-folder (extents in other folders).")
    private List<ReadDanger> agreed = new ArrayList<>();

    /** What a reader may agree to. */
    public enum ReadDanger {
        /** A parent whose content ID is not the one its child remembers. */
        CID("cid"),
        /** Links whose parent is gone. */
        BROKEN_CHAIN("broken-chain"),
        /** Extents in other folders than their descriptor. */
        OUTSIDE_FOLDER("outside-folder");

        private final String word;

        ReadDanger(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** qemu-img's word for what is so anyway. */
    @Option(
            names = {"-U", "--force-share"},
            description = "Taken as qemu-img takes it; reading never asks for a lock of VMware's.")
    boolean shared;

    /** What the library is told. */
    public OpenOptions forReading() {
        return agreeing(source.forReading(), agreed);
    }

    /** The options of somebody who agreed to dangers. */
    public static OpenOptions agreeing(OpenOptions cautious, Collection<ReadDanger> agreed) {
        OpenOptions options = cautious;
        if (agreed.contains(ReadDanger.OUTSIDE_FOLDER)) {
            options = options.withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
        }
        if (agreed.contains(ReadDanger.BROKEN_CHAIN)) {
            options = options.withParents(OpenOptions.Parents.UP_TO_BREAK);
        } else if (agreed.contains(ReadDanger.CID)) {
            options = options.withParents(OpenOptions.Parents.IGNORE_CONTENT_ID);
        }
        return options;
    }

    /** For a disk that is copied: nobody may change it, or what is left of it, before that is done. */
    public OpenOptions forCopying(SalvageOptions salvage) {
        return salvage.over(forReading().withAccess(OpenOptions.Access.READ_STILL));
    }

    /** Opens a disk for reading. */
    public VirtualDisk open(DiskArgument disk) throws IOException {
        OpenOptions options = forReading();
        return disk.open(options);
    }
}
