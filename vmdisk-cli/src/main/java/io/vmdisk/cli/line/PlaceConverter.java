package io.vmdisk.cli.line;

import java.nio.file.Path;

/** {@link PlaceReader} for picocli. */
public final class PlaceConverter extends PicocliConverter<Path> {
    public PlaceConverter() {
        super(new PlaceReader());
    }
}
