package io.vmdisk.cli.line;

import io.vmdisk.cli.view.Outcome;
import io.vmdisk.disk.OpenOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of commands that change the files of a disk. */
public final class ChangingOptions {
    @Option(names = "--dry-run", description = "Say what would be done, after all checks; nothing is changed.")
    private boolean rehearsal;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: in-use (a lock of VMware beside the disk,"
                    + " or a machine that names it).")
    private List<WriteDanger> agreed = new ArrayList<>();

    /** What a writer may agree to. */
    public enum WriteDanger {
        /** Somebody may be using the disk. */
        IN_USE;

        @Override
        public String toString() {
            return "in-use";
        }
    }

    /** Whether nothing may change. */
    public boolean isRehearsal() {
        return rehearsal;
    }

    /** What becomes of a change. */
    public Outcome outcome() {
        return Outcome.of(isRehearsal());
    }

    /** Whether the user said that nobody uses the disk. */
    public boolean ignoresUse() {
        return agreed.contains(WriteDanger.IN_USE);
    }

    /** What the library is told. */
    public OpenOptions forWriting() {
        return writing(agreed);
    }

    /** The options of somebody who agreed to dangers. */
    public static OpenOptions writing(Collection<WriteDanger> agreed) {
        OpenOptions options = OpenOptions.writable();
        return agreed.contains(WriteDanger.IN_USE)
                ? options.withPermission(OpenOptions.Permission.WRITE_LOCKED)
                : options;
    }
}
