package io.vmdisk.cli.line;

import io.vmdisk.remote.StoreAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads the name of a file that is only read: a path, or the address of a file in a store. */
public final class PlaceReader implements WordReader<Path> {
    @Override
    public Path convert(String text) {
        try {
            return StoreAddress.isOne(text) ? StoreAddress.parse(text).path() : Path.of(text);
        } catch (InvalidPathException e) {
            throw new WordException(DiskArgument.unsayable(text));
        } catch (IllegalArgumentException e) {
            throw new WordException(e.getMessage());
        }
    }
}
