package io.vmdisk.cli.machine;

import io.vmdisk.cli.line.GlobalOptions;
import io.vmdisk.cli.line.PicocliConverter;
import io.vmdisk.cli.line.UsageException;
import io.vmdisk.cli.line.WordException;
import io.vmdisk.cli.line.WordReader;
import io.vmdisk.clone.ClonePlanner;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.disk.DiskFormat;
import io.vmdisk.machine.model.CloneRequest;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.machine.model.GuestSetup;
import io.vmdisk.machine.model.NewMachine;
import io.vmdisk.machine.model.Ports;
import io.vmdisk.plan.Plan;
import io.vmdisk.storage.Volume;
import io.vmdisk.vm.VirtualMachine;
import io.vmdisk.vmx.CloneIdentity;
import io.vmdisk.vmx.MacAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of clones of a machine, and the making of them. */
final class MachineCloneOptions {
    private static final int MOST = 1000;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the clone and its files are called, if not like DIR.")
    private @Nullable String name;

    @Option(
            names = "--snapshot",
            paramLabel = "SNAP",
            description = "Copy a snapshot in place of the present state; with --instant one that has memory.")
    private @Nullable String snapshot;

    @Option(names = "--instant", description = "Go on with the memory of the suspended machine, or of --snapshot.")
    private boolean instant;

    @Option(
            names = "--count",
            paramLabel = "N",
            description =
                    "Make N clones in folders below DIR: NAME-1, NAME-2 and so on. {} in NAME, in values of --set,"
                            + " in --hostname and --ip stands for the number.")
    private @Nullable Integer count;

