package io.vmdisk.cli.answer;

import java.awt.image.BufferedImage;
import java.nio.file.Path;

/** A {@link MapPicture} in pixels; title, scale and legend stand below it. */
final class PixelPage {
    private static final int CELL = PictureFormat.CELL_PIXELS;
    private static final int WIDTH = MapPicture.COLUMNS * CELL;
    private static final int BOTTOM = MapPicture.ROWS * CELL;
    private static final int LINE = 24;
    private static final int LEFT = 4;
    private static final int MARK = 14;
    private static final int TEXT_LEFT = 28;
    private static final int PAPER = 0xFFFFFF;
    private static final int INK = 0x000000;

    private final MapPicture picture;
    private final PictureWords words;

    PixelPage(MapPicture picture, Path file) {
        this.picture = picture;
        this.words = PictureWords.of(picture, file);
    }

    BufferedImage draw() {
        int height = BOTTOM + (words.keys().size() + 2) * LINE + LEFT;
        BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, y < BOTTOM ? picture.colour(y / CELL, x / CELL) : PAPER);
            }
        }
        int y = BOTTOM + LEFT;
        PixelFont.draw(image, LEFT, y, words.heading(), INK);
        y += LINE;
        PixelFont.draw(image, LEFT, y, words.scale(), INK);
        for (PictureWords.Key key : words.keys()) {
            y += LINE;
            PixelFont.fill(image, LEFT, y, MARK, key.colour());
            PixelFont.draw(image, TEXT_LEFT, y, key.meaning(), INK);
        }
        return image;
    }
}
