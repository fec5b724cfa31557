package io.vmdisk.nbd;

import io.vmdisk.testkit.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** What a client says to our server before it reads. */
public final class NegotiationFuzz implements FuzzTarget {
    private static final NbdExports EXPORTS = NbdExports.of(List.of(new ServedDisk("a", "lost", () -> {
        throw new NoSuchFileException("a");
    })));

    @Override
    public List<byte[]> seeds() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.writeBytes(ByteBuffer.allocate(4).putInt(3).array());
        for (int option : new int[] {3, 6, 7, 8}) {
            byte[] data = RawClient.go("a");
            said.write(
                    RawClient.option(option, data.length, data).array(),
                    0,
                    RawClient.option(option, data.length, data).limit());
        }
        return List.of(said.toByteArray());
    }

    @Override
    public void run(byte[] input) throws IOException {
        Wire wire = new StreamWire(new ByteArrayInputStream(input), new ByteArrayOutputStream(), () -> true, () -> {});
        new Negotiation(wire, EXPORTS, null).run();
    }
}
