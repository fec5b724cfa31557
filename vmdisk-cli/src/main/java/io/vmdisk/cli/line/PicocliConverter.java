package io.vmdisk.cli.line;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A reader of words as picocli wants one.
 *
 * @param <T> the value's type
 */
public abstract class PicocliConverter<T> implements ITypeConverter<T> {
    private final WordReader<T> reader;

    protected PicocliConverter(WordReader<T> reader) {
        this.reader = reader;
    }

    /** What does the work. */
    public final WordReader<T> reader() {
        return reader;
    }

    @Override
    public final T convert(String text) {
        try {
            return reader.convert(text);
        } catch (WordException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
