package io.vmdisk.extent.hosted;

import io.vmdisk.MalformedFileException;
import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.storage.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The last three sectors of a stream whose tables come last: footer marker, footer (a header with the true directory),
 * end-of-stream.
 */
final class StreamFooter {
    private static final int SECTOR = HostedLayout.SECTOR;

    /** Padding that archives and copy tools leave behind a stream. */
    private static final long MAX_TRAILING_BYTES = 1L << 20;

    private StreamFooter() {}

    /**
     * Finds the footer of a file whose header says that the directory comes last.
     *
     * @throws MalformedFileException if there is none: the stream was cut
     */
    static HostedHeader find(BlockFile file, HostedHeader header) throws IOException {
        long end = file.size() / SECTOR * SECTOR;
        long footerAt = end - 2 * SECTOR;
        ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        long stop = Math.max(SECTOR, footerAt - MAX_TRAILING_BYTES);
        for (long at = footerAt; at >= stop; at -= SECTOR) {
            sector.clear();
            file.readFully(at, sector);
            if (sector.getInt(0) == HostedHeader.MAGIC) {
                return checked(HostedHeader.parse(sector.flip(), file.path(), at), header, file, at);
            }
            if (at < footerAt && !isZero(sector)) {
                break;
            }
        }
        throw new MalformedFileException(
                "footer-missing",
                file.path(),
                Math.max(0, footerAt),
                "the stream has no footer: it was cut, or its writer did not finish",
                Remedy.say("copy it again; ")
                        .with(Kind.CONVERT)
                        .and(" from standard input reads it in sequence, ")
                        .with(Kind.SALVAGE)
                        .and(" saves what is there"));
    }

    private static HostedHeader checked(HostedHeader footer, HostedHeader header, BlockFile file, long at)
            throws MalformedFileException {
        if (footer.directorySector() == HostedHeader.DIRECTORY_AT_END) {
            throw new MalformedFileException(
                    "footer", file.path(), at, "the footer does not say where the grain directory is either");
        }
        if (footer.grainSectors() != header.grainSectors() || footer.flags() != header.flags()) {
            throw new MalformedFileException(
                    "footer", file.path(), at, "the footer contradicts the header in grain size or flags");
        }
        return footer;
    }

    static boolean isZero(ByteBuffer sector) {
        for (int i = 0; i < SECTOR; i += Long.BYTES) {
            if (sector.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
