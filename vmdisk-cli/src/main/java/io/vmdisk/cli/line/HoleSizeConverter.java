package io.vmdisk.cli.line;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.transfer.HoleSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how many zeros make a hole. */
public final class HoleSizeConverter implements ITypeConverter<HoleSize> {
    @Override
    public HoleSize convert(String text) {
        long bytes;
        try {
            bytes = ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        if (!HoleSize.isValid(bytes)) {
            throw new TypeConversionException(
                    "'" + text + "' is neither 0 nor a power of two from 512 to " + HoleSize.MAX_BYTES);
        }
        return new HoleSize((int) bytes);
    }
}
