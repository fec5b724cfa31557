package io.vmdisk.cli.line;

import io.vmdisk.bulk.Pipeline;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many workers long work has. */
public final class ThreadOptions {
    private static final int MOST = 64;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Count.class,
            description = "Workers, 1 to 64; one for each processor if not given.")
    private @Nullable Integer threads;

    public int count() {
        return threads == null ? Pipeline.defaultThreads() : threads;
    }

    /** For arithmetic, which more processors always make quicker. */
    public int forArithmetic() {
        return threads == null ? Math.min(MOST, Runtime.getRuntime().availableProcessors()) : threads;
    }

    /** Reads the number. */
    static final class Count extends PicocliConverter<Integer> {
        Count() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<Integer> {
            @Override
            public Integer convert(String text) {
                if (text.matches("[1-9][0-9]?") && Integer.parseInt(text) <= MOST) {
                    return Integer.valueOf(text);
                }
                throw new WordException("'" + text + "' is not a number from 1 to " + MOST);
            }
        }
    }
}
