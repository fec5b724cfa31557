package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.PicocliConverter;
import java.net.InetSocketAddress;

/** {@link ListenAddressReader} for picocli. */
final class ListenAddress extends PicocliConverter<InetSocketAddress> {
    ListenAddress() {
        super(new ListenAddressReader());
    }
}
