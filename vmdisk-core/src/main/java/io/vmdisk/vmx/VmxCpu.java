package io.vmdisk.vmx;

/**
 * A machine's processors.
 *
 * @param count virtual processors
 * @param coresPerSocket cores of one virtual socket
 * @param hotAdd whether processors may be added while it runs
 * @param hotRemove whether they may be removed while it runs
 * @param affinity {@code all} or a list of host processors
 * @param latencySensitivity {@code normal} unless set
 * @since 0.1
 */
public record VmxCpu(
        long count,
        long coresPerSocket,
        boolean hotAdd,
        boolean hotRemove,
        String affinity,
        String latencySensitivity) {
    /** Virtual sockets, rounded up where the cores do not fill the last one. */
    public long sockets() {
        return count <= 0 || coresPerSocket <= 0 ? 0 : (count - 1) / coresPerSocket + 1;
    }
}
