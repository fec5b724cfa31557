package io.vmdisk.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The clients of others: {@code nbdinfo}, {@code nbdcopy} and {@code nbdkit}, as judges of what we serve. */
public final class NbdTools {
    private static final class Found {
        static final boolean ALL =
                Command.present("nbdinfo") && Command.present("nbdcopy") && Command.present("nbdkit");
    }

    private NbdTools() {}

    /** Skips the test where the tools are not installed; fails it in CI. */
    public static void assumePresent() {
        Needs.require(Found.ALL, "nbdinfo, nbdcopy (package libnbd-bin) and nbdkit are not installed");
    }

    /** The address of an export on a Unix socket. */
    public static String uri(Path socket, String export) {
        return "nbd+unix:///" + export + "?socket=" + socket;
    }

    /** Runs a tool; any exit code but 0 fails the test. */
    public static String run(Object... words) throws IOException {
        return tryRun(words).outOrFail();
    }

    /** Runs a tool and leaves the judgement to the caller. */
    public static Command.Result tryRun(Object... words) throws IOException {
        assumePresent();
        List<String> command = new ArrayList<>();
        for (Object word : words) {
            command.add(word.toString());
        }
        return Command.run(null, command);
    }
}
