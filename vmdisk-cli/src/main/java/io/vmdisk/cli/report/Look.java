package io.vmdisk.cli.report;

import io.vmdisk.Progress;
import io.vmdisk.check.CheckOptions;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.storage.Volume;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * How a report looks.
 *
 * @param volume the files
 * @param search where else dependants and parts may lie
 * @param content whether all data is read
 * @param threads workers
 * @param now what ages are measured against
 * @param progress told of what is done; may stop it
 */
record Look(
        Volume volume, List<Path> search, CheckOptions.Content content, int threads, Instant now, Progress progress) {
    /** Copies the list. */
    Look {
        search = List.copyOf(search);
    }

    boolean readsData() {
        return content == CheckOptions.Content.DATA;
    }

    /** A disk as far as it can be read. */
    OpenOptions opening() {
        return OpenOptions.readOnly().withVolume(volume).withParents(OpenOptions.Parents.UP_TO_BREAK);
    }

    CheckOptions checking() {
        return CheckOptions.standard()
                .withThreads(threads)
                .withContent(content)
                .withOpening(OpenOptions.readOnly().withVolume(volume));
    }
}
