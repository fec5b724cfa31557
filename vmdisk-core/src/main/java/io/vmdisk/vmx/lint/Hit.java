package io.vmdisk.vmx.lint;

/**
 * A place where a rule's condition holds.
 *
 * @param key the key, or empty for the whole file
 * @param line the line, if it is not that of the key's effective value; else 0
 * @param detail what was found there; empty to show the key's value
 */
record Hit(String key, int line, String detail) {
    static Hit at(String key) {
        return new Hit(key, 0, "");
    }

    static Hit at(String key, String detail) {
        return new Hit(key, 0, detail);
    }
}
