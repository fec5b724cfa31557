package io.vmdisk.nbd;

import io.vmdisk.LimitExceededException;
import io.vmdisk.OutOfSpaceException;
import io.vmdisk.UnsupportedFeatureException;
import java.nio.channels.ClosedChannelException;

/** Why a request failed. */
enum NbdErrno {
    OK(0),
    NOT_PERMITTED(1),
    INPUT_OUTPUT(5),
    NO_MEMORY(12),
    INVALID(22),
    NO_SPACE(28),
    OVERFLOW(75),
    NOT_SUPPORTED(95),
    SHUTDOWN(108);

    private final int code;

    NbdErrno(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static NbdErrno of(Throwable failure) {
        if (failure instanceof OutOfSpaceException || failure instanceof LimitExceededException) {
            return NO_SPACE;
        }
        if (failure instanceof UnsupportedFeatureException) {
            return NOT_SUPPORTED;
        }
        if (failure instanceof ClosedChannelException) {
            return SHUTDOWN;
        }
        if (failure instanceof OutOfMemoryError) {
            return NO_MEMORY;
        }
        String text = String.valueOf(failure.getMessage());
        return text.contains("No space left") ? NO_SPACE : INPUT_OUTPUT;
    }
}
