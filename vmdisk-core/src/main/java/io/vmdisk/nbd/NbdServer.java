package io.vmdisk.nbd;

import io.vmdisk.storage.LocalSocket;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves disks over NBD: fixed newstyle handshake, structured replies, {@code base:allocation} and {@code
 * qemu:allocation-depth}, many connections at once, TLS.
 *
 * <p>The protocol knows no users: everybody who reaches the socket may read, and may write if the disk is open for
 * writing. Guard the socket's folder, or ask for TLS with client certificates. Memory is bounded by the number of
 * connections (32), not by what clients ask for. Thread-safe.
 *
 * <pre>{@code
 * ServedDisk disk = new ServedDisk("", "web01", () -> VirtualDisk.open(Path.of("web01.vmdk")));
 * try (NbdServer server = NbdServer.of(NbdExports.of(List.of(disk)))) {
 *     server.listen(Path.of("web01.sock"));
 *     …
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class NbdServer implements Closeable {
    private static final int MAX_CONNECTIONS = 32;
    private static final int HANDSHAKE_SECONDS = 30;
    private static final long PARTING_SECONDS = 5;
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    private final NbdExports exports;
    private final @Nullable TlsIdentity tls;
    private final Consumer<String> notes;
    private final long handshakeMillis;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final List<Closeable> listeners = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private final AtomicInteger threads = new AtomicInteger();
    private boolean closed;

    private NbdServer(NbdExports exports, @Nullable TlsIdentity tls, Consumer<String> notes, long handshakeMillis) {
        this.exports = exports;
        this.tls = tls;
        this.notes = notes;
        this.handshakeMillis = handshakeMillis;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "clock"));
    }

    /**
     * Makes a server that does not listen yet.
     *
     * @param exports what it serves; closed when the server is closed
     * @return the server, which the caller closes
     */
    public static NbdServer of(NbdExports exports) {
        return new NbdServer(exports, null, note -> {}, TimeUnit.SECONDS.toMillis(HANDSHAKE_SECONDS));
    }

    /**
     * Sets TLS for all TCP clients; clients without it are refused. Unix sockets stay without TLS.
     *
     * @param identity the server's certificate, and which clients are let in
     * @return a server in place of this one, which must not listen yet and is not used any more
     */
    public NbdServer withTls(TlsIdentity identity) {
        return replacing(new NbdServer(exports, identity, notes, handshakeMillis));
    }

    /**
     * Sets a reader of notes: what goes wrong while clients are served.
     *
     * @param reader takes sentences for people, from any thread
     * @return a server in place of this one, which must not listen yet and is not used any more
     */
    public NbdServer withNotes(Consumer<String> reader) {
        return replacing(new NbdServer(exports, tls, reader, handshakeMillis));
    }

    /** The same, before it listens: with less patience for those who don't say what they want. */
    NbdServer withHandshakeMillis(long millis) {
        return replacing(new NbdServer(exports, tls, notes, millis));
    }

    private NbdServer replacing(NbdServer other) {
        clock.shutdown();
        return other;
    }

    private Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, "vmdisk-nbd-" + name);
        thread.setDaemon(true);
        return thread;
    }

    private Thread worker(Runnable task) {
        return thread(task, "worker-" + threads.incrementAndGet());
    }

    /** What waits for clients. */
    private interface Door {
        Connection next() throws IOException;
    }

    /**
     * Listens on a Unix socket, which is made for its owner alone. A socket on which nobody listens any more is
     * replaced. The name is removed when the server is closed.
     *
     * @param socket its path
     * @throws io.vmdisk.UnsafeStateException {@code socket-in-use} if a server answers there, {@code exists} if
     *     something other than a socket has the name
     * @throws IOException if the socket can't be made, or this server is closed
     */
    public void listen(Path socket) throws IOException {
        ServerSocketChannel door = LocalSocket.listen(socket);
        open(() -> new Connection(new ChannelWire(door.accept()), null), () -> {
            try (door) {
                LocalSocket.remove(socket);
            }
        });
    }

    /**
     * Listens on TCP.
     *
     * @param address where to listen; port 0 takes a free one
     * @return the address, with the port that was taken
     * @throws IOException if the address can't be used, or this server is closed
     */
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        ServerSocket door = new ServerSocket();
        try {
            door.setReuseAddress(true);
            door.bind(address);
        } catch (IOException | RuntimeException e) {
            door.close();
            throw e;
        }
        open(() -> accept(door.accept()), door);
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    private Connection accept(Socket socket) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            Wire plain = NbdConnector.wire(socket, socket);
            TlsIdentity identity = tls;
            return new Connection(
                    plain, identity == null ? null : () -> NbdConnector.wire(identity.accept(socket), socket));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private synchronized void open(Door door, Closeable listener) throws IOException {
        if (closed) {
            listener.close();
            throw new IOException("the server is closed");
        }
        listeners.add(listener);
        thread(() -> welcome(door), "door").start();
    }

    private void welcome(Door door) {
        while (!isClosed()) {
            Connection connection;
            try {
                connection = door.next();
            } catch (IOException e) {
                // A client that left at once, or no file descriptor: the next may fare better.
                pause();
                continue;
            }
            if (!free.tryAcquire()) {
                notes.accept("a client was sent away: there are " + MAX_CONNECTIONS + " connections");
                connection.end();
                continue;
            }
            Thread own = worker(() -> {
                try {
                    serve(connection);
                } finally {
                    free.release();
                }
            });
            own.start();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ACCEPT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Serves one client over two streams and returns when the client leaves. A failure of the client's connection ends
     * the call in the same way.
     *
     * @param in what the client sends; closed at the end
     * @param out what the client receives; closed at the end
     */
    public void serve(InputStream in, OutputStream out) {
        serve(new Connection(
                new StreamWire(in, out, () -> false, () -> {
                    try (in) {
                        out.close();
                    }
                }),
                null));
    }

    private void serve(Connection connection) {
        connections.add(connection);
        try (connection) {
            if (!isClosed()) {
                talk(connection);
            }
        } catch (IOException e) {
            // Clients leave as they like; what is wrong with the disk was told.
        } catch (RuntimeException | Error e) {
            notes.accept("a connection ended by a fault of the server: " + e);
        } finally {
            connections.remove(connection);
        }
    }

    private void talk(Connection connection) throws IOException {
        Negotiation negotiation = new Negotiation(connection.wire, exports, connection.tls);
        Future<?> deadline = clock.schedule(connection::end, handshakeMillis, TimeUnit.MILLISECONDS);
        Optional<Session> session;
        try {
            session = negotiation.run();
        } finally {
            deadline.cancel(false);
        }
        if (session.isPresent()) {
            try (OpenExport export = session.get().export()) {
                new Transmission(session.get(), this::worker, notes).run();
                if (export.isWritable()) {
                    export.flush();
                }
            }
        }
    }

    /** One client. */
    private static final class Connection implements Closeable {
        private final Wire wire;
        private final Negotiation.@Nullable TlsStart tls;

        Connection(Wire wire, Negotiation.@Nullable TlsStart tls) {
            this.wire = wire;
            this.tls = tls;
        }

        /** Whether its reader will hear that nothing more comes. */
        boolean endInput() {
            try {
                return wire.endInput();
            } catch (IOException e) {
                end();
                return true;
            }
        }

        void end() {
            try {
                wire.close();
            } catch (IOException e) {
                // It could not be more closed.
            }
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }

    /**
     * Ends in order: no new client is let in, requests that are running are answered, and all disks are flushed and
     * closed. Clients that do not take their answers are left after 5 seconds.
     *
     * @throws IOException if a disk can't be flushed or closed
     */
    @Override
    public void close() throws IOException {
        List<Closeable> doors;
        synchronized (this) {
            closed = true;
            doors = List.copyOf(listeners);
            listeners.clear();
        }
        try (exports) {
            for (Closeable door : doors) {
                door.close();
            }
            if (!connections.stream().allMatch(Connection::endInput) || !awaitNobody()) {
                // Standard input can't be ended, and others take no answers: the disks close under them.
                connections.forEach(Connection::end);
            }
        } finally {
            clock.shutdownNow();
        }
    }

    private boolean awaitNobody() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PARTING_SECONDS);
        while (!connections.isEmpty() && System.nanoTime() < end) {
            pauseShortly();
        }
        return connections.isEmpty();
    }

    private static void pauseShortly() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
