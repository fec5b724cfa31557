package io.vmdisk.cli.disk;

import io.vmdisk.cli.line.CancelSwitch;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.cli.line.ExitCodes;
import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.OpeningOptions;
import io.vmdisk.cli.line.OperandKind;
import io.vmdisk.cli.line.PointOptions;
import io.vmdisk.cli.line.RawLook;
import io.vmdisk.cli.line.SourceOptions;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.nbd.NbdExports;
import io.vmdisk.nbd.NbdServer;
import io.vmdisk.nbd.ServedDisk;
import io.vmdisk.nbd.TlsIdentity;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows disks to every tool that speaks NBD. */
@Command(
        name = "serve",
        description =
                "Serves a disk, or all disks of a machine with their snapshots and partitions, over NBD until ^C.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  vmdisk serve web01-000002.vmdk --socket web01.sock",
            "  vmdisk serve web01.vmx --socket web01.sock --snapshot before-upgrade",
            "  vmdisk serve web01.vmdk --listen localhost:10809 --export web01",
            "  vmdisk serve web01.vmdk --listen 0.0.0.0:10809 --tls /etc/pki/nbd",
            "  vmdisk serve web01.vmdk --socket web01.sock --write --overlay scratch.vmdk",
            "  vmdisk serve web01.vmdk --stdio",
        })
