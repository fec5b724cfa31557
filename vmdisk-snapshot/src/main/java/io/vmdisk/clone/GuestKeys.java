package io.vmdisk.clone;

import com.google.common.net.InetAddresses;
import io.vmdisk.machine.model.GuestSetup;
import io.vmdisk.vmx.VmUuid;
import io.vmdisk.vmx.VmxNic;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The {@code guestinfo} keys from which cloud-init's data source for VMware reads a {@link GuestSetup}: metadata with a
 * fresh instance ID, so that a copied guest knows that it is another, and user data as it is.
 */
final class GuestKeys {
    private static final String METADATA = "guestinfo.metadata";
    private static final String USER_DATA = "guestinfo.userdata";

    private GuestKeys() {}

    /**
     * The keys of a setup.
     *
     * @param identity of the new machine
     * @param nics its adapters
     * @throws IllegalArgumentException if a name or an address of the setup is malformed
     */
    static Map<String, String> of(GuestSetup setup, VmUuid identity, List<VmxNic> nics) {
        setup.check();
        Map<String, String> keys = new LinkedHashMap<>();
        put(keys, METADATA, metadata(setup, identity, nics).getBytes(StandardCharsets.UTF_8));
        setup.userData().ifPresent(data -> put(keys, USER_DATA, data));
        return keys;
    }

    private static void put(Map<String, String> keys, String key, byte[] data) {
        keys.put(key, Base64.getEncoder().encodeToString(data));
        keys.put(key + ".encoding", "base64");
    }

    /** JSON, which is YAML too; every text in it was checked to need no escapes. */
    private static String metadata(GuestSetup setup, VmUuid identity, List<VmxNic> nics) {
        List<String> parts = new ArrayList<>();
        parts.add(pair("instance-id", quoted("vmdisk-" + identity.toString().replaceAll("[^0-9a-f]", ""))));
        setup.hostName().ifPresent(name -> parts.add(pair("local-hostname", quoted(name))));
        if (!setup.addresses().isEmpty()) {
            parts.add(pair("network", network(setup, nics)));
        }
        return object(parts);
    }

    /** Version 2 of cloud-init's network configuration. An adapter is told by its address where it has one already. */
    private static String network(GuestSetup setup, List<VmxNic> nics) {
        Optional<String> mac = nics.stream()
                .findFirst()
                .flatMap(VmxNic::mac)
                .map(Object::toString)
                .map(GuestKeys::quoted);
        List<String> parts = new ArrayList<>();
        parts.add(pair(
                "match",
                object(List.of(mac.map(address -> pair("macaddress", address)).orElse(pair("name", quoted("e*")))))));
        parts.add(pair("dhcp4", "false"));
        parts.add(pair("addresses", list(setup.addresses())));
        setup.gateway()
                .ifPresent(via -> parts.add(pair(
                        "routes",
                        "["
                                + object(List.of(
                                        pair("to", quoted(isFour(via) ? "0.0.0.0/0" : "::/0")),
                                        pair("via", quoted(via))))
                                + "]")));
        if (!setup.nameServers().isEmpty()) {
            parts.add(pair("nameservers", object(List.of(pair("addresses", list(setup.nameServers()))))));
        }
        String ethernets = object(List.of(pair("nic0", object(parts))));
        return object(List.of(pair("version", "2"), pair("ethernets", ethernets)));
    }

    private static boolean isFour(String address) {
        return InetAddresses.forString(address) instanceof Inet4Address;
    }

    private static String object(List<String> pairs) {
        return "{" + String.join(", ", pairs) + "}";
    }

    private static String list(List<String> texts) {
        return texts.stream().map(GuestKeys::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String pair(String key, String value) {
        return quoted(key) + ": " + value;
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
