package io.vmdisk;

/**
 * Follows long work and may stop it.
 *
 * <p>Called from worker threads, possibly several at once: implementations are thread-safe and quick. Work stops between
 * runs, leaving consistent files; never interrupt a worker instead, since that closes its file channel in the middle of
 * a flush. Only {@link #pace} may take its time.
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
     * @param totalBytes how much {@link #advance} will report in sum, or -1 if unknown
     */
    default void begin(String task, long totalBytes) {}

    /** {@code bytes} more are done. */
    default void advance(long bytes) {}

    /**
     * {@code bytes} of content are about to be written by a copy: who keeps it to a rate, as {@link RateLimit} does, lets it
     * wait here. What is not written, such as holes and shared blocks, is not told.
     */
    default void pace(long bytes) {}

    /** Whether the work shall stop at the next consistent point. */
    default boolean cancelled() {
        return false;
    }

    /**
     * Ends the work if {@link #cancelled()}.
     *
     * @param operation what is stopped, for the message
     */
    default void checkCancelled(String operation) throws OperationCancelledException {
        if (cancelled()) {
            throw new OperationCancelledException(operation);
        }
    }
}
