package io.vmdisk.cli;

import io.vmdisk.cli.line.CancelSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** {@code serve} in this process, until the work of its clients is done. */
final class ServingRun {
    private ServingRun() {}

    /** What clients do. */
    interface Work {
        void run() throws IOException;
    }

    /** Serves on a socket while something is done, then presses ^C. */
    static CommandLineRun of(Path socket, Work work, Object... arguments) throws Exception {
        CancelSwitch cancel = new CancelSwitch();
        // Not in the common pool, which has a single thread on two cores: others need it meanwhile.
        FutureTask<CommandLineRun> running = new FutureTask<>(() -> CommandLineRun.cancelled(cancel, arguments));
        new Thread(running, "serve").start();
        try {
            while (!Files.exists(socket) && !running.isDone()) {
                Thread.onSpinWait();
            }
            if (!running.isDone()) {
                work.run();
            }
        } finally {
            cancel.finish();
            cancel.cancelAndWait();
        }
        return running.get(30, TimeUnit.SECONDS);
    }
}
