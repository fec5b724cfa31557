package io.vmdisk.cli.line;

/** What was asked for makes no sense, which only the command itself can tell. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageException(String problem) {
        super(problem);
    }

    public UsageException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
