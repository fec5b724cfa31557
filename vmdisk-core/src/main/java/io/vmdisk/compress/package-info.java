/**
 * Deflate and inflate behind one pair of interfaces: {@code java.util.zip} everywhere, the system's libdeflate where the
 * JVM allows native calls. {@link io.vmdisk.compress.Compression} chooses; nobody else needs to know which one it is.
 */
@NullMarked
package io.vmdisk.compress;

import org.jspecify.annotations.NullMarked;
