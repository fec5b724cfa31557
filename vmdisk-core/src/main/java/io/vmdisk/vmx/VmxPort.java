package io.vmdisk.vmx;

/**
 * A present serial or parallel port.
 *
 * @param kind serial or parallel
 * @param index its number, from 0
 * @param backing {@code file}, {@code device}, {@code pipe}, {@code network}, {@code thinprint}, in lower case; empty
 *     if absent
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

        /** {@return how its keys begin, such as {@code serial}} */
        public String prefix() {
            return prefix;
        }
    }

    /** {@return the prefix of its keys, such as {@code serial0}} */
    public String name() {
        return kind.prefix() + index;
    }
}
