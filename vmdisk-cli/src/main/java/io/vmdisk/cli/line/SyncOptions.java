package io.vmdisk.cli.line;

import io.vmdisk.storage.Sync;
import io.vmdisk.storage.Volume;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a new disk is durable. */
public final class SyncOptions {
    private static final String NOT_DURABLE =
            "with --sync none a power cut in the next minute can cost content of the new disk: 'sync' makes it durable";

    @Option(
            names = "--sync",
            paramLabel = "WHEN",
            converter = Converter.class,
            description = "When the new disk is durable: end, before it has its name, or none: sooner done, but after a"
                    + " power cut in the minute that follows it may lack content. end if not given.")
    private @Nullable Sync sync;

    /** Whether the line has it. */
    public boolean given() {
        return sync != null;
    }

    /** Where the new disk is made. */
    public Volume volume() {
        return (sync == null ? Sync.END : sync).on(Volume.system());
    }

    /** These notes about the work, and one of what is risked, which is printed too. */
    public List<String> notes(List<String> others, GlobalOptions global) {
        if (sync != Sync.NONE) {
            return others;
        }
        global.note(NOT_DURABLE);
        List<String> notes = new ArrayList<>(others);
        notes.add(NOT_DURABLE);
        return notes;
    }

    /** Reads it. */
    static final class Converter extends PicocliConverter<Sync> {
        Converter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<Sync> {
            @Override
            public Sync convert(String text) {
                return switch (text) {
                    case "end" -> Sync.END;
                    case "none" -> Sync.NONE;
                    default -> throw new WordException("'" + text + "' is neither end nor none");
                };
            }
        }
    }
}
