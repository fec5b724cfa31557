package io.vmdisk.cli.report;

import io.vmdisk.OperationCancelledException;
import io.vmdisk.cli.line.Failure;
import java.io.IOException;
import java.util.Optional;

/**
 * An answer, or why there is none: one broken part of a machine must not hide the others.
 *
 * @param value the answer; empty if there is none
 * @param problem why not, in one line; empty if there is one
 */
record Answer<T>(Optional<T> value, String problem) {
    /** Looks at something. */
    interface Question<T> {
        T ask() throws IOException;
    }

    static <T> Answer<T> of(Question<T> question) throws OperationCancelledException {
        try {
            return new Answer<>(Optional.of(question.ask()), "");
        } catch (OperationCancelledException e) {
            throw e;
        } catch (IOException e) {
            return new Answer<>(Optional.empty(), Failure.of(e, null).toLine());
        }
    }
}
