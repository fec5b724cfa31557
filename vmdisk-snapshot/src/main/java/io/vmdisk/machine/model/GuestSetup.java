package io.vmdisk.machine.model;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a guest gets at its first start, through cloud-init's data source for VMware. Begin with {@link #none()}; each
 * {@code with…} returns a changed copy.
 *
 * <p>The host name and the addresses may contain {@link NewMachine#NUMBER}, which {@link NewMachine#numbered} replaces.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class GuestSetup {
    /**
     * The most bytes of user data. Hosts keep 1 MiB of guestinfo for each machine unless configured otherwise, and
     * Base64 takes a third more.
     */
    public static final int MAX_USER_DATA_BYTES = 512 << 10;

    private static final Pattern LABEL = Pattern.compile("(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");
    private static final int MAX_HOST_NAME = 253;
    private static final GuestSetup NONE =
            new GuestSetup(Optional.empty(), List.of(), Optional.empty(), List.of(), Optional.empty());

    private final Optional<String> hostName;
    private final List<String> addresses;
    private final Optional<String> gateway;
    private final List<String> nameServers;
    private final Optional<byte[]> userData;

    private GuestSetup(
            Optional<String> hostName,
            List<String> addresses,
            Optional<String> gateway,
            List<String> nameServers,
            Optional<byte[]> userData) {
        this.hostName = hostName;
        this.addresses = List.copyOf(addresses);
        this.gateway = gateway;
        this.nameServers = List.copyOf(nameServers);
        this.userData = userData;
    }

    /**
     * {@return a setup with a new instance ID and nothing else, by which a copied guest knows that it is another
     * machine}
     */
    public static GuestSetup none() {
        return NONE;
    }

    /**
     * {@return this setup with a host name}
     *
     * @param name by RFC 1123; {@link #check} checks it
     */
    public GuestSetup withHostName(String name) {
        return new GuestSetup(Optional.of(name), addresses, gateway, nameServers, userData);
    }

    /**
     * {@return this setup with addresses of the first adapter, which uses DHCP otherwise}
     *
     * @param others each with the length of its prefix: {@code 10.0.0.5/24}; {@link #check} checks them
     */
    public GuestSetup withAddresses(List<String> others) {
        return new GuestSetup(hostName, others, gateway, nameServers, userData);
    }

    /**
     * {@return this setup with a router for everything outside the local network}
     *
     * @param address of IPv4 or IPv6, without a prefix
     */
    public GuestSetup withGateway(String address) {
        return new GuestSetup(hostName, addresses, Optional.of(address), nameServers, userData);
    }

    /**
     * {@return this setup with name servers}
     *
     * @param servers addresses of IPv4 or IPv6
     */
    public GuestSetup withNameServers(List<String> servers) {
        return new GuestSetup(hostName, addresses, gateway, servers, userData);
    }

    /**
     * {@return this setup with user data for cloud-init, which is passed on unchanged}
     *
     * @param data is copied
     * @throws IllegalArgumentException if it has more than {@link #MAX_USER_DATA_BYTES}
     */
    public GuestSetup withUserData(byte[] data) {
        if (data.length > MAX_USER_DATA_BYTES) {
            throw new IllegalArgumentException("user data may have " + MAX_USER_DATA_BYTES + " bytes");
        }
        return new GuestSetup(hostName, addresses, gateway, nameServers, Optional.of(data.clone()));
    }

    /** {@return the guest's host name; empty if it stays} */
    public Optional<String> hostName() {
        return hostName;
    }

    /** {@return the addresses of the first adapter, each with the length of its prefix; empty for DHCP} */
    public List<String> addresses() {
        return addresses;
    }

    /** {@return the router for everything outside the local network} */
    public Optional<String> gateway() {
        return gateway;
    }

    /** {@return the addresses of name servers; may be empty} */
    public List<String> nameServers() {
        return nameServers;
    }

    /** {@return a copy of the user data} */
    public Optional<byte[]> userData() {
        return userData.map(byte[]::clone);
    }

    GuestSetup numbered(String number) {
        return new GuestSetup(
                hostName.map(name -> name.replace(NewMachine.NUMBER, number)),
                addresses.stream()
                        .map(address -> address.replace(NewMachine.NUMBER, number))
                        .toList(),
                gateway,
                nameServers,
                userData);
    }

    /**
     * Refuses names and addresses that are malformed or do not fit together.
     *
     * @throws IllegalArgumentException if one is; the message names it and says why
     */
    public void check() {
        if (addresses.isEmpty() && (gateway.isPresent() || !nameServers.isEmpty())) {
            throw new IllegalArgumentException("a gateway or a name server needs an address to go with");
        }
        if (hostName.isPresent() && !isHostName(hostName.get())) {
            throw new IllegalArgumentException("'" + hostName.get() + "' is no host name");
        }
        List<Boolean> families = new ArrayList<>();
        for (String address : addresses) {
            int slash = address.indexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException(
                        "'" + address + "' lacks the length of its prefix, as in 10.0.0.5/24");
            }
            boolean four = isFour(address.substring(0, slash));
            String prefix = address.substring(slash + 1);
            if (!PREFIX.matcher(prefix).matches() || Integer.parseInt(prefix) > (four ? 32 : 128)) {
                throw new IllegalArgumentException("'" + address + "' has no prefix length of its kind");
            }
            families.add(four);
        }
        if (gateway.isPresent() && !families.contains(isFour(gateway.get()))) {
            throw new IllegalArgumentException("the gateway " + gateway.get() + " is of another kind than the address");
        }
        nameServers.forEach(GuestSetup::isFour);
    }

    private static boolean isHostName(String name) {
        return name.length() <= MAX_HOST_NAME
                && List.of(name.split("\\.", -1)).stream()
                        .allMatch(label -> LABEL.matcher(label).matches());
    }

    private static boolean isFour(String address) {
        if (!InetAddresses.isInetAddress(address) || address.contains("%")) {
            throw new IllegalArgumentException("'" + address + "' is no address");
        }
        return InetAddresses.forString(address) instanceof Inet4Address;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GuestSetup that
                && hostName.equals(that.hostName)
                && addresses.equals(that.addresses)
                && gateway.equals(that.gateway)
                && nameServers.equals(that.nameServers)
                && Arrays.equals(userData.orElse(null), that.userData.orElse(null));
    }

    @Override
    public int hashCode() {
        return Objects.hash(hostName, addresses, gateway, nameServers, Arrays.hashCode(userData.orElse(null)));
    }

    @Override
    public String toString() {
        return "GuestSetup[hostName=" + hostName + ", addresses=" + addresses + ", gateway=" + gateway
                + ", nameServers=" + nameServers + ", userData="
                + userData.map(data -> data.length + " bytes").orElse("none") + "]";
    }
}
