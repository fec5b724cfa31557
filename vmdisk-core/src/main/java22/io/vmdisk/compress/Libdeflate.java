package io.vmdisk.compress;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The system's libdeflate, about twice as fast as zlib: the twin for JDK 22 and later.
 *
 * <p>Used only if the module was granted native access, so that no JVM ever prints a warning for it; whatever goes wrong
 * while looking for the library means "not available". Linked on first use, once. Bytes of the heap pass through native
 * buffers that an instance keeps: copying a grain costs microseconds, and a native call on heap arrays would hold up the
 * collector. A closed instance calls nothing, whatever thread asks.
 *
 * <p>Windows is left out: its loader would also look in the current folder.
 */
final class Libdeflate {
    private static final int SUCCESS = 0;
    /** Above it another algorithm takes several times as long for one percent. */
    private static final int MAX_LEVEL = 9;

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

    /** A deflater of zlib's level 1 to 9, or null where the library can't be used. */
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
                        return new Calls(library);
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

    /**
     * The functions of the library, as {@code libdeflate.h} declares them, all called through one handle: linking one takes
     * ten milliseconds and more. It passes seven numbers, of which a function takes the first ones, since in the calling
     * conventions of the 64-bit systems here the caller alone puts arguments away. Those that are a buffer in the library are
     * segments, which the call keeps alive: somebody else's buffer may belong to an arena that another thread closes. All
     * other addresses are numbers, so that no accessor of segments has to be linked.
     */
    private static final class Calls {
        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
        private static final AddressLayout BUFFER = ValueLayout.ADDRESS;

        private final MethodHandle call;
        private final MemorySegment allocCompressor;
        private final MemorySegment compress;
        private final MemorySegment freeCompressor;
        private final MemorySegment allocDecompressor;
        private final MemorySegment decompress;
        private final MemorySegment decompressRaw;
        private final MemorySegment freeDecompressor;

        Calls(SymbolLookup library) {
            if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
                throw new UnsupportedOperationException("size_t is not 64 bits wide");
            }
            allocCompressor = symbol(library, "libdeflate_alloc_compressor");
            compress = symbol(library, "libdeflate_zlib_compress");
            freeCompressor = symbol(library, "libdeflate_free_compressor");
            allocDecompressor = symbol(library, "libdeflate_alloc_decompressor");
            decompress = symbol(library, "libdeflate_zlib_decompress_ex");
            decompressRaw = symbol(library, "libdeflate_deflate_decompress_ex");
            freeDecompressor = symbol(library, "libdeflate_free_decompressor");
            call = Linker.nativeLinker()
                    .downcallHandle(FunctionDescriptor.of(LONG, LONG, BUFFER, LONG, BUFFER, LONG, LONG, LONG));
        }

        private static MemorySegment symbol(SymbolLookup library, String name) {
            return library.find(name).orElseThrow(() -> new UnsupportedOperationException("no symbol " + name));
        }

        /** What a function returns; if that is an int, the upper half is anything, and if it is nothing, all of it. */
        private long call(
                MemorySegment function, long a, MemorySegment b, long c, MemorySegment d, long e, long f, long g) {
            try {
                return (long) call.invokeExact(function, a, b, c, d, e, f, g);
            } catch (Throwable thrown) {
                throw unexpected(thrown);
            }
        }

        private long call(MemorySegment function, long a) {
            return call(function, a, MemorySegment.NULL, 0, MemorySegment.NULL, 0, 0, 0);
        }

        /** Its address, or 0. */
        long newCompressor(int level) {
            return call(allocCompressor, level);
        }

        /** Its address, or 0. */
        long newDecompressor() {
            return call(allocDecompressor, 0);
        }

        /** Bytes written, or 0 if there is no room. */
        long compress(long compressor, MemorySegment in, long length, MemorySegment out, long room) {
            return call(compress, compressor, in, length, out, room, 0, 0);
        }

        /**
         * What it says of the outcome.
         *
         * @param in native, as is {@code out}
         * @param counts takes the bytes that were read and those that were written, 64 bits each
         */
        int decompress(
                MemorySegment function,
                long decompressor,
                MemorySegment in,
                long length,
                MemorySegment out,
                long room,
                ByteBuffer counts) {
            long address = MemorySegment.ofBuffer(counts).address();
            int result = (int) call(function, decompressor, in, length, out, room, address, address + Long.BYTES);
            Reference.reachabilityFence(counts);
            return result;
        }

