package io.vmdisk.cli.answer;

import io.vmdisk.cli.view.ByteSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a picture says of itself.
 *
 * @param title the disk
 * @param heading the same, and how large it is
 * @param scale how much a cell and a row are
 * @param keys what the colours mean
 */
record PictureWords(String title, String heading, String scale, List<Key> keys) {
    PictureWords {
        keys = List.copyOf(keys);
    }

    /**
     * A colour.
     *
     * @param colour {@code 0xRRGGBB}
     */
    record Key(int colour, String meaning) {}

    static PictureWords of(MapPicture picture, Path file) {
        List<String> names = picture.names();
        String title = names.isEmpty() ? String.valueOf(file.getFileName()) : names.get(0);
        long cell = picture.capacity() / MapPicture.CELLS;
        String scale = "A cell is " + (cell == 0 ? "less than a byte" : "about " + ByteSize.print(cell)) + ", a row "
                + ByteSize.print(picture.start(1, 0)) + "; rows follow one another from the top.";
        List<Key> keys = new ArrayList<>();
        for (int link = 0; link < names.size(); link++) {
            keys.add(new Key(
                    MapPicture.colourOf(link), names.get(link) + ": data, " + ByteSize.print(picture.bytesOf(link))));
        }
        keys.add(new Key(MapPicture.ZERO_COLOUR, "zeros, as a file says"));
        keys.add(new Key(MapPicture.NOTHING_COLOUR, "never written"));
        return new PictureWords(title, title + ", " + ByteSize.print(picture.capacity()), scale, keys);
    }
}
