package io.vmdisk.cli.line;

import io.vmdisk.cli.view.ByteSize;

/** Reads sizes and offsets: {@code 512}, {@code 64k}, {@code 20G}, {@code 1.5T}, {@code 4096s}. */
public final class SizeReader implements WordReader<Long> {
    @Override
    public Long convert(String text) {
        try {
            return ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WordException(e.getMessage());
        }
    }
}
