package io.vmdisk.cli.answer;

import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where {@code map --image} draws, and in which format. */
public record PictureFile(Path path, PictureFormat format) {
    /** Reads the option. */
    public static final class Converter extends PicocliConverter<PictureFile> {
        public Converter() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<PictureFile> {
            @Override
            public PictureFile convert(String text) {
                try {
                    Path path = Path.of(text);
                    return new PictureFile(path, PictureFormat.of(path));
                } catch (InvalidPathException e) {
                    throw new WordException("no file can have the name '" + text + "'");
                } catch (IllegalArgumentException e) {
                    throw new WordException(e.getMessage());
                }
            }
        }
    }
}
