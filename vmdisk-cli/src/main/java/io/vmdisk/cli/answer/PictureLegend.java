package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.JsonView;
import io.vmdisk.cli.view.Outcome;
import io.vmdisk.cli.view.Result;
import io.vmdisk.cli.view.TableView;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.disk.DiskLink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What the colours of a picture mean.
 *
 * @param file the picture
 * @param picture what it shows
 * @param links of the disk it shows, top first
 */
public record PictureLegend(Path file, MapPicture picture, List<DiskLink> links) implements Result {
    /** Copies the list. */
    public PictureLegend {
        links = List.copyOf(links);
    }

    @Override
    public void print(TableView text) throws IOException {
        text.fact("picture", file.toString());
        text.gap();
        try (TableView.Table table =
                text.table(Column.left("colour"), Column.right("link"), Column.left("file"), Column.right("shows"))) {
            for (int link = 0; link < links.size(); link++) {
                table.row(
                        PictureFormat.name(MapPicture.colourOf(link)),
                        Integer.toString(link),
                        Objects.toString(links.get(link).path().getFileName()),
                        ByteSize.print(picture.bytesOf(link)));
            }
        }
    }

    @Override
    public void write(JsonView json) throws IOException {
        json.field("path", file.toAbsolutePath().toString()).array("links");
        for (int link = 0; link < links.size(); link++) {
            json.object()
                    .field("depth", link)
                    .field("path", links.get(link).path().toString())
                    .field("colour", PictureFormat.name(MapPicture.colourOf(link)))
                    .field("bytes", picture.bytesOf(link))
                    .endObject();
        }
        json.endArray();
    }

    @Override
    public Outcome outcome() {
        return Outcome.DONE;
    }
}
