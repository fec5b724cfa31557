package io.vmdisk.extent.sesparse;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The journal of a file that was closed in order: old records, each with whole sectors of tables as they once were.
 *
 * <p>Their checksum is not known, so none are written. But they must go before anything else changes: whoever replayed
 * them later would put the old tables back.
 */
final class SeSparseJournal {
    private static final int CHUNK_BYTES = 32 << 10;

    private SeSparseJournal() {}

    /** Makes the journal durably empty; a journal that is empty already is not touched. */
    static void clear(SeSparseFile opened) throws IOException {
        BlockFile file = opened.file();
        SeSparseRegion journal = opened.layout().header().journal();
        if (isEmpty(file, journal) && hasHeader(opened)) {
            return;
        }
        ByteBuffer zeros = SeSparseBytes.zeros(CHUNK_BYTES);
        for (long at = 0; at < journal.sizeBytes(); at += CHUNK_BYTES) {
            file.writeFully(journal.offsetBytes() + at, zeros.slice(0, (int)
                    Math.min(CHUNK_BYTES, journal.sizeBytes() - at)));
        }
        file.writeFully(
                opened.layout().header().journalHeader().offsetBytes(),
                SeSparseJournalHeader.empty(opened.state().nextTransaction(), generation(opened))
                        .encode());
        file.force();
    }

    /** Whether the region holds nothing but zeros; what lies behind the file's end counts as zero. */
    static boolean isEmpty(BlockFile file, SeSparseRegion journal) throws IOException {
        long end = Math.min(journal.offsetBytes() + journal.sizeBytes(), file.size());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = journal.offsetBytes(); at < end; at += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
            file.readFully(at, chunk);
            if (!SeSparseBytes.isZero(chunk)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasHeader(SeSparseFile opened) throws IOException {
        try {
            header(opened);
            return true;
        } catch (MalformedFileException e) {
            return false;
        }
    }

    private static long generation(SeSparseFile opened) throws IOException {
        try {
            return header(opened).generation();
        } catch (MalformedFileException e) {
            return SeSparseJournalHeader.fresh().generation();
        }
    }

    /** Reads the journal's header. */
    static SeSparseJournalHeader header(SeSparseFile opened) throws IOException {
        long at = opened.layout().header().journalHeader().offsetBytes();
        ByteBuffer sectors = ByteBuffer.allocate(SeSparseJournalHeader.SIZE_BYTES);
        opened.file().readFully(at, sectors);
        return SeSparseJournalHeader.parse(sectors, opened.file().path(), at);
    }
}
