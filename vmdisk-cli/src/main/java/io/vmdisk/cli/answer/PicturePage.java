package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.Printable;
import java.nio.file.Path;
import java.util.List;

/** A {@link MapPicture} that explains itself: title, scale, legend, and what each stretch is under the pointer. */
final class PicturePage {
    private static final int CELL = PictureFormat.CELL_PIXELS;
    private static final int WIDTH = MapPicture.COLUMNS * CELL;
    private static final int TOP = 40;
    private static final int LINE = 20;
    private static final int TEXT_LEFT = 24;
    private static final int BASELINE = 12;

    private final MapPicture picture;
    private final String title;
    private final StringBuilder svg = new StringBuilder();

    PicturePage(MapPicture picture, Path file) {
        this.picture = picture;
        List<String> names = picture.names();
        this.title = names.isEmpty() ? String.valueOf(file.getFileName()) : names.get(0);
    }

    String svg() {
        int scale = TOP + MapPicture.ROWS * CELL + LINE;
        int legend = scale + LINE;
        int height = legend + (picture.names().size() + 2) * LINE;
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(WIDTH);
        svg.append("\" height=\"").append(height).append("\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.append("<title>").append(escaped(title)).append("</title>\n");
        text(0, TOP - LINE, title + ", " + ByteSize.print(picture.capacity()));
        cells();
        long cell = picture.capacity() / MapPicture.CELLS;
        text(
                0,
                scale,
                "A cell is " + (cell == 0 ? "less than a byte" : "about " + ByteSize.print(cell)) + ", a row "
                        + ByteSize.print(picture.start(1, 0)) + "; the disk runs from left to right, row by row.");
        int line = legend;
        for (int link = 0; link < picture.names().size(); link++) {
            key(
                    line,
                    MapPicture.colourOf(link),
                    picture.names().get(link) + ": data, " + ByteSize.print(picture.bytesOf(link)));
            line += LINE;
        }
        key(line, MapPicture.ZERO_COLOUR, "zeros that a file says so of");
        key(line + LINE, MapPicture.NOTHING_COLOUR, "never written");
        return svg.append("</svg>\n").toString();
    }

    private void cells() {
        svg.append("<g transform=\"translate(0,").append(TOP).append(")\" shape-rendering=\"crispEdges\">\n");
        for (int row = 0; row < MapPicture.ROWS; row++) {
            for (int column = 0; column < MapPicture.COLUMNS; ) {
                int end = endOfStretch(row, column);
                rect(column * CELL, row * CELL, (end - column) * CELL, CELL, picture.colour(row, column));
                long last = end == MapPicture.COLUMNS ? picture.start(row + 1, 0) : picture.start(row, end);
                long first = picture.start(row, column);
                svg.append("<title>at ")
                        .append(ByteSize.printExact(first))
                        .append(", ")
                        .append(ByteSize.print(last - first))
                        .append(": ")
                        .append(escaped(picture.meaning(row, column)))
                        .append("</title></rect>\n");
                column = end;
            }
        }
        svg.append("</g>\n");
    }

    private int endOfStretch(int row, int column) {
        int end = column + 1;
        while (end < MapPicture.COLUMNS && picture.link(row, end) == picture.link(row, column)) {
            end++;
        }
        return end;
    }

    private void key(int y, int colour, String meaning) {
        rect(0, y, BASELINE, BASELINE, colour);
        svg.append("</rect>\n");
        text(TEXT_LEFT, y + BASELINE, meaning);
    }

    /** Left open for a title. */
    private void rect(int x, int y, int width, int height, int colour) {
        svg.append("<rect x=\"")
                .append(x)
                .append("\" y=\"")
                .append(y)
                .append("\" width=\"")
                .append(width);
        svg.append("\" height=\"").append(height).append("\" fill=\"");
        svg.append(PictureFormat.name(colour)).append("\">");
    }

    private void text(int x, int y, String words) {
        svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\">");
        svg.append(escaped(words)).append("</text>\n");
    }

    /** Names are anybody's. */
    private static String escaped(String text) {
        return Printable.cell(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
