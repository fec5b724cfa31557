package io.vmdisk;

/**
 * Follows long work and may stop it.
 *
 * <p>It is called from worker threads, possibly several at once, so implementations are thread-safe and quick. Work
 * stops between runs and leaves consistent files. Never interrupt a worker instead: that closes its file channel in the
 * middle of a flush. Only {@link #pace} may take its time.
 *
 * @since 0.1
 */
public interface Progress {
    /** Follows nothing and never cancels. */
    Progress NONE = new Progress() {};

    /**
     * A phase begins.
     *
     * @param task what is done, as shown to people: "copying web01.vmdk"
     * @param totalBytes the sum of all that {@link #advance} will report, or -1 if unknown
     */
    default void begin(String task, long totalBytes) {}

    /**
     * More of the phase is done.
     *
     * @param bytes how many more, not negative; written, skipped or checked
     */
    default void advance(long bytes) {}

    /**
     * A copy is about to write content. An implementation that limits the rate, as {@link RateLimit} does, waits here.
     * What is not written, such as holes and shared blocks, is not reported.
     *
     * @param bytes how many bytes are about to be written
     */
    default void pace(long bytes) {}

    /** {@return whether the work should stop at the next consistent point} */
    default boolean cancelled() {
        return false;
    }

    /**
     * Ends the work if {@link #cancelled()}.
     *
     * @param operation what is stopped, for the message
     * @throws OperationCancelledException if the work should stop
     */
    default void checkCancelled(String operation) throws OperationCancelledException {
        if (cancelled()) {
            throw new OperationCancelledException(operation);
        }
    }
}
