package io.vmdisk.cli;

import io.vmdisk.check.DiskUnmap;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.guest.GuestFileSystem;
import java.io.IOException;
import java.util.List;

/**
 * What {@code unmap} gave back, or would.
 *
 * @param disk the disk
 * @param effect whether it was done
 * @param bytes of grains given back
 * @param before what the disk's files took in their file system
 * @param after the same afterwards
 * @param guests the guest's partitions, if they were asked for
 */
record UnmapResult(
        String disk, DiskUnmap.Effect effect, long bytes, long before, long after, List<DiskUnmap.GuestSpace> guests)
        implements Result {
    @Override
    public void print(TableView text) throws IOException {
        for (DiskUnmap.GuestSpace space : guests) {
            text.line(
                    "partition " + space.partition().partition().number() + ": " + told(space),
                    space.partition().content() instanceof GuestFileSystem.Refused ? Mood.WARNING : Mood.GOOD);
        }
        if (effect == DiskUnmap.Effect.COUNT) {
            text.line(bytes + " bytes could be given back");
        } else {
            text.line(bytes + " bytes given back; the disk's files took " + before + " bytes, now " + after);
        }
    }

    private static String told(DiskUnmap.GuestSpace space) {
        GuestFileSystem content = space.partition().content();
        if (content instanceof GuestFileSystem.Handled handled) {
            return handled.facts().type() + ", " + handled.freeBytes() + " bytes free, " + space.bytes() + " held";
        }
        if (content instanceof GuestFileSystem.Refused refused) {
            return refused.type() + ", left alone: " + refused.reason().problem();
        }
        return content instanceof GuestFileSystem.NotHandled other ? other.what() + ", left alone" : "left alone";
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.object()
                .field("disk", disk)
                .field("done", effect == DiskUnmap.Effect.UNMAP)
                .field("bytes", bytes)
                .field("allocatedBefore", before)
                .field("allocatedAfter", after);
        json.array("partitions");
        for (DiskUnmap.GuestSpace space : guests) {
            json.object()
                    .field("number", space.partition().partition().number())
                    .field("start", space.partition().partition().range().start())
                    .field("content", told(space))
                    .field("bytes", space.bytes())
                    .endObject();
        }
        json.endArray().endObject();
    }
}
