package io.vmdisk.cli.disk;

import io.vmdisk.ByteRange;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.hash.HashAlgorithm;
import io.vmdisk.hash.TreeDigest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code hash} computed.
 *
 * @param target what was named
 * @param capacity bytes of the disk
 * @param range the bytes that were hashed
 * @param digests of all bytes of the range, in hex
 * @param treeRoot of the whole disk, or null if it was not asked for or only a part was hashed
 * @param fits whether it is what a manifest says; empty if there was none
 */
record Hashed(
        String target,
        long capacity,
        ByteRange range,
        Map<HashAlgorithm, String> digests,
        @Nullable String treeRoot,
        Optional<Boolean> fits)
        implements Result {
    @Override
    public void print(TableView text) throws IOException {
        if (range.length() != capacity) {
            text.fact("bytes", range.start() + " to " + range.end() + " of " + capacity);
        }
        for (Map.Entry<HashAlgorithm, String> digest : digests.entrySet()) {
            text.fact(digest.getKey().word(), digest.getValue());
        }
        if (treeRoot != null) {
            text.fact(TreeDigest.WORD, treeRoot);
        }
        if (fits.isPresent()) {
            text.line(
                    fits.get() ? "the disk is what the manifest says" : "the disk is not what the manifest says",
                    fits.get() ? Mood.GOOD : Mood.BAD);
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("capacity", capacity).field("start", range.start()).field("end", range.end());
        json.object("digests");
        for (Map.Entry<HashAlgorithm, String> digest : digests.entrySet()) {
            json.field(digest.getKey().word(), digest.getValue());
        }
        if (treeRoot != null) {
            json.field(TreeDigest.WORD, treeRoot);
        }
        json.endObject();
        if (fits.isPresent()) {
            json.field("fits", fits.get());
        }
    }
}
