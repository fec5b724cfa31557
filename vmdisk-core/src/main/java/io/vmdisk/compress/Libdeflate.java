package io.vmdisk.compress;

import org.jspecify.annotations.Nullable;

/**
 * The system's libdeflate, about twice as fast as zlib: the Java 17 twin, which can't reach it.
 *
 * <p>On JDK 22 and later the class of the same name in the multi-release part of the jar takes this one's place; both
 * have the same methods.
 */
final class Libdeflate {
    private Libdeflate() {}

    /** Whether the library was found and may be called. */
    static boolean available() {
        return false;
    }

    /** A deflater of zlib's level 1 to 9, or null where the library can't be used. */
    static @Nullable GrainDeflater deflater(int level) {
        return null;
    }

    /** An inflater, or null where the library can't be used. */
    static @Nullable GrainInflater inflater() {
        return null;
    }

    // Named as the twin's: JDKs archive a class of a versioned folder only where the jar has one of that name outside
    // it.
    static final class Linked {}

    static final class Calls {}

    static final class State {}

    static final class FastDeflater {}

    static final class FastInflater {}
}
