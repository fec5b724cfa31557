package io.vmdisk.cli.line;

import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.OpenOptions;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A DISK of the command line: {@code PATH} of a descriptor, a monolithic file or a bare extent, or {@code raw:PATH}.
 *
 * @param path the file
 * @param kind how to read it
 */
public record DiskArgument(Path path, Kind kind) {
    /** What a raw image's name begins with. */
    public static final String RAW_PREFIX = "raw:";

    /** How a file is read. */
    public enum Kind {
        /** As what it says it is. */
        VMDK,
        /** Byte for byte, whatever it looks like. */
        RAW
    }

    /** The disk and its parents, without opening extents. */
    public DiskChain chain(OpenOptions options) throws IOException {
        return kind == Kind.RAW ? DiskChain.ofRaw(path, options) : DiskChain.of(path, options);
    }

    /** As it was typed. */
    @Override
    public String toString() {
        return kind == Kind.RAW ? RAW_PREFIX + path : path.toString();
    }

    /**
     * Reads the argument.
     *
     * @throws IllegalArgumentException if no disk can have that name; the message is for the user
     */
    public static DiskArgument parse(String text) {
        boolean raw = text.startsWith(RAW_PREFIX);
        String name = raw ? text.substring(RAW_PREFIX.length()) : text;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a disk needs a name");
        }
        try {
            return new DiskArgument(Path.of(name), raw ? Kind.RAW : Kind.VMDK);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file can have the name '" + name + "'", e);
        }
    }

    /** Reads the argument for picocli. */
    public static final class Converter implements ITypeConverter<DiskArgument> {
        @Override
        public DiskArgument convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
