package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Mood;
import io.vmdisk.guest.GuestFileSystem;
import io.vmdisk.space.DiskUnmap;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * What {@code unmap} gave back, or would.
 *
 * @param effect whether it was done
 * @param unmapped what the disk gave up
 * @param way what was done with the files afterwards
 * @param freed bytes that this took out of the files
 * @param before what the disk's files took in their file system
 * @param after the same afterwards
 */
public record UnmapResult(
        DiskUnmap.Effect effect, Unmapped unmapped, FileSpace.Way way, long freed, long before, long after)
        implements Result {
    /**
     * What a disk gave up.
     *
     * @param bytes of whole grains
     * @param guests the guest's partitions, if they were asked for
     */
    public record Unmapped(long bytes, List<DiskUnmap.GuestSpace> guests) {}

    @Override
    public void print(TableView text) throws IOException {
        for (DiskUnmap.GuestSpace space : unmapped.guests()) {
            text.line(
                    "partition " + space.partition().partition().number() + ": " + told(space),
                    space.partition().content() instanceof GuestFileSystem.Refused ? Mood.WARNING : Mood.GOOD);
        }
        if (effect == DiskUnmap.Effect.COUNT) {
            text.line(unmapped.bytes() + " bytes could be given back");
            if (way != FileSpace.Way.NONE) {
                text.line("the disk's files hold " + freed + " bytes that are free already and could be "
                        + (way == FileSpace.Way.PUNCH ? "punched" : "cut off"));
            }
        } else {
            String files = switch (way) {
                case NONE -> "";
                case PUNCH -> ", " + freed + " bytes punched";
                case COMPACT -> ", files smaller by " + freed + " bytes";
            };
            text.line(unmapped.bytes() + " bytes given back" + files + "; the disk's files took " + before
                    + " bytes, now " + after);
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
        json.field("bytes", unmapped.bytes())
                .field("way", way.name().toLowerCase(Locale.ROOT))
                .field("freed", freed)
                .field("allocatedBefore", before)
                .field("allocatedAfter", after)
                .field("returned", before - after);
        json.array("partitions");
        for (DiskUnmap.GuestSpace space : unmapped.guests()) {
            json.object()
                    .field("number", space.partition().partition().number())
                    .field("start", space.partition().partition().range().start())
                    .field("content", told(space))
                    .field("bytes", space.bytes())
                    .endObject();
        }
        json.endArray();
    }

    @Override
    public Outcome outcome() {
        if (effect == DiskUnmap.Effect.COUNT) {
            return Outcome.DRY_RUN;
        }
        return unmapped.bytes() == 0 && freed == 0 ? Outcome.NOTHING : Outcome.DONE;
    }
}
