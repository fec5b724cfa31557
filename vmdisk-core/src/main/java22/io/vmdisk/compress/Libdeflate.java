package io.vmdisk.compress;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The system's libdeflate, about twice as fast as zlib: the twin for JDK 22 and later.
 *
 * <p>Used only if the module was granted native access, so that no JVM ever prints a warning for it; whatever goes wrong
 * while looking for the library means "not available". Linked on first use, once. Bytes pass through native buffers
 * that an instance keeps: copying a grain costs microseconds, and a native call on heap arrays would hold up the
 * collector.
 *
 * <p>Windows is left out: its loader would also look in the current folder.
 */
final class Libdeflate {
    private static final int SUCCESS = 0;
    private static final List<String> NAMES = List.of(
            "libdeflate.so.0",
            "libdeflate.0.dylib",
            "/opt/homebrew/lib/libdeflate.0.dylib",
            "/usr/local/lib/libdeflate.0.dylib");

    private Libdeflate() {}

    /** Whether the library was found and may be called. */
    static boolean available() {
        return Linked.CALLS != null;
    }

    /** A deflater of level 1 to 9, or null where the library can't be used. */
    static @Nullable GrainDeflater deflater(int level) {
        Calls calls = Linked.CALLS;
        return calls == null ? null : FastDeflater.open(calls, level);
    }

    /** An inflater, or null where the library can't be used. */
    static @Nullable GrainInflater inflater() {
        Calls calls = Linked.CALLS;
        return calls == null ? null : FastInflater.open(calls);
    }

    private static final class Linked {
        static final @Nullable Calls CALLS = link();

        private static @Nullable Calls link() {
            try {
                if (!Libdeflate.class.getModule().isNativeAccessEnabled()
                        || System.getProperty("os.name", "").startsWith("Windows")) {
                    return null;
                }
                for (String name : NAMES) {
                    SymbolLookup library = find(name);
                    if (library != null) {
                        return Calls.of(library);
                    }
                }
                return null;
            } catch (RuntimeException | LinkageError e) {
                // No linker for this platform, a symbol that is not there, access refused: zlib does the work.
                return null;
            }
        }

        private static @Nullable SymbolLookup find(String name) {
            try {
                return SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    /** The functions of the library, as {@code libdeflate.h} declares them. */
    private record Calls(
            MethodHandle allocCompressor,
            MethodHandle compress,
            MethodHandle freeCompressor,
            MethodHandle allocDecompressor,
            MethodHandle decompress,
            MethodHandle decompressRaw,
            MethodHandle freeDecompressor) {
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;

        static Calls of(SymbolLookup library) {
            if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
                throw new UnsupportedOperationException("size_t is not 64 bits wide");
            }
            var address = ValueLayout.ADDRESS;
            var inflate = FunctionDescriptor.of(INT, address, address, SIZE, address, SIZE, address, address);
            return new Calls(
                    handle(library, "libdeflate_alloc_compressor", FunctionDescriptor.of(address, INT)),
                    handle(
                            library,
                            "libdeflate_zlib_compress",
                            FunctionDescriptor.of(SIZE, address, address, SIZE, address, SIZE)),
                    handle(library, "libdeflate_free_compressor", FunctionDescriptor.ofVoid(address)),
                    handle(library, "libdeflate_alloc_decompressor", FunctionDescriptor.of(address)),
                    handle(library, "libdeflate_zlib_decompress_ex", inflate),
                    handle(library, "libdeflate_deflate_decompress_ex", inflate),
                    handle(library, "libdeflate_free_decompressor", FunctionDescriptor.ofVoid(address)));
        }

        private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor descriptor) {
            MemorySegment symbol =
                    library.find(name).orElseThrow(() -> new UnsupportedOperationException("no symbol " + name));
            return Linker.nativeLinker().downcallHandle(symbol, descriptor);
        }
    }

    /** One (de)compressor of the library with its buffers; gone when closed. */
    private static final class State implements AutoCloseable {
        private final MethodHandle free;
        private final MemorySegment handle;
        /** The buffers; renewed when a larger grain comes by. */
        private Arena arena = Arena.ofShared();

        private MemorySegment in = MemorySegment.NULL;
        private MemorySegment out = MemorySegment.NULL;
        private boolean closed;

        State(MemorySegment handle, MethodHandle free) {
            this.handle = handle;
            this.free = free;
        }

        MemorySegment handle() {
            if (closed) {
                throw new IllegalStateException("the compressor or decompressor is closed");
            }
            return handle;
        }

