package io.vmdisk.machine.model;

import io.vmdisk.vmx.MacAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A clone to be made.
 *
 * <p>Immutable, and so safe for many threads. Begin with {@link #of}; each {@code with…} gives a changed copy.
 *
 * @since 0.1
 */
public final class NewMachine {
    /** What {@link #numbered} replaces by a number. */
    public static final String NUMBER = "{}";

    private final Path folder;
    private final String name;
    private final Map<String, String> settings;
    private final Optional<GuestSetup> guest;
    private final List<MacAddress> macs;

    private NewMachine(
            Path folder, String name, Map<String, String> settings, Optional<GuestSetup> guest, List<MacAddress> macs) {
        this.folder = folder;
        this.name = name;
        this.settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        this.guest = guest;
        this.macs = List.copyOf(macs);
    }

    /** A clone without settings of its own. */
    public static NewMachine of(Path folder, String name) {
        return new NewMachine(folder, name, Map.of(), Optional.empty(), List.of());
    }

    /** With keys of the configuration to set, after everything else. */
    public NewMachine withSettings(Map<String, String> keys) {
        return new NewMachine(folder, name, keys, guest, macs);
    }

    /** With what the guest learns at its first start. */
    public NewMachine withGuest(GuestSetup setup) {
        return new NewMachine(folder, name, settings, Optional.of(setup), macs);
    }

    /** With a static address for its first network adapter. */
    public NewMachine withMac(MacAddress address) {
        return withMacs(List.of(address));
    }

    /** With static addresses for its network adapters, in their order; those of further adapters follow the request's rule. */
    public NewMachine withMacs(List<MacAddress> addresses) {
        return new NewMachine(folder, name, settings, guest, addresses);
    }

    /** In another folder. */
    public NewMachine withFolder(Path other) {
        return new NewMachine(other, name, settings, guest, macs);
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
        return new NewMachine(folder.resolve(own), own, values, guest.map(setup -> setup.numbered(text)), List.of());
    }

    /** Where; must be empty or not exist. */
    public Path folder() {
        return folder;
    }

    /** Shown to people; its files are called so too. */
    public String name() {
        return name;
    }

    /** Keys of the configuration to set, after everything else. */
    public Map<String, String> settings() {
        return settings;
    }

    /** What the guest learns at its first start. */
    public Optional<GuestSetup> guest() {
        return guest;
    }

    /** The static addresses of its network adapters, in their order; what is not here the request's rule makes. */
    public List<MacAddress> macs() {
        return macs;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NewMachine that
                && folder.equals(that.folder)
                && name.equals(that.name)
                && settings.equals(that.settings)
                && guest.equals(that.guest)
                && macs.equals(that.macs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(folder, name, settings, guest, macs);
    }

    @Override
    public String toString() {
        return "NewMachine[" + "folder=" + folder + ", name=" + name + ", settings=" + settings + ", guest=" + guest
                + ", macs=" + macs + "]";
    }
}
