package io.vmdisk.cli.line;

import io.vmdisk.transfer.HoleSize;

/** {@link HoleSizeReader} for picocli. */
public final class HoleSizeConverter extends PicocliConverter<HoleSize> {
    public HoleSizeConverter() {
        super(new HoleSizeReader());
    }
}