        void reserve(long inBytes, long outBytes) {
            if (in.byteSize() < inBytes || out.byteSize() < outBytes) {
                long inRoom = Math.max(in.byteSize(), inBytes);
                long outRoom = Math.max(out.byteSize(), outBytes);
                in = MemorySegment.NULL;
                out = MemorySegment.NULL;
                arena.close();
                arena = Arena.ofShared();
                in = arena.allocate(inRoom);
                out = arena.allocate(outRoom);
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                arena.close();
                try {
                    free.invokeExact(handle);
                } catch (Throwable e) {
                    throw unexpected(e);
                }
            }
        }
    }

    private static final class FastDeflater implements GrainDeflater {
        private final Calls calls;
        private final State state;

        private FastDeflater(Calls calls, State state) {
            this.calls = calls;
            this.state = state;
        }

        static @Nullable GrainDeflater open(Calls calls, int level) {
            try {
                MemorySegment handle = (MemorySegment) calls.allocCompressor.invokeExact(level);
                return handle.address() == 0 ? null : new FastDeflater(calls, new State(handle, calls.freeCompressor));
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public int deflate(byte[] src, int off, int len, byte[] dst, int dstOff) {
            MemorySegment handle = state.handle();
            Objects.checkFromIndexSize(off, len, src.length);
            int bound = Compression.boundBytes(len);
            Objects.checkFromIndexSize(dstOff, bound, dst.length);
            state.reserve(len, bound);
            MemorySegment.copy(src, off, state.in, ValueLayout.JAVA_BYTE, 0, len);
            long written;
            try {
                written = (long) calls.compress.invokeExact(handle, state.in, (long) len, state.out, (long) bound);
            } catch (Throwable e) {
                throw unexpected(e);
            }
            if (written == 0) {
                throw new IllegalStateException("libdeflate passed its bound for " + len + " bytes");
            }
            MemorySegment.copy(state.out, ValueLayout.JAVA_BYTE, 0, dst, dstOff, (int) written);
            return (int) written;
        }

        @Override
        public void close() {
            state.close();
        }
    }

    private static final class FastInflater implements GrainInflater {
        private final Calls calls;
        private final State state;
        private final MemorySegment counts;
        private final Arena countsArena;
        /** Has the last word on what libdeflate refuses, so that nothing zlib reads is lost and errors have one text. */
        private final ZipInflater judge = new ZipInflater();

        private int consumed;

        private FastInflater(Calls calls, State state) {
            this.calls = calls;
            this.state = state;
            countsArena = Arena.ofShared();
            counts = countsArena.allocate(ValueLayout.JAVA_LONG, 2);
        }

        static @Nullable GrainInflater open(Calls calls) {
            try {
                MemorySegment handle = (MemorySegment) calls.allocDecompressor.invokeExact();
                return handle.address() == 0
                        ? null
                        : new FastInflater(calls, new State(handle, calls.freeDecompressor));
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public int inflate(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut)
                throws DataFormatException {
            int produced = run(calls.decompress, src, off, len, dst, dstOff, maxOut);
            if (produced < 0) {
                produced = judge.inflate(src, off, len, dst, dstOff, maxOut);
                consumed = judge.consumedBytes();
            }
            return produced;
        }

        @Override
        public int inflateRaw(byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut)
                throws DataFormatException {
            int produced = run(calls.decompressRaw, src, off, len, dst, dstOff, maxOut);
            if (produced < 0) {
                produced = judge.inflateRaw(src, off, len, dst, dstOff, maxOut);
                consumed = judge.consumedBytes();
            }
            return produced;
        }

        /** -1 if libdeflate refuses. */
        private int run(MethodHandle call, byte[] src, int off, int len, byte[] dst, int dstOff, int maxOut) {
            MemorySegment handle = state.handle();
            Objects.checkFromIndexSize(off, len, src.length);
            Objects.checkFromIndexSize(dstOff, maxOut, dst.length);
            state.reserve(len, maxOut);
            MemorySegment.copy(src, off, state.in, ValueLayout.JAVA_BYTE, 0, len);
            int result;
            try {
                result = (int) call.invokeExact(
                        handle,
                        state.in,
                        (long) len,
                        state.out,
                        (long) maxOut,
                        counts,
                        counts.asSlice(ValueLayout.JAVA_LONG.byteSize()));
            } catch (Throwable e) {
                throw unexpected(e);
            }
            if (result != SUCCESS) {
                return -1;
            }
            consumed = Math.toIntExact(counts.getAtIndex(ValueLayout.JAVA_LONG, 0));
            int produced = Math.toIntExact(counts.getAtIndex(ValueLayout.JAVA_LONG, 1));
            MemorySegment.copy(state.out, ValueLayout.JAVA_BYTE, 0, dst, dstOff, produced);
            return produced;
        }

        @Override
        public int consumedBytes() {
            return consumed;
        }

        @Override
        public void close() {
            state.close();
            judge.close();
            if (countsArena.scope().isAlive()) {
                countsArena.close();
            }
        }
    }

    /** A down-call declares {@link Throwable} and throws only what the JVM itself raises. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
