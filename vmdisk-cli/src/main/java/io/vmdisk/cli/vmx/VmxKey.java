package io.vmdisk.cli.vmx;

import io.vmdisk.dictionary.Dictionary;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A KEY of the command line.
 *
 * @param name the key
 */
record VmxKey(String name) {
    /** Reads the argument. */
    static final class Converter implements ITypeConverter<VmxKey> {
        @Override
        public VmxKey convert(String text) {
            if (!Dictionary.isLegalName(text)) {
                throw new TypeConversionException(
                        "'" + text + "' can be no key: a key has no blank, tab, line end, '#' or '='");
            }
            return new VmxKey(text);
        }
    }
}
