package io.vmdisk.storage;

import io.vmdisk.UnsafeStateException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unix sockets as names in a folder: who may open the name may connect.
 *
 * <p>Has no state, so any number of threads may use it at once.
 *
 * @since 0.1
 */
public final class LocalSocket {
    private LocalSocket() {}

    /**
     * Makes a socket that only its owner may open, and listens on it. A socket on which nobody listens any more is
     * replaced.
     *
     * @param path its name
     * @return the listening socket; the caller closes it and removes the name with {@link #remove}
     * @throws UnsafeStateException {@code socket-in-use} if a server answers under that name, {@code exists} if
     *     something other than a socket has it
     * @throws IOException if the socket can't be made
     */
    public static ServerSocketChannel listen(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            refuseOthers(path);
            Files.delete(path);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path));
            try {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            } catch (UnsupportedOperationException e) {
                // Windows: the folder's rights hold.
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void refuseOthers(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isOther()) {
            throw new UnsafeStateException("exists", path, "it exists and is no socket", "choose another name");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            return;
        }
        throw new UnsafeStateException(
                "socket-in-use", path, "a server listens there already", "end it, or choose another name");
    }

    /**
     * Removes the name if it is still there.
     *
     * @param path the name of a socket
     * @throws IOException if the file system refuses
     */
    public static void remove(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
