package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.DiskInfo;
import io.vmdisk.cli.answer.LinkInfo;
import io.vmdisk.cli.answer.MapPicture;
import io.vmdisk.cli.answer.PictureFormat;
import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.TableView.Column;
import io.vmdisk.disk.VirtualDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One disk: its chain as a tree and as a table, and where its bytes lie. */
record DiskChapter(DiskFacts disk, int number, Look look) implements Chapter {
    @Override
    public String id() {
        return "disk-" + number;
    }

    @Override
    public String title() {
        return "Disk " + disk.title();
    }

    @Override
    public void write(Html html) throws IOException {
        DiskInfo info = disk.info().value().orElse(null);
        if (info == null) {
            html.element("p", "This disk can't be read: " + disk.info().problem(), "class", "verdict error");
        } else {
            String capacity = ByteSize.print(info.links().get(0).link().capacity());
            html.element("p", "A guest sees " + capacity + ". Health: " + info.health() + ".");
        }
        html.element("h3", "Chain");
        new ChainPicture(disk.tree()).write(html, "The chain of " + disk.title() + "; the table below says the same");
        links(html);
        if (info != null) {
            html.element("h3", "Where its bytes lie");
            picture(html);
        }
    }

    private void links(Html html) throws IOException {
        try (HtmlTable table = new HtmlTable(
                html,
                "Links of the chain, bases first",
                Column.left("File"),
                Column.left("Stands on"),
                Column.left("Format"),
                Column.right("Capacity"),
                Column.right("On disk"),
                Column.left("Whose"))) {
            for (ChainRows.Row row : ChainRows.of(disk.tree())) {
                ChainNode node = row.node();
                LinkInfo link = node.link();
                ChainNode parent = node.parent();
                table.row(
                        node.name(),
                        parent == null ? "nothing" : parent.name(),
                        link == null ? node.problem() : link.format(),
                        link == null ? "" : ByteSize.print(link.link().capacity()),
                        node.bytes() < 0 ? "unknown" : ByteSize.print(node.bytes()),
                        String.join(", ", node.states()));
            }
        }
    }

    /** Drawn anew for each disk, so that only one is in memory. */
    private void picture(Html html) throws IOException {
        Answer<byte[]> drawn = Answer.of(() -> {
            try (VirtualDisk open = disk.disk().open(look.opening())) {
                return PictureFormat.SVG.encode(MapPicture.of(open), disk.disk().path());
            }
        });
        if (drawn.value().isPresent()) {
            html.open("figure", "class", "map");
            html.ours(new String(drawn.value().get(), StandardCharsets.UTF_8));
            html.element("figcaption", "Each cell has the colour of the file that holds most of it.");
            html.close("figure");
        } else {
            html.element("p", "It can't be drawn: " + drawn.problem(), "class", "problem");
        }
    }
}
