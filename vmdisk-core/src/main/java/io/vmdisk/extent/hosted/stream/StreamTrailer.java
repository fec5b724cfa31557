package io.vmdisk.extent.hosted.stream;

import io.vmdisk.Finding;
import io.vmdisk.extent.hosted.HostedLayout;
import java.io.IOException;

/** What follows the end of a stream: archives and copying leave zeros there, anything else is told. For one thread. */
record StreamTrailer(SequentialInput in, FindingLog log) {
    /** Reads at most so many sectors. */
    void check(long sectors) throws IOException {
        byte[] sector = new byte[HostedLayout.SECTOR];
        for (long i = 0; i < sectors; i++) {
            int got = in.read(sector, 0, sector.length);
            for (int k = 0; k < got; k++) {
                if (sector[k] != 0) {
                    log.add(
                            "trailing",
                            Finding.Severity.WARNING,
                            in.position() - got + k,
                            "data follows the end of the stream; it was not read",
                            "see whether files were joined by mistake");
                    return;
                }
            }
            if (got < sector.length) {
                return;
            }
        }
    }
}
