package io.vmdisk.remote;

import java.time.Instant;

/**
 * One version of an object.
 *
 * @param size bytes
 * @param modified when it was last written, as far as the store says
 * @param version equal for equal content as far as the store can tell; empty where it says nothing
 * @since 0.1
 */
public record StoredObject(long size, Instant modified, String version) {}
