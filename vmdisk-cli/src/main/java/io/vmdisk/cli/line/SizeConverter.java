package io.vmdisk.cli.line;

import io.vmdisk.cli.view.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes and offsets: {@code 512}, {@code 64k}, {@code 20G}, {@code 1.5T}, {@code 4096s}. */
public final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
