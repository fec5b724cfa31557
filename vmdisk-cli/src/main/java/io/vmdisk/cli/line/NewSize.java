package io.vmdisk.cli.line;

import io.vmdisk.LimitExceededException;
import io.vmdisk.cli.view.ByteSize;
import java.nio.file.Path;

/**
 * A size that a disk shall have, or how much larger or smaller it shall be.
 *
 * @param bytes not negative
 * @param kind what they are
 */
public record NewSize(long bytes, Kind kind) {
    /** What the number is. */
    public enum Kind {
        /** The size. */
        SIZE,
        /** What comes on top. */
        MORE,
        /** What goes. */
        LESS
    }

    /** The size for a disk that has another. */
    public long of(long capacity, Path disk) throws LimitExceededException {
        if (kind == Kind.LESS && bytes >= capacity) {
            throw new LimitExceededException(
                    "capacity", disk, "the disk has " + capacity + " bytes: " + bytes + " less leaves nothing");
        }
        if (kind == Kind.MORE && bytes > Long.MAX_VALUE - capacity) {
            throw new LimitExceededException("capacity", disk, "no disk can be so much larger");
        }
        return switch (kind) {
            case SIZE -> bytes;
            case MORE -> capacity + bytes;
            case LESS -> capacity - bytes;
        };
    }

    /** Reads a size with or without a sign. */
    public static final class Converter extends PicocliConverter<NewSize> {
        public Converter() {
            super(new Reader());
        }

        /** Does the work. */
        public static final class Reader implements WordReader<NewSize> {
            @Override
            public NewSize convert(String text) {
                Kind kind = text.startsWith("+") ? Kind.MORE : text.startsWith("-") ? Kind.LESS : Kind.SIZE;
                try {
                    return new NewSize(ByteSize.parse(kind == Kind.SIZE ? text : text.substring(1)), kind);
                } catch (IllegalArgumentException e) {
                    throw new WordException(e.getMessage());
                }
            }
        }
    }
}
