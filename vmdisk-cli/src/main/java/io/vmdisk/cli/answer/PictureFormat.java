package io.vmdisk.cli.answer;

import io.vmdisk.UnsupportedFeatureException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import javax.imageio.ImageIO;

/** How a {@link MapPicture} is written; the file's name says which. */
public enum PictureFormat {
    /** Text, with a legend; needs nothing. */
    SVG {
        @Override
        public byte[] encode(MapPicture picture, Path file) {
            return new PicturePage(picture, file).svg().getBytes(StandardCharsets.UTF_8);
        }
    },
    /** Pixels, with a legend; needs the module {@code java.desktop}, which small run-times leave out. */
    PNG {
        @Override
        public byte[] encode(MapPicture picture, Path file) throws IOException {
            if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
                throw new UnsupportedFeatureException(
                        "no-desktop",
                        file,
                        "this Java has no java.desktop, which writes PNG",
                        "name the picture .svg, or use a full JDK");
            }
            BufferedImage image = new PixelPage(picture, file).draw();
            // In memory: a cache file in the temporary folder would be one more thing to fail.
            ImageIO.setUseCache(false);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (!ImageIO.write(image, "png", bytes)) {
                throw new UnsupportedFeatureException(
                        "no-png", file, "this Java has no writer for PNG", "name the picture .svg");
            }
            return bytes.toByteArray();
        }
    };

    static final int CELL_PIXELS = 8;

    /** The whole file. */
    public abstract byte[] encode(MapPicture picture, Path file) throws IOException;

    /**
     * The format that a file's name asks for.
     *
     * @throws IllegalArgumentException if it asks for none; the message is for the user
     */
    static PictureFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (PictureFormat format : values()) {
            if (name.endsWith('.' + LibraryWords.key(format))) {
                return format;
            }
        }
        throw new IllegalArgumentException("a picture is named .svg or .png, not '" + file + "'");
    }

    /** {@code #RRGGBB}. */
    static String name(int colour) {
        return '#' + HexFormat.of().withUpperCase().toHexDigits(colour, 6);
    }
}
