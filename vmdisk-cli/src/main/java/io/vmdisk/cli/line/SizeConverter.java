package io.vmdisk.cli.line;

/** {@link SizeReader} for picocli. */
public final class SizeConverter extends PicocliConverter<Long> {
    public SizeConverter() {
        super(new SizeReader());
    }
}
