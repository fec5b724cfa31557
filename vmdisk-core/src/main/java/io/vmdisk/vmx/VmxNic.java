package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Optional;

/**
 * A present network adapter.
 *
 * @param index its number, from 0
 * @param type {@code vmxnet3}, {@code e1000} and so on, in lower case; {@code vmxnet2} for the enhanced form of vmxnet;
 *     empty for the guest's default
 * @param connection {@code bridged}, {@code nat} and so on, in lower case; empty if a host's network is named instead
 * @param network the port group's name; empty if there is none
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
    /** Where the address comes from. */
    public enum AddressType {
        /** The host generates it from the machine's UUID; also if nothing is said. */
        GENERATED("generated"),
        /** The user sets it. */
        STATIC("static"),
        /** vCenter assigns it. */
        VPX("vpx"),
        /** A word that this library does not know. */
        UNKNOWN("");

        private final String text;

        AddressType(String text) {
            this.text = text;
        }

        /** {@return the value in a machine's file; empty for {@link #UNKNOWN}} */
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

    /** {@return the prefix of its keys, such as {@code ethernet0}} */
    public String name() {
        return "ethernet" + index;
    }

    /**
     * {@return the key of a property of this adapter, such as {@code ethernet0.networkName}}
     *
     * @param property such as {@code networkName}
     */
    public String key(String property) {
        return name() + "." + property;
    }

    /** {@return the address; empty if {@link #address} holds none} */
    public Optional<MacAddress> mac() {
        return MacAddress.parse(address);
    }

    /** {@return the key that holds the address: {@code address} for a static one, else {@code generatedAddress}} */
    public String addressKey() {
        return key(addressType == AddressType.STATIC ? "address" : "generatedAddress");
    }
}
