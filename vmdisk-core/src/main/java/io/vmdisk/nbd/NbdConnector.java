package io.vmdisk.nbd;

import io.vmdisk.storage.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** Opens connections to a server, as its address says. */
final class NbdConnector {
    private static final int CONNECT_MILLIS = 30_000;
    private static final long PARTING_MILLIS = 2_000;

    private NbdConnector() {}

    /** Connects, without a word of the protocol. */
    static Wire connect(NbdAddress.Place place) throws IOException {
        if (place instanceof NbdAddress.Place.Local local) {
            return new ChannelWire(SocketChannel.open(UnixDomainSocketAddress.of(local.socket())));
        }
        if (place instanceof NbdAddress.Place.Program program) {
            return start(program.command());
        }
        if (place instanceof NbdAddress.Place.Network network) {
            Socket socket = socket(network.host(), network.port());
            return wire(socket, socket);
        }
        throw new IllegalArgumentException("connects in two steps: " + place);
    }

    /** Connects over TCP; what begins in clear can go on encrypted. */
    static Socket socket(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A connection that ends with the bare socket, which no writer of an encrypted one can hold up. */
    static Wire wire(Socket talks, Socket bare) throws IOException {
        return new StreamWire(
                talks.getInputStream(),
                talks.getOutputStream(),
                () -> {
                    bare.shutdownInput();
                    return true;
                },
                bare);
    }

    private static Wire start(String command) throws IOException {
        Process process = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Closeable end = () -> {
            try {
                process.getOutputStream().close();
            } finally {
                end(process);
            }
        };
        return new StreamWire(process.getInputStream(), process.getOutputStream(), () -> false, end);
    }

    /** A server leaves when its client does; one that stays is ended. */
    private static void end(Process process) {
        try {
            if (process.waitFor(PARTING_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    /** Encrypts a connection that {@link #socket} made, once the server agreed. */
    static Wire encrypt(Socket plain, NbdAddress.Place.Secure place) throws IOException {
        return wire(TlsIdentity.ofClient(place.certificates(), Volume.system()).connect(plain, place.host()), plain);
    }
}
