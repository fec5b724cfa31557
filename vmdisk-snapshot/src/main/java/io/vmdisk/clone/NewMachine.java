package io.vmdisk.clone;

import io.vmdisk.vmx.MacAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A clone to be made.
 *
 * @param folder where; must be empty or not exist
 * @param name shown to people; its files are called so too
 * @param settings keys of the configuration to set, after everything else
 * @param guest what the guest learns at its first start
 * @param mac the static address of its first network adapter; empty for what the request's rule makes
 */
public record NewMachine(
        Path folder, String name, Map<String, String> settings, Optional<GuestSetup> guest, Optional<MacAddress> mac) {
    /** What {@link #numbered} replaces by a number. */
    public static final String NUMBER = "{}";

    /** Copies the map, in its order. */
    public NewMachine {
        settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A clone whose addresses follow the request's rule. */
    public NewMachine(Path folder, String name, Map<String, String> settings, Optional<GuestSetup> guest) {
        this(folder, name, settings, guest, Optional.empty());
    }

    /** With a static address for its first network adapter. */
    public NewMachine withMac(MacAddress address) {
        return new NewMachine(folder, name, settings, guest, Optional.of(address));
    }

    /** In another folder. */
    NewMachine in(Path other) {
        return new NewMachine(other, name, settings, guest, mac);
    }

    /** A clone without settings of its own. */
    public static NewMachine of(Path folder, String name) {
        return new NewMachine(folder, name, Map.of(), Optional.empty());
    }

    /**
     * One of several, in a folder of its own below {@link #folder}. {@code {}} stands for its number in the name, in the
     * settings' values, and in the guest's host name and addresses; a name without it gets {@code -1}, {@code -2}, ...
     */
    public NewMachine numbered(int number) {
        String text = Integer.toString(number);
        String own = name.contains(NUMBER) ? name.replace(NUMBER, text) : name + "-" + text;
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach((key, value) -> values.put(key, value.replace(NUMBER, text)));
        return new NewMachine(folder.resolve(own), own, values, guest.map(setup -> setup.numbered(text)));
    }
}
