package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import java.net.InetSocketAddress;

/** Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}; the host is looked up later. */
final class ListenAddressReader implements WordReader<InetSocketAddress> {
    /** What clients take when an address names none. */
    static final int NBD_PORT = 10809;

    private static final int MAX_PORT = 65535;

    @Override
    public InetSocketAddress convert(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(0, bracket));
        if (bracket < 0 && colon != text.lastIndexOf(':')) {
            throw new WordException("'" + text + "': an IPv6 address stands in brackets, as in [::1]:10809");
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? "" : text.substring(colon + 1);
        boolean inBrackets = host.startsWith("[") && host.endsWith("]");
        return InetSocketAddress.createUnresolved(
                inBrackets ? host.substring(1, host.length() - 1) : host.isEmpty() ? "localhost" : host,
                colon < 0 ? NBD_PORT : port(text, port));
    }

    private static int port(String text, String port) {
        if (port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= MAX_PORT) {
            return Integer.parseInt(port);
        }
        throw new WordException("'" + text + "' is not HOST:PORT with a port from 0 to " + MAX_PORT);
    }
}
