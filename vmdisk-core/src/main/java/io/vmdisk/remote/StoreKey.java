package io.vmdisk.remote;

import java.nio.file.Path;

/**
 * An object of a store.
 *
 * @param name what the store calls it: parts with slashes between them, none at either end
 * @param path what messages call it
 * @since 0.1
 */
public record StoreKey(String name, Path path) {}
