package io.vmdisk.cli.line;

import java.io.IOException;

/** Standard output takes no more: {@code | head} has seen enough, or the disk behind it is full. */
final class OutputClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** Whether the reader has gone, as opposed to a real failure. */
    boolean readerLeft() {
        String message = getMessage();
        return message != null
                && (message.contains("Broken pipe")
                        || message.contains("pipe is being closed")
                        || message.contains("pipe has been ended"));
    }
}
