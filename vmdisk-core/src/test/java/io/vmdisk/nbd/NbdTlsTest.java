package io.vmdisk.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmdisk.MalformedFileException;
import io.vmdisk.disk.CreateSpec;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.OpenOptions.Access;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.Command;
import io.vmdisk.testkit.NbdTools;
import io.vmdisk.testkit.Needs;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted connections, with certificates that are made here. */
class NbdTlsTest {
    private static final DiskFormat FORMAT = DiskFormat.MONOLITHIC_SPARSE;

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private final ServedDisks disks = new ServedDisks();
    private byte[] content = new byte[0];
    private NbdServer server;

    @BeforeAll
    static void makeCertificates() throws IOException {
        Needs.require(
                Command.run(null, List.of("sh", "-c", "command -v openssl")).exitCode() == 0,
                "openssl is not installed");
        String script = """
            set -e
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority \
              -keyout ca-key.pem -out ca-cert.pem
            for who in server client; do
              openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout $who-key.pem -out $who.csr
              printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > $who.ext
              openssl x509 -req -in $who.csr -CA ca-cert.pem -CAkey ca-key.pem -CAcreateserial -days 2 \
                -extfile $who.ext -out $who-cert.pem
            done
            mkdir server stranger client
            cp ca-cert.pem server-cert.pem server-key.pem server
            cp ca-cert.pem stranger
            cp ca-cert.pem client-cert.pem client-key.pem client
            """;
        Command.run(keys, List.of("sh", "-c", script)).outOrFail();
    }

    private InetSocketAddress serve(Path identity) throws IOException {
        Path disk = disks.filled("disk.vmdk", CreateSpec.of(FORMAT, ServedDisks.CAPACITY), 1);
        content = disks.content(disk, FORMAT);
        server = NbdServer.of(NbdExports.of(List.of(disks.served("", disk, FORMAT, Access.READ))))
                .withTls(TlsIdentity.read(identity, Volume.system()));
        return server.listen(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
        }
        assertThat(disks.openFiles()).isZero();
    }

    private Command.Result copy(InetSocketAddress address, String scheme, Path identity) throws IOException {
        String uri = scheme + "://localhost:" + address.getPort() + "/?tls-certificates=" + identity;
        return NbdTools.tryRun("nbdcopy", uri, folder.resolve("out.raw"));
    }

    @Test
    void aClientWithACertificateCopiesTheDisk() throws IOException {
        InetSocketAddress address = serve(keys.resolve("server"));

        copy(address, "nbds", keys.resolve("client")).outOrFail();

        assertThat(Files.readAllBytes(folder.resolve("out.raw"))).isEqualTo(content);
    }

    @Test
    void aClientWithoutACertificateIsLeft() throws IOException {
        InetSocketAddress address = serve(keys.resolve("server"));

        assertThat(copy(address, "nbds", keys.resolve("stranger")).exitCode()).isNotZero();
        assertThat(copy(address, "nbd", keys.resolve("client")).exitCode()).isNotZero();
    }

    @Test
    void withoutAnAuthorityAnybodyMayCopyEncrypted() throws IOException {
        Path open = Files.createDirectory(folder.resolve("open"));
        for (String name : List.of("server-cert.pem", "server-key.pem")) {
            Files.copy(keys.resolve(name), open.resolve(name));
        }
        InetSocketAddress address = serve(open);

        copy(address, "nbds", keys.resolve("stranger")).outOrFail();

        assertThat(Files.readAllBytes(folder.resolve("out.raw"))).isEqualTo(content);
        assertThat(copy(address, "nbd", keys.resolve("stranger")).exitCode()).isNotZero();
    }

    @Test
    void ourClientReadsEncryptedAndShowsItsCertificate() throws IOException {
        InetSocketAddress address = serve(keys.resolve("server"));
        String server = "://localhost:" + address.getPort() + "/";

        assertThat(read("nbds" + server + "?tls-certificates=" + keys.resolve("client")))
                .isEqualTo(content);
        assertThatThrownBy(() -> read("nbd" + server)).hasMessageContaining("nbds://");
        assertThatThrownBy(() -> read("nbds" + server)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("nbds" + server + "?tls-certificates=" + keys.resolve("stranger")))
                .isInstanceOf(IOException.class);
    }

    private static byte[] read(String address) throws IOException {
        Path name = Path.of("server");
        OpenOptions options = OpenOptions.readOnly().withVolume(new NbdVolume(NbdAddress.parse(address), name));
        try (VirtualDisk disk = VirtualDisk.openRaw(name, options)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) disk.capacity());
            disk.read(0, bytes);
            return bytes.array();
        }
    }

    @Test
    void readsKeysOfTheOldForm() throws IOException {
        Path old = Files.createDirectory(folder.resolve("old"));
        Files.copy(keys.resolve("server-cert.pem"), old.resolve("server-cert.pem"));
        Command.run(
                        old,
                        List.of(
                                "openssl",
                                "rsa",
                                "-traditional",
                                "-in",
                                keys.resolve("server-key.pem").toString(),
                                "-out",
                                "server-key.pem"))
                .outOrFail();
        assertThat(Files.readString(old.resolve("server-key.pem"))).contains("BEGIN RSA PRIVATE KEY");

        assertThat(TlsIdentity.read(old, Volume.system()).clients()).isEqualTo(TlsIdentity.Clients.ANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void refusesAKeyThatIsNone(String text) throws IOException {
        Path bad = Files.createDirectory(folder.resolve("bad"));
        Files.copy(keys.resolve("server-cert.pem"), bad.resolve("server-cert.pem"));
        Files.writeString(bad.resolve("server-key.pem"), text);

        assertThatThrownBy(() -> TlsIdentity.read(bad, Volume.system())).isInstanceOf(MalformedFileException.class);
    }

    /** Options before TLS are refused, and bytes that were slipped in behind the wish for it end the talk. */
    @Test
    void nothingIsToldInClear() throws IOException {
        InetSocketAddress address = serve(keys.resolve("server"));

        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(20_000);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.readFully(new byte[18]);
            out.write(ByteBuffer.allocate(4).putInt(3).array());
            for (int option : new int[] {3, 6, 7, 8, 9, 10, 77}) {
                out.write(RawClient.option(option, 6, RawClient.go("")).array());
                byte[] header = new byte[20];
                in.readFully(header);
                assertThat(ByteBuffer.wrap(header).getInt(12)).isEqualTo(OptionError.TLS_REQUIRED.code());
                in.readFully(new byte[ByteBuffer.wrap(header).getInt(16)]);
            }
            ByteBuffer both = ByteBuffer.allocate(16 + 22);
            both.put(RawClient.option(5, 0, new byte[0])).put(RawClient.option(7, 6, RawClient.go("")));
            out.write(both.array());

            assertThat(in.read()).isEqualTo(-1);
        }
    }
}
