package io.vmdisk;

/**
 * The caller's {@link Progress} asked to stop. The files are in the state that the operation documents for a cancel.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class OperationCancelledException extends VmdiskException {
    private static final long serialVersionUID = 1L;

    /**
     * The operation that was stopped.
     *
     * @param operation what was stopped, for the message: "copying"
     */
    public OperationCancelledException(String operation) {
        super("cancelled", null, -1, operation + " was cancelled", Remedy.NONE);
    }
}
