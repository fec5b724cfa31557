package io.vmdisk.cli.line;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The streams and the clock of one run: the only way to the outside, so that tests can stand there.
 *
 * <p>Standard output carries the answer and nothing else; everything else goes to {@link #err}. A write to standard
 * output that fails throws {@link OutputClosedException}. Single thread, except {@link #err} and {@link #cancel}.
 */
public final class Console {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream err;
    private final Terminal terminal;
    private final LongSupplier nanoClock;
    private final CancelSwitch cancel;
    /** Null where the width is what it was at the start. */
    private final @Nullable IntSupplier columns;

    public Console(
            InputStream in,
            OutputStream out,
            OutputStream err,
            Terminal terminal,
            LongSupplier nanoClock,
            CancelSwitch cancel) {
        this(in, out, err, terminal, nanoClock, cancel, null);
    }

    private Console(
            InputStream in,
            OutputStream out,
            OutputStream err,
            Terminal terminal,
            LongSupplier nanoClock,
            CancelSwitch cancel,
            @Nullable IntSupplier columns) {
        this.in = in instanceof FileInputStream file ? new StandardInput(file) : in;
        this.out = new Guarded(out);
        this.err = new PrintStream(err, false, terminal.charset());
        this.terminal = terminal;
        this.nanoClock = nanoClock;
        this.cancel = cancel;
        this.columns = columns;
    }

    /** The streams of this process. */
    public static Console system(CancelSwitch cancel) {
        Terminal terminal = Terminal.detect(System.getProperty(Terminal.PROPERTY), System.getenv());
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.err)),
                terminal,
                new SystemClock(),
                cancel,
                terminal.errIsTerminal() ? TerminalWidth.ofProcess(terminal.columns()) : null);
    }

    /** Streams that lead nowhere. */
    public static Console silent() {
        return new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                OutputStream.nullOutputStream(),
                Terminal.NONE,
                new SystemClock(),
                new CancelSwitch());
    }

    /** How many characters a line of the terminal has now. */
    public IntSupplier columns() {
        return columns != null ? columns : terminal::columns;
    }

    /** Standard input. */
    public InputStream in() {
        return in;
    }

    /** Bytes that standard input still has if it is a file; empty for pipes, terminals and devices. */
    public OptionalLong inputLength() {
        return in instanceof StandardInput standard ? standard.left() : OptionalLong.empty();
    }

    /** Only reads: what a file's stream does to read many bytes at once needs a position, which no pipe has. */
    private static final class StandardInput extends FilterInputStream {
        private final FileInputStream file;

        StandardInput(FileInputStream file) {
            super(file);
            this.file = file;
        }

        OptionalLong left() {
            try {
                // Not closed: that would close standard input.
                FileChannel channel = file.getChannel();
                long left = channel.size() - channel.position();
                return left > 0 ? OptionalLong.of(left) : OptionalLong.empty();
            } catch (IOException e) {
                // A pipe has no position.
                return OptionalLong.empty();
            }
        }
    }

    /** Standard output, for bytes. */
    public OutputStream out() {
        return out;
    }

    /** Standard output, for text; flush it when done. */
    public Writer text() {
        return new OutputStreamWriter(out, terminal.charset());
    }

    /** Standard error. */
    public PrintStream err() {
        return err;
    }

    /** What is known of the streams. */
    public Terminal terminal() {
        return terminal;
    }

    /** A clock that only runs forward. */
    LongSupplier nanoClock() {
        return nanoClock;
    }

    /** What ^C turns. */
    public CancelSwitch cancel() {
        return cancel;
    }

    /** Tells failures of standard output apart from those of files. */
    private static final class Guarded extends FilterOutputStream {
        Guarded(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            try {
                out.write(b);
            } catch (IOException e) {
                throw new OutputClosedException(e);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new OutputClosedException(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw new OutputClosedException(e);
            }
        }

        /** Flushes only: the process's standard output stays open. */
        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** A class and no lambda: each run needs one, and a lambda takes the JVM longer. */
    private static final class SystemClock implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }
}
