package io.vmdisk.cli.line;

import io.vmdisk.remote.StoreAddress;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A VM of the command line: a {@code .vmx} or {@code .vmtx}, or a folder with exactly one.
 *
 * @param path as typed
 */
public record VmArgument(Path path) {
    /** The configuration it means. */
    public Path configuration() throws IOException {
        return VmFolder.configurationOf(path, Volume.system());
    }

    /** Reads the argument. */
    public static final class Converter implements ITypeConverter<VmArgument> {
        @Override
        public VmArgument convert(String text) {
            if (text.isEmpty()) {
                throw new TypeConversionException("a VM needs a name");
            }
            try {
                return new VmArgument(
                        StoreAddress.isOne(text) ? StoreAddress.parse(text).path() : Path.of(text));
            } catch (InvalidPathException e) {
                throw new TypeConversionException(DiskArgument.unsayable(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
