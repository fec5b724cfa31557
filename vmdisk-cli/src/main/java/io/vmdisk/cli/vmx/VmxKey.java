package io.vmdisk.cli.vmx;

import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.dictionary.Dictionary;

/**
 * A KEY of the command line.
 *
 * @param name the key
 */
record VmxKey(String name) {
    /** Reads the argument. */
    static final class Converter extends PicocliConverter<VmxKey> {
        Converter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<VmxKey> {
            @Override
            public VmxKey convert(String text) {
                if (!Dictionary.isLegalName(text)) {
                    throw new WordException(
                            "'" + text + "' can be no key: a key has no blank, tab, line end, '#' or '='");
                }
                return new VmxKey(text);
            }
        }
    }
}
