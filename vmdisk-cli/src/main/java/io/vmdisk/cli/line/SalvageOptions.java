package io.vmdisk.cli.line;

import io.vmdisk.disk.OpenOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reading what is left of a damaged disk. */
public final class SalvageOptions {
    @Option(
            names = "--salvage",
            description =
                    "Read all that can be read of a damaged disk: what is lost becomes zeros, is listed, and makes"
                            + " the exit code 1.")
    private boolean wanted;

    @Mixin
    private final LostOptions lost = new LostOptions();

    /** Whether it was asked for. */
    public boolean isWanted() {
        return wanted;
    }

    /** What becomes of what is lost. */
    public LostOptions lost() {
        return lost;
    }

    /** What is wrong with the options, or null. */
    public @Nullable String problem() {
        return wanted ? null : lost.problem();
    }

    /** What the library is told. */
    public OpenOptions over(OpenOptions options) {
        return wanted ? lost.over(options) : options;
    }
}
