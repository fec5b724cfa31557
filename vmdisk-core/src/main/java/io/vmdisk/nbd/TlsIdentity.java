package io.vmdisk.nbd;

import io.vmdisk.MalformedFileException;
import io.vmdisk.storage.Volume;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A server's certificate and key, and which clients it lets in: the files that QEMU and nbdkit keep in a folder too.
 *
 * <p>{@code server-cert.pem} holds the certificate and those that signed it, {@code server-key.pem} its key (PKCS #8,
 * or PKCS #1 of RSA), without a password. With {@code ca-cert.pem} only clients with a certificate that this authority
 * signed are let in. Without it every client is, and encryption protects only against eavesdroppers. Immutable.
 *
 * @since 0.1
 */
public final class TlsIdentity {
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    /** The algorithm of RSA in a PKCS #8 header, with the two lengths left out. */
    private static final byte[] RSA = {
        0x02,
        0x01,
        0x00,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };

    private final SSLContext context;
    private final Clients clients;

    /** Which clients are let in. */
    public enum Clients {
        /** All clients. */
        ANY,
        /** Clients with a certificate that the authority signed. */
        SIGNED
    }

    private TlsIdentity(SSLContext context, Clients clients) {
        this.context = context;
        this.clients = clients;
    }

    /**
     * Reads the files of a server's folder.
     *
     * @param folder with the files named above
     * @param volume that has the folder
     * @return the identity of a server
     * @throws MalformedFileException {@code tls} if a file does not hold what it should, or certificate and key do not
     *     fit together
     * @throws io.vmdisk.LimitExceededException {@code file-size} if a file has more than 1 MiB
     * @throws IOException if a file is missing or can't be read
     */
    public static TlsIdentity read(Path folder, Volume volume) throws IOException {
        Path authority = folder.resolve("ca-cert.pem");
        boolean signedOnly = volume.exists(authority);
        SSLContext context =
                context(folder, Optional.of("server"), signedOnly ? Optional.of(authority) : Optional.empty(), volume);
        return new TlsIdentity(context, signedOnly ? Clients.SIGNED : Clients.ANY);
    }

    /** Reads the files of a client's folder; without one it trusts whom Java trusts, and shows no certificate. */
    static TlsIdentity ofClient(Optional<Path> named, Volume volume) throws IOException {
        if (named.isEmpty()) {
            return new TlsIdentity(context(Path.of(""), Optional.empty(), Optional.empty(), volume), Clients.ANY);
        }
        Path folder = named.get();
        boolean known = volume.exists(folder.resolve("client-cert.pem"));
        SSLContext context = context(
                folder,
                known ? Optional.of("client") : Optional.empty(),
                Optional.of(folder.resolve("ca-cert.pem")),
                volume);
        return new TlsIdentity(context, Clients.ANY);
    }

    /**
     * What TLS works with.
     *
     * @param who begins the names of the files with certificate and key, or nobody
     * @param authority who signs the other side's certificate; whom Java trusts if not given
     */
    private static SSLContext context(Path folder, Optional<String> who, Optional<Path> authority, Volume volume)
            throws IOException {
        KeyManager[] own = null;
        TrustManager[] others = null;
        try {
            if (who.isPresent()) {
                KeyStore store = emptyStore();
                PrivateKey secret = key(folder.resolve(who.get() + "-key.pem"), volume);
                Certificate[] chain = certificates(folder.resolve(who.get() + "-cert.pem"), volume)
                        .toArray(new Certificate[0]);
                store.setKeyEntry("own", secret, new char[0], chain);
                KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, new char[0]);
                own = keys.getKeyManagers();
            }
            if (authority.isPresent()) {
                KeyStore trusted = emptyStore();
                int number = 0;
                for (Certificate each : certificates(authority.get(), volume)) {
                    trusted.setCertificateEntry("authority-" + number++, each);
                }
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(trusted);
                others = trust.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, others, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw malformed(folder, "certificate and key are no pair that TLS can use: " + e.getMessage());
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file, Volume volume) throws IOException {
        byte[] bytes = volume.readAll(file, MAX_FILE_BYTES);
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (GeneralSecurityException e) {
            throw malformed(file, "it holds no certificates in PEM: " + e.getMessage());
        }
        throw malformed(file, "it holds no certificate");
    }

    private static PrivateKey key(Path file, Volume volume) throws IOException {
        String text = new String(volume.readAll(file, MAX_FILE_BYTES), StandardCharsets.ISO_8859_1);
        Matcher pem = PEM.matcher(text);
        if (!pem.find()) {
            throw malformed(file, "it holds no private key in PEM");
        }
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IllegalArgumentException e) {
            throw malformed(file, "its private key is no Base64");
        }
        byte[] encoded = switch (pem.group(1)) {
            case "PRIVATE KEY" -> bytes;
            case "RSA PRIVATE KEY" -> wrapped(bytes);
            default -> throw malformed(file, "its key is an " + pem.group(1) + ", which Java does not read");
        };
        for (String algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // It may be of the next kind.
            }
        }
        throw malformed(file, "its private key is of no kind that Java knows");
    }

    /** PKCS #8 of a PKCS #1 key: SEQUENCE { 0, RSA, OCTET STRING { key } }. */
    private static byte[] wrapped(byte[] key) {
        byte[] inner = element(0x04, key);
        byte[] content = new byte[RSA.length + inner.length];
        System.arraycopy(RSA, 0, content, 0, RSA.length);
        System.arraycopy(inner, 0, content, RSA.length, inner.length);
        return element(0x30, content);
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(tag);
        // A length of 128 and more: how many bytes it takes, and those, without leading zeros.
        byte[] length = BigInteger.valueOf(content.length).toByteArray();
        int zeros = length[0] == 0 ? 1 : 0;
        if (content.length >= 0x80) {
            bytes.write(0x80 | (length.length - zeros));
        }
        bytes.write(length, zeros, length.length - zeros);
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private static MalformedFileException malformed(Path file, String problem) {
        return new MalformedFileException(
                "tls",
                file,
                -1,
                problem,
                "PEM files as certtool and openssl write them; 'openssl pkcs8 -topk8 -nocrypt' converts a key");
    }

    /** {@return which clients are let in} */
    public Clients clients() {
        return clients;
    }

    /** Agrees on encryption with a client that was told to begin. */
    Socket accept(Socket plain) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, null, false);
        secure.setUseClientMode(false);
        secure.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        secure.setNeedClientAuth(clients == Clients.SIGNED);
        secure.startHandshake();
        return secure;
    }

    /** Agrees on encryption with a server whose certificate must be for a host. */
    Socket connect(Socket plain, String host) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), false);
        secure.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }
}