        void free(MemorySegment function, long which) {
            call(function, which);
        }
    }

    /** One (de)compressor of the library with its buffers; gone when closed. */
    private static final class State implements AutoCloseable {
        private final Calls calls;
        private final MemorySegment free;
        private final long handle;
        /** The buffers; renewed when a larger grain comes by. */
        private Arena arena = Arena.ofShared();

        private MemorySegment in = MemorySegment.NULL;
        private MemorySegment out = MemorySegment.NULL;
        private boolean closed;

        State(Calls calls, long handle, MemorySegment free) {
            this.calls = calls;
            this.handle = handle;
            this.free = free;
        }

        long handle() {
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
                calls.free(free, handle);
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

        /** One level above zlib's: of the same one its streams are up to a percent larger for texts of few words. */
        static @Nullable GrainDeflater open(Calls calls, int level) {
            long handle = calls.newCompressor(Math.min(level + 1, MAX_LEVEL));
            return handle == 0 ? null : new FastDeflater(calls, new State(calls, handle, calls.freeCompressor));
        }

        @Override
        public synchronized int deflate(byte[] src, int off, int len, byte[] dst, int dstOff) {
            long handle = state.handle();
            Objects.checkFromIndexSize(off, len, src.length);
            int bound = Compression.boundBytes(len);
            Objects.checkFromIndexSize(dstOff, bound, dst.length);
            state.reserve(len, bound);
            MemorySegment.copy(src, off, state.in, ValueLayout.JAVA_BYTE, 0, len);
            long written = calls.compress(handle, state.in, len, state.out, bound);
            if (written == 0) {
                throw new IllegalStateException("libdeflate passed its bound for " + len + " bytes");
            }
            MemorySegment.copy(state.out, ValueLayout.JAVA_BYTE, 0, dst, dstOff, (int) written);
            return (int) written;
        }

        @Override
        public synchronized void close() {
            state.close();
        }
    }

    private static final class FastInflater implements GrainInflater {
        private final Calls calls;
        private final State state;
        private final ByteBuffer counts =
                ByteBuffer.allocateDirect(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        /** Has the last word on what libdeflate refuses, so that nothing zlib reads is lost and errors have one text. */
        private final ZipInflater judge = new ZipInflater();

        private int consumed;

        private FastInflater(Calls calls, State state) {
            this.calls = calls;
            this.state = state;
        }

        static @Nullable GrainInflater open(Calls calls) {
            long handle = calls.newDecompressor();
            return handle == 0 ? null : new FastInflater(calls, new State(calls, handle, calls.freeDecompressor));
        }

        @Override
        public synchronized int inflate(ByteBuffer src, ByteBuffer dst) throws DataFormatException {
            int produced = run(calls.decompress, src, dst);
            if (produced < 0) {
                produced = judge.inflate(src, dst);
                consumed = judge.consumedBytes();
            }
            return produced;
        }

        @Override
        public synchronized int inflateRaw(ByteBuffer src, ByteBuffer dst) throws DataFormatException {
            int produced = run(calls.decompressRaw, src, dst);
            if (produced < 0) {
                produced = judge.inflateRaw(src, dst);
                consumed = judge.consumedBytes();
            }
            return produced;
        }

        /** -1 if libdeflate refuses. */
        private int run(MemorySegment function, ByteBuffer src, ByteBuffer dst) {
            long handle = state.handle();
            int length = src.remaining();
            int room = dst.remaining();
            if (dst.isReadOnly()) {
                throw new ReadOnlyBufferException();
            }
            state.reserve(src.isDirect() ? 0 : length, dst.isDirect() ? 0 : room);
            MemorySegment in = MemorySegment.ofBuffer(src);
            MemorySegment out = MemorySegment.ofBuffer(dst);
            if (!in.isNative()) {
                MemorySegment.copy(in, 0, state.in, 0, length);
                in = state.in;
            }
            MemorySegment to = out.isNative() ? out : state.out;
            int result = calls.decompress(function, handle, in, length, to, room, counts);
            Reference.reachabilityFence(src);
            Reference.reachabilityFence(dst);
            if (result != SUCCESS) {
                return -1;
            }
            consumed = Math.toIntExact(counts.getLong(0));
            int produced = Math.toIntExact(counts.getLong(Long.BYTES));
            if (!out.isNative()) {
                MemorySegment.copy(state.out, 0, out, 0, produced);
            }
            return produced;
        }

        @Override
        public int consumedBytes() {
            return consumed;
        }

        @Override
        public synchronized void close() {
            state.close();
            judge.close();
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
