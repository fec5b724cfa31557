package io.vmdisk.vmx;

/**
 * A machine's processors.
 *
 * @param count virtual processors; 1 if not set
 * @param coresPerSocket cores of one virtual socket; 1 if not set
 * @param hotAdd whether processors may be added while the machine runs
 * @param hotRemove whether processors may be removed while the machine runs
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
    /** {@return the virtual sockets, rounded up if the cores do not fill the last one; 0 if a number makes no sense} */
    public long sockets() {
        return count <= 0 || coresPerSocket <= 0 ? 0 : (count - 1) / coresPerSocket + 1;
    }
}
