package io.vmdisk.cli.line;

import io.vmdisk.BrokenChainException;
import io.vmdisk.LimitExceededException;
import io.vmdisk.MalformedFileException;
import io.vmdisk.OperationCancelledException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import picocli.CommandLine.ParameterException;

/** What a failure tells the shell: one table for most commands, one for {@code check}, which keeps qemu-img's codes. */
public enum ExitCodes {
    /** All commands but {@code check}. {@code compare} adds no failure of its own: 0 same, 1 differ, above 1 an error. */
    GENERAL {
        @Override
        public int of(Throwable failure) {
            return general(failure);
        }
    },
    /** 0 clean, 1 could not check, 2 corrupt, 3 leaks only. */
    CHECK {
        @Override
        public int of(Throwable failure) {
            int general = general(failure);
            return general == USAGE || general == CANCELLED || general == READER_LEFT ? general : NO;
        }
    };

    /** Done. */
    public static final int DONE = 0;
    /** Finished, and the answer is no. */
    public static final int NO = 1;
    /** The input is malformed or uses what is not supported. */
    public static final int INPUT = 3;
    /** Refused for safety. */
    public static final int REFUSED = 4;
    /** Input, output, or no space. */
    public static final int IO = 5;
    /** The command line is wrong. */
    public static final int USAGE = 64;
    /** A bug of vmdisk. */
    public static final int BUG = 70;
    /** Cancelled by the user. */
    public static final int CANCELLED = 130;
    /** The reader of standard output left, as a shell reports SIGPIPE. */
    public static final int READER_LEFT = 141;

    /** The exit code that follows from a failure. */
    public abstract int of(Throwable failure);

    /** The table of a command. */
    public static ExitCodes of(String command) {
        return "check".equals(command) ? CHECK : GENERAL;
    }

    private static int general(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return general(unchecked.getCause());
        }
        if (failure instanceof MalformedFileException
                || failure instanceof UnsupportedFeatureException
                || failure instanceof BrokenChainException
                || failure instanceof LimitExceededException
                || failure instanceof InvalidPathException) {
            return INPUT;
        }
        if (failure instanceof UnsafeStateException) {
            return REFUSED;
        }
        if (failure instanceof OperationCancelledException) {
            return CANCELLED;
        }
        if (failure instanceof OutputClosedException closed && closed.readerLeft()) {
            return READER_LEFT;
        }
        if (failure instanceof OutOfSpaceException || failure instanceof IOException) {
            return IO;
        }
        return failure instanceof UsageException || failure instanceof ParameterException ? USAGE : BUG;
    }
}
