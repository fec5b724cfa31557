package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * A present network adapter.
 *
 * @param index its number
 * @param type {@code vmxnet3}, {@code e1000}, ...; {@code vmxnet2} for the enhanced form of vmxnet; empty for the guest's
 *     default
 * @param connection {@code bridged}, {@code nat}, ...; empty where a host's network is named instead
 * @param network the port group's name, empty if there is none
 * @param addressType where the address comes from
 * @param address the address in effect, as text; empty if the host has not given one yet
 * @param connected whether it is connected at power-on
 * @since 0.1
 */
public record VmxNic(
        int index,
        String type,
        String connection,
        String network,
        AddressType addressType,
        String address,
        boolean connected) {
    /** Who gives the address. */
    public enum AddressType {
        /** The host, from the machine's UUID. */
        GENERATED("generated"),
        /** The user. */
        STATIC("static"),
        /** vCenter. */
        VPX("vpx"),
        /** Something this library does not know. */
        UNKNOWN("");

        private final String text;

        AddressType(String text) {
            this.text = text;
        }

        /** The value in a machine's file. */
        public String text() {
            return text;
        }

        static AddressType of(String text) {
            if (text.isEmpty()) {
                return GENERATED;
            }
            for (AddressType type : values()) {
                if (Ascii.equalsIgnoreCase(type.text, text)) {
                    return type;
                }
            }
            return UNKNOWN;
        }
    }

    /** The name of the adapter: {@code ethernet0}. */
    public String name() {
        return "ethernet" + index;
    }

    /** The key of a property of this adapter. */
    public String key(String property) {
        return name() + "." + property;
    }

    /** The address, if it is one. */
    public Optional<MacAddress> mac() {
        return MacAddress.parse(address);
    }

    /** The key that holds the address. */
    public String addressKey() {
        return key(addressType == AddressType.STATIC ? "address" : "generatedAddress");
    }
}
