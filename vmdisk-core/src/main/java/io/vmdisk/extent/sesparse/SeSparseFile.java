package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The headers of one SEsparse file, read and found sound.
 *
 * @param file the file; whoever made this keeps owning it
 * @param layout where everything lies
 * @param state the volatile header as read
 */
record SeSparseFile(BlockFile file, SeSparseLayout layout, SeSparseVolatileHeader state) {
    /** Reads the headers; a file cut inside its directory is refused here already. */
    static SeSparseFile read(BlockFile file) throws IOException {
        SeSparseLayout layout = layout(file);
        long stateAt = layout.header().volatileHeader().offsetBytes();
        ByteBuffer stateSector = ByteBuffer.allocate(SeSparseVolatileHeader.SIZE_BYTES);
        file.readFully(stateAt, stateSector);
        SeSparseVolatileHeader state = SeSparseVolatileHeader.parse(stateSector, file.path(), stateAt);
        SeSparseFile opened = new SeSparseFile(file, layout, state);
        opened.requireLength(layout.directoryEnd(), "its grain directory");
        return opened;
    }

    /** Where everything would lie, from the constant header alone; the rest of the file may be missing. */
    static SeSparseLayout layout(BlockFile file) throws IOException {
        ByteBuffer sector = ByteBuffer.allocate(SeSparseHeader.SIZE_BYTES);
        file.readFully(0, sector);
        return SeSparseLayout.of(SeSparseHeader.parse(sector, file.path()), file.path());
    }

    private void requireLength(long bytes, String what) throws IOException {
        if (file.size() < bytes) {
            throw new MalformedFileException(
                    "truncated",
                    file.path(),
                    file.size(),
                    "the file ends after " + file.size() + " bytes, " + what + " ends at " + bytes,
                    "copy the file again; what lay behind its end can't be rebuilt");
        }
    }

    /** Refuses a file whose tables are older than its journal. */
    void requireClean() throws UnsafeStateException {
        if (state.replayJournal() != 0) {
            throw new UnsafeStateException(
                    "journal",
                    file.path(),
                    "a machine is running on this disk or its host crashed: changes still stand in the journal",
                    Remedy.say(
                                    "shut the machine down, or power it on and off once on its host, then copy the file again;"
                                            + " if that host is gone, ")
                            .with(Kind.SALVAGE)
                            .and(" makes a new disk by the tables alone, in which the latest changes may be missing"));
        }
    }

    /** Refuses a file that can't be changed without risk. */
    void requireChangeable() throws IOException {
        requireClean();
        if (layout.header().hasUnknownBytes() || state.hasUnknownBytes()) {
            throw new UnsupportedFeatureException(
                    "sesparse-unknown-bytes",
                    file.path(),
                    "the headers hold bytes that no known version writes",
                    "convert the disk, which only reads it");
        }
        if (layout.header().journal().sizeSectors() > SeSparseLimits.MAX_JOURNAL_SECTORS) {
            throw new UnsupportedFeatureException(
                    "sesparse-journal-size",
                    file.path(),
                    "the journal has " + layout.header().journal().sizeSectors() + " sectors, up to "
                            + SeSparseLimits.MAX_JOURNAL_SECTORS + " are cleared before a change",
                    "convert the disk, which only reads it");
        }
        requireLength(layout.bitmapEnd(), "its free bitmap");
        requireLength(layout.backMapEnd(), "its back map");
        requireLength(layout.metadataBytes(), "its metadata");
    }
}
