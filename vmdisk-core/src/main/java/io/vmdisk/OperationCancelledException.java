package io.vmdisk;

/**
 * The caller's {@link Progress} asked to stop; files are in the state the operation documents for a cancel.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class OperationCancelledException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /** @param operation what was stopped, for the message */
    public OperationCancelledException(String operation) {
        super("cancelled", null, -1, operation + " was cancelled", Remedy.NONE);
    }
}
