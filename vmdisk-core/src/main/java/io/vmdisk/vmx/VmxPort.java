package io.vmdisk.vmx;

/**
 * A present serial or parallel port.
 *
 * @param kind which of both
 * @param index its number
 * @param backing {@code file}, {@code device}, {@code pipe}, {@code network}, {@code thinprint}; empty if absent
 * @param target the value of {@code fileName}
 * @param connected whether it is connected at power-on
 * @since 0.1
 */
public record VmxPort(Kind kind, int index, String backing, FileReference target, boolean connected) {
    /** Kinds of ports. */
    public enum Kind {
        /** A serial port. */
        SERIAL("serial"),
        /** A parallel port. */
        PARALLEL("parallel");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /** How keys begin. */
        public String prefix() {
            return prefix;
        }
    }

    /** The key prefix: {@code serial0}. */
    public String name() {
        return kind.prefix() + index;
    }
}
