package io.vmdisk.cli.line;

import io.vmdisk.remote.StoreAddress;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VmFolder;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

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
    public static final class Converter extends PicocliConverter<VmArgument> {
        public Converter() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<VmArgument> {
            @Override
            public VmArgument convert(String text) {
                if (text.isEmpty()) {
                    throw new WordException("a VM needs a name");
                }
                try {
                    return new VmArgument(
                            StoreAddress.isOne(text) ? StoreAddress.parse(text).path() : Path.of(text));
                } catch (InvalidPathException e) {
                    throw new WordException(DiskArgument.unsayable(text));
                } catch (IllegalArgumentException e) {
                    throw new WordException(e.getMessage());
                }
            }
        }
    }
}
