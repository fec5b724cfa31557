package io.vmdisk.cli.answer;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where {@code map --image} draws, and in which format. */
public record PictureFile(Path path, PictureFormat format) {
    /** Reads the option. */
    public static final class Converter implements ITypeConverter<PictureFile> {
        @Override
        public PictureFile convert(String text) {
            try {
                Path path = Path.of(text);
                return new PictureFile(path, PictureFormat.of(path));
            } catch (InvalidPathException e) {
                throw new TypeConversionException("no file can have the name '" + text + "'");
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
