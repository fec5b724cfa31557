package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.cli.view.Printable;
import java.nio.file.Path;

/** A {@link MapPicture} that explains itself: title, scale, legend, and what each stretch is under the pointer. */
final class PicturePage {
    private static final int CELL = PictureFormat.CELL_PIXELS;
    private static final int WIDTH = MapPicture.COLUMNS * CELL;
    private static final int TOP = 40;
    private static final int LINE = 20;
    private static final int TEXT_LEFT = 24;
    private static final int BASELINE = 12;

    private final MapPicture picture;
    private final PictureWords words;
    private final StringBuilder svg = new StringBuilder();

    PicturePage(MapPicture picture, Path file) {
        this.picture = picture;
        this.words = PictureWords.of(picture, file);
    }

    String svg() {
        int scale = TOP + MapPicture.ROWS * CELL + LINE;
        int legend = scale + LINE;
        int height = legend + words.keys().size() * LINE;
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(WIDTH);
        svg.append("\" height=\"")
                .append(height)
                .append("\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(height);
        svg.append("\" role=\"img\" aria-label=\"")
                .append(escaped(words.title()))
                .append(", where its bytes lie\" fill=\"currentColor");
        svg.append("\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.append("<title>").append(escaped(words.title())).append("</title>\n");
        text(0, TOP - LINE, words.heading());
        cells();
        text(0, scale, words.scale());
        int line = legend;
        for (PictureWords.Key key : words.keys()) {
            key(line, key.colour(), key.meaning());
            line += LINE;
        }
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