public final class ServeCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 50;

    @Mixin
    private final GlobalOptions global;

    @ArgGroup(validate = false)
    private SourceOptions source = new SourceOptions();

    @Parameters(
            paramLabel = "DISK|VM",
            converter = DiskArgument.Converter.class,
            description = "A descriptor, a monolithic or extent .vmdk, or raw:PATH; a .vmx or .vmtx, or a folder with"
                    + " exactly one.")
    private DiskArgument target;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Listen on a Unix socket, made for you alone and removed at the end.")
    private @Nullable Path socket;

    @Option(names = "--stdio", description = "Serve one client on standard input and output, and end with it.")
    private boolean stdio;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.class,
            description = "Listen on TCP; on another address than this machine's own only with --tls or --insecure.")
    private @Nullable InetSocketAddress listen;

    @Option(
            names = "--tls",
            paramLabel = "DIR",
            description = "Talk over TLS only: the folder holds server-cert.pem and server-key.pem; with ca-cert.pem"
                    + " clients need a certificate of that authority.")
    private @Nullable Path tls;

    @Option(
            names = "--insecure",
            description = "Let anybody who reaches the address read the disk, and whoever is on the way.")
    private boolean insecure;

    @Option(
            names = "--export",
            paramLabel = "NAME",
            description = "The name of the export of a single disk; clients may leave it out.")
    private @Nullable String export;

    @Mixin
    private PointOptions point = new PointOptions();

    @Option(
            names = "--write",
            description = "Let clients write; what they write goes to the disk that --overlay makes.")
    private boolean write;

    @Option(
            names = "--overlay",
            paramLabel = "NEW.vmdk",
            description = "A new delta on the disk, which itself stays as it is.")
    private @Nullable Path overlay;

    @Option(
            names = "--force",
            paramLabel = "DANGER",
            description = "Go on in spite of a danger that an error named: in-use, cid, broken-chain, outside-folder.")
    private List<Agreed> agreed = new ArrayList<>();

    /** What a server may agree to. */
    enum Agreed {
        /** A disk that may be changing. */
        IN_USE("in-use", null),
        /** As for all readers. */
        CID("cid", OpeningOptions.ReadDanger.CID),
        /** As for all readers. */
        BROKEN_CHAIN("broken-chain", OpeningOptions.ReadDanger.BROKEN_CHAIN),
        /** As for all readers. */
        OUTSIDE_FOLDER("outside-folder", OpeningOptions.ReadDanger.OUTSIDE_FOLDER);

        private final String word;
        private final OpeningOptions.@Nullable ReadDanger danger;

        Agreed(String word, OpeningOptions.@Nullable ReadDanger danger) {
            this.word = word;
            this.danger = danger;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** With the options that every command has. */
    public ServeCommand(GlobalOptions global) {
        this.global = global;
    }

    @Override
    public Integer call() throws IOException {
        checkOptions();
        RawLook.tell(global, target);
        TlsIdentity identity = tls == null ? null : TlsIdentity.read(tls, Volume.system());
        List<ServedDisk> disks = disks();
        try (NbdExports exports = NbdExports.of(disks);
                NbdServer server = server(exports, identity)) {
            if (disks.size() == 1) {
                exports.keepOpen();
            }
            if (stdio) {
                serveOne(server);
            } else {
                ServePlace place = open(server);
                global.show(target, new Serving(target.toString(), place, write, exports.list()));
                global.note(server(identity) + "; ^C ends it");
                awaitCancel();
            }
        }
        return ExitCodes.DONE;
    }

    private static String server(@Nullable TlsIdentity identity) {
        if (identity == null) {
            return "whoever may open the address may connect";
        }
        return identity.clients() == TlsIdentity.Clients.SIGNED
                ? "clients need a certificate of ca-cert.pem's authority"
                : "anybody may connect, encrypted: there is no ca-cert.pem";
    }

    private NbdServer server(NbdExports exports, @Nullable TlsIdentity identity) {
        NbdServer plain = NbdServer.of(exports).withNotes(global::note);
        return identity == null ? plain : plain.withTls(identity);
    }

    private UsageException usage(String problem) {
        return new UsageException(problem);
    }

    /** Whether only this machine reaches an address. */
    private static boolean isOwn(InetSocketAddress address) throws IOException {
        return InetAddress.getByName(address.getHostString()).isLoopbackAddress();
    }

    private void checkOptions() throws IOException {
        int places = (socket == null ? 0 : 1) + (listen == null ? 0 : 1) + (stdio ? 1 : 0);
        if (places != 1) {
            throw usage("say where: one of --socket PATH, --listen HOST:PORT and --stdio");
        }
        if ((tls != null || insecure) && listen == null) {
            throw usage("--tls and --insecure are about --listen");
        }
        if (listen != null && tls == null && !insecure && !isOwn(listen)) {
            throw usage("--listen on " + listen.getHostString()
                    + " shows the disk to others: use --tls DIR, or say --insecure");
        }
        if (write != (overlay != null)) {
            throw usage("--write needs --overlay NEW.vmdk, a new delta for what is written, and the other way round");
        }
        if (stdio && global.console().terminal().outIsTerminal()) {
            throw usage("--stdio talks to a program: standard output is a terminal");
        }
    }

    private List<ServedDisk> disks() throws IOException {
        Set<OpeningOptions.ReadDanger> dangers = EnumSet.noneOf(OpeningOptions.ReadDanger.class);
        agreed.stream().map(word -> word.danger).filter(Objects::nonNull).forEach(dangers::add);
        OpenOptions options = OpeningOptions.agreeing(source.forReading(), dangers);
        ServedDisks choice = new ServedDisks(options.withVolume(point.volume()), agreed.contains(Agreed.IN_USE));
        boolean machine = OperandKind.of(target, point.volume()) == OperandKind.MACHINE;
        if (!machine && (point.snapshot().isPresent() || point.node().isPresent())) {
            throw usage("--snapshot and --disk are about a machine: name its .vmx or folder");
        }
        List<ServedDisk> disks = machine
                ? choice.ofMachine(target.path(), point.snapshot(), point.node())
                : choice.ofDisk(target, export == null ? "" : export);
        if (disks.size() > 1 && (export != null || write)) {
            throw usage("--export and --write are about a single disk, and there are " + disks.size()
                    + ": choose with --snapshot and --disk");
        }
        if (machine && export != null) {
            ServedDisk only = disks.get(0);
            disks = List.of(new ServedDisk(export, only.description(), only.source()));
        }
        return overlay == null ? disks : List.of(choice.writable(disks.get(0), overlay));
    }

    private ServePlace open(NbdServer server) throws IOException {
        if (socket != null) {
            server.listen(socket);
            return new ServePlace.Local(socket.toAbsolutePath().normalize());
        }
        InetSocketAddress wanted = Objects.requireNonNull(listen);
        InetAddress host = InetAddress.getByName(wanted.getHostString());
        InetSocketAddress bound = server.listen(new InetSocketAddress(host, wanted.getPort()));
        return new ServePlace.Network(
                InetSocketAddress.createUnresolved(wanted.getHostString(), bound.getPort()), tls != null);
    }

    /** The client's thread may wait for standard input for ever, so it is another one. */
    private void serveOne(NbdServer server) {
        CountDownLatch left = new CountDownLatch(1);
        Thread client = new Thread(
                () -> {
                    try {
                        server.serve(global.console().in(), global.console().out());
                    } finally {
                        left.countDown();
                    }
                },
                "vmdisk-serve");
        client.setDaemon(true);
        client.start();
        await(left);
    }

    private void awaitCancel() {
        await(new CountDownLatch(1));
    }

    private void await(CountDownLatch end) {
        CancelSwitch cancel = global.console().cancel();
        cancel.follow();
        try {
            while (!cancel.cancelled() && !end.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                // Waiting is all there is to do.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