    @Option(names = "--first", paramLabel = "N", description = "The first number of --count, if not 1.")
    private @Nullable Integer first;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set this in the clone's configuration, after everything else.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--mac",
            paramLabel = "RULE|LIST",
            converter = MacConverter.class,
            description =
                    "Addresses of network adapters: fresh, keep-static (those that users gave), keep. Or static ones,"
                            + " for the first adapter or with + between for the first and those that follow; with"
                            + " commas between for each clone, or once, to be counted up over the clones of --count.")
    private MacChoice macs = new MacChoice(MacRule.FRESH, List.of());

    @Option(
            names = "--ports",
            paramLabel = "RULE",
            description =
                    "Serial and parallel ports: own (files in the clone's folder; pipes and servers disconnected),"
                            + " keep, disconnect.")
    private Ports ports = Ports.OWN;

    @Option(names = "--hostname", paramLabel = "NAME", description = "For cloud-init: the guest's host name.")
    private @Nullable String hostName;

    @Option(
            names = "--ip",
            paramLabel = "IP/BITS",
            description = "For cloud-init: an address of the first adapter, as in 10.0.0.5/24.")
    private List<String> addresses = new ArrayList<>();

    @Option(names = "--gateway", paramLabel = "IP", description = "For cloud-init: the gateway.")
    private @Nullable String gateway;

    @Option(names = "--dns", paramLabel = "IP", description = "For cloud-init: a name server.")
    private List<String> nameServers = new ArrayList<>();

    @Option(names = "--user-data", paramLabel = "FILE", description = "For cloud-init: its user data.")
    private @Nullable Path userData;

    @Option(names = "--search", paramLabel = "DIR", description = "Look here too for parts of the machine.")
    private List<Path> search = new ArrayList<>();

    /** The words of {@link CloneIdentity.Macs}. */
    enum MacRule {
        FRESH(CloneIdentity.Macs.FRESH, "fresh"),
        KEEP_STATIC(CloneIdentity.Macs.KEEP_STATIC, "keep-static"),
        KEEP(CloneIdentity.Macs.KEEP, "keep");

        private final CloneIdentity.Macs rule;
        private final String word;

        MacRule(CloneIdentity.Macs rule, String word) {
            this.rule = rule;
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * What becomes of addresses.
     *
     * @param rule of those that nobody gave
     * @param given static ones, for the clones in order, of each for its adapters in order
     */
    record MacChoice(MacRule rule, List<List<MacAddress>> given) {
        /** The addresses of a clone, counted from 0. */
        List<MacAddress> of(int clone) {
            if (given.isEmpty()) {
                return List.of();
            }
            return given.size() > 1
                    ? given.get(clone)
                    : given.get(0).stream()
                            .map(mac -> usable(new MacAddress(mac.value() + clone)))
                            .toList();
        }

        static MacAddress usable(MacAddress mac) {
            if (mac.isMulticast() || mac.isGenerated() || mac.isReserved() || mac.isInVcenterRange()) {
                throw new IllegalArgumentException(
                        mac + " is no static address: take 00:50:56:00:00:00 to 00:50:56:3f:ff:ff");
            }
            return mac;
        }
    }

    /** Reads a rule's word, or addresses. */
    static final class MacConverter extends PicocliConverter<MacChoice> {
        MacConverter() {
            super(new Reader());
        }

        /** Does the work. */
        static final class Reader implements WordReader<MacChoice> {
            @Override
            public MacChoice convert(String text) {
                for (MacRule rule : MacRule.values()) {
                    if (rule.toString().equalsIgnoreCase(text)) {
                        return new MacChoice(rule, List.of());
                    }
                }
                Set<MacAddress> taken = new HashSet<>();
                List<List<MacAddress>> given = new ArrayList<>();
                for (String clone : text.split(",", -1)) {
                    List<MacAddress> adapters = new ArrayList<>();
                    for (String part : clone.split("\\+", -1)) {
                        adapters.add(address(part.strip(), taken));
                    }
                    given.add(adapters);
                }
                return new MacChoice(MacRule.FRESH, given);
            }

            private static MacAddress address(String text, Set<MacAddress> taken) {
                MacAddress mac = MacAddress.parse(text)
                        .orElseThrow(() -> new WordException("'" + text
                                + "' is neither fresh, keep-static, keep nor an address like 00:50:56:00:00:01"));
                if (!taken.add(mac)) {
                    throw new WordException(mac + " is given twice");
                }
                try {
                    return MacChoice.usable(mac);
                } catch (IllegalArgumentException e) {
                    throw new WordException(String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** Whether anything is done. */
    enum Mode {
        WORK,
        REHEARSAL
    }

    /** What both forms of the command have. */
    record Wanted(
            Path source,
            Volume volume,
            Path folder,
            Optional<String> linked,
            Optional<DiskFormat> format,
            Set<Consent> consents,
            Mode mode) {}

    void run(GlobalOptions global, Wanted wanted) throws IOException {
        if (wanted.linked().isPresent() && (instant || snapshot != null)) {
            throw usage("--linked names its snapshot, and goes with neither --snapshot nor --instant");
        }
        if (wanted.linked().filter(String::isEmpty).isPresent()) {
            throw usage("--linked of a VM needs the name of a snapshot");
        }
        if (first != null && count == null) {
            throw usage("--first goes with --count");
        }
        List<NewMachine> clones = machines(wanted.folder());
        VirtualMachine machine = VirtualMachine.open(wanted.source(), search, wanted.volume());
        CloneRequest request =
                request(machine, wanted, clones).withMacs(macs.rule().rule).withPorts(ports);
        if (wanted.format().isPresent()) {
            request = request.withFormat(wanted.format().get());
        }
        Plan plan = new ClonePlanner(machine, Instant.now(), wanted.consents(), new SecureRandom()).plan(request);
        if (wanted.mode() == Mode.REHEARSAL) {
            PlanningOptions.rehearse(global, wanted.source(), plan);
        } else {
            PlanningOptions.carryOut(global, wanted.source(), List.of(machine), plan);
        }
    }

    private static UsageException usage(String problem) {
        return new UsageException(problem);
    }

    private CloneRequest request(VirtualMachine machine, Wanted wanted, List<NewMachine> clones) throws IOException {
        if (wanted.linked().isPresent()) {
            long uid = machine.snapshots().select(wanted.linked().get()).uid();
            return CloneRequest.linked(uid, clones);
        }
        CloneRequest request = instant ? CloneRequest.instant(clones) : CloneRequest.full(clones);
        return snapshot == null
                ? request
                : request.withSnapshot(machine.snapshots().select(snapshot).uid());
    }

    private List<NewMachine> machines(Path folder) throws IOException {
        for (String key : settings.keySet()) {
            if (!Dictionary.isLegalName(key)) {
                throw usage("'" + key + "' can't be a key of a configuration");
            }
        }
        Path absolute = folder.toAbsolutePath().normalize();
        String own = name == null ? String.valueOf(absolute.getFileName()) : name;
        try {
            NewMachine plain = NewMachine.of(absolute, own).withSettings(settings);
            NewMachine pattern = guest().map(plain::withGuest).orElse(plain);
            List<NewMachine> clones = new ArrayList<>();
            if (count == null) {
                if (own.contains(NewMachine.NUMBER)) {
                    throw usage("{} in a name goes with --count");
                }
                clones.add(pattern);
            } else {
                addNumbered(pattern, count, clones);
            }
            for (NewMachine clone : clones) {
                clone.guest().ifPresent(GuestSetup::check);
            }
            if (macs.given().size() > 1 && macs.given().size() != clones.size()) {
                throw usage("--mac has " + macs.given().size() + " addresses for " + clones.size() + " clones");
            }
            Set<MacAddress> taken = new HashSet<>();
            for (int i = 0; i < clones.size(); i++) {
                for (MacAddress mac : macs.of(i)) {
                    if (!taken.add(mac)) {
                        throw usage("--mac counts up to " + mac + " for two adapters: begin further apart");
                    }
                }
                clones.set(i, clones.get(i).withMacs(macs.of(i)));
            }
            return clones;
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void addNumbered(NewMachine pattern, int wanted, List<NewMachine> clones) {
        int from = first == null ? 1 : first;
        if (wanted < 1 || wanted > MOST || from < 0 || from > Integer.MAX_VALUE - MOST) {
            throw usage("--count makes 1 to " + MOST + " clones");
        }
        boolean alike = hostName != null && !hostName.contains(NewMachine.NUMBER)
                || addresses.stream().anyMatch(address -> !address.contains(NewMachine.NUMBER));
        if (wanted > 1 && alike) {
            throw usage("--hostname and --ip of several clones need {} where the number goes");
        }
        for (int number = from; number < from + wanted; number++) {
            clones.add(pattern.numbered(number));
        }
    }

    private Optional<GuestSetup> guest() throws IOException {
        boolean wanted = hostName != null
                || !addresses.isEmpty()
                || gateway != null
                || !nameServers.isEmpty()
                || userData != null;
        if (!wanted) {
            return Optional.empty();
        }
        GuestSetup setup = GuestSetup.none().withAddresses(addresses).withNameServers(nameServers);
        if (hostName != null) {
            setup = setup.withHostName(hostName);
        }
        if (gateway != null) {
            setup = setup.withGateway(gateway);
        }
        if (userData != null) {
            setup = setup.withUserData(Volume.system().readAll(userData, GuestSetup.MAX_USER_DATA_BYTES));
        }
        return Optional.of(setup);
    }
}
