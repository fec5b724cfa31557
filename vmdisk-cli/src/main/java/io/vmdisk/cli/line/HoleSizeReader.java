package io.vmdisk.cli.line;

import io.vmdisk.cli.view.ByteSize;
import io.vmdisk.transfer.HoleSize;

/** Reads how many zeros make a hole. */
public final class HoleSizeReader implements WordReader<HoleSize> {
    @Override
    public HoleSize convert(String text) {
        long bytes;
        try {
            bytes = ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw new WordException(e.getMessage());
        }
        if (!HoleSize.isValid(bytes)) {
            throw new WordException("'" + text + "' is neither 0 nor a power of two from 512 to " + HoleSize.MAX_BYTES);
        }
        return new HoleSize((int) bytes);
    }
}
