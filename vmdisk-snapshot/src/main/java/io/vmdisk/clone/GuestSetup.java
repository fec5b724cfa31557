package io.vmdisk.clone;

import com.google.common.net.InetAddresses;
import io.vmdisk.plan.step.Content;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxNic;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a guest learns at its first start, written as the {@code guestinfo} keys that cloud-init's data source for VMware
 * reads: metadata with a fresh instance ID, so that a copied guest knows it is another, and user data as it is.
 *
 * <p>Texts may hold {@link NewMachine#NUMBER} until {@link #numbered} was called; {@link #keys} wants none.
 *
 * @param hostName a name by RFC 1123, if it is to change
 * @param addresses of the first adapter, each with the length of its prefix: {@code 10.0.0.5/24}; without any it asks DHCP
 * @param gateway where everything else goes
 * @param nameServers addresses of name servers
 * @param userData what cloud-init takes as user data
 * @since 0.1
 */
public record GuestSetup(
        Optional<String> hostName,
        List<String> addresses,
        Optional<String> gateway,
        List<String> nameServers,
        Optional<Content> userData) {
    private static final Pattern LABEL = Pattern.compile("(?i)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");
    private static final int MAX_HOST_NAME = 253;

    /** Hosts keep 1 MiB of guestinfo for each machine unless told otherwise, and Base64 takes a third more. */
    public static final int MAX_USER_DATA_BYTES = 512 << 10;

    private static final String METADATA = "guestinfo.metadata";
    private static final String USER_DATA = "guestinfo.userdata";

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if an address is wanted for something without one to go with
     */
    public GuestSetup {
        addresses = List.copyOf(addresses);
        nameServers = List.copyOf(nameServers);
        if (addresses.isEmpty() && (gateway.isPresent() || !nameServers.isEmpty())) {
            throw new IllegalArgumentException("a gateway or a name server needs an address to go with");
        }
        if (userData.isPresent() && userData.get().length() > MAX_USER_DATA_BYTES) {
            throw new IllegalArgumentException("user data may have " + MAX_USER_DATA_BYTES + " bytes");
        }
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
     * Makes sure that names and addresses are some.
     *
     * @throws IllegalArgumentException says which is not
     */
    public void check() {
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
        InetAddress parsed = InetAddresses.forString(address);
        return parsed instanceof Inet4Address;
    }

    /**
     * The keys.
     *
     * @param identity of the new machine
     * @param nics its adapters
     */
    Map<String, String> keys(VmUuid identity, List<VmxNic> nics) {
        check();
        Map<String, String> keys = new LinkedHashMap<>();
        put(keys, METADATA, metadata(identity, nics).getBytes(StandardCharsets.UTF_8));
        userData.ifPresent(data -> put(keys, USER_DATA, data.toBytes()));
        return keys;
    }

    private static void put(Map<String, String> keys, String key, byte[] data) {
        keys.put(key, Base64.getEncoder().encodeToString(data));
        keys.put(key + ".encoding", "base64");
    }

    /** JSON, which is YAML too; every text in it was checked to need no escapes. */
    private String metadata(VmUuid identity, List<VmxNic> nics) {
        List<String> parts = new ArrayList<>();
        parts.add(pair("instance-id", quoted("vmdisk-" + identity.toString().replaceAll("[^0-9a-f]", ""))));
        hostName.ifPresent(name -> parts.add(pair("local-hostname", quoted(name))));
        if (!addresses.isEmpty()) {
            parts.add(pair("network", network(nics)));
        }
        return object(parts);
    }

    /** Version 2 of cloud-init's network configuration. An adapter is told by its address where it has one already. */
    private String network(List<VmxNic> nics) {
        Optional<String> mac = nics.stream()
                .findFirst()
                .flatMap(VmxNic::mac)
                .map(Object::toString)
                .map(GuestSetup::quoted);
        List<String> parts = new ArrayList<>();
        parts.add(pair(
                "match",
                object(List.of(mac.map(address -> pair("macaddress", address)).orElse(pair("name", quoted("e*")))))));
        parts.add(pair("dhcp4", "false"));
        parts.add(pair("addresses", list(addresses)));
        gateway.ifPresent(via -> parts.add(pair(
                "routes",
                "[" + object(List.of(pair("to", quoted(isFour(via) ? "0.0.0.0/0" : "::/0")), pair("via", quoted(via))))
                        + "]")));
        if (!nameServers.isEmpty()) {
            parts.add(pair("nameservers", object(List.of(pair("addresses", list(nameServers))))));
        }
        String ethernets = object(List.of(pair("nic0", object(parts))));
        return object(List.of(pair("version", "2"), pair("ethernets", ethernets)));
    }

    private static String object(List<String> pairs) {
        return "{" + String.join(", ", pairs) + "}";
    }

    private static String list(List<String> texts) {
        return texts.stream().map(GuestSetup::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String pair(String key, String value) {
        return quoted(key) + ": " + value;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
