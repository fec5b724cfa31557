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
 * <p>Immutable, and so safe for many threads. Begin with {@link #of}; each {@code with…} returns a changed copy.
 *
 * @since 0.1
 */
public final class NewMachine {
    /** The text that {@link #numbered} replaces by a number. */
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

    /**
     * {@return a clone without settings of its own}
     *
     * @param folder must be empty or not exist
     * @param name of the machine and its files
     */
    public static NewMachine of(Path folder, String name) {
        return new NewMachine(folder, name, Map.of(), Optional.empty(), List.of());
    }

    /**
     * {@return this clone with other settings}
     *
     * @param keys of the configuration, with their values; set after everything else
     */
    public NewMachine withSettings(Map<String, String> keys) {
        return new NewMachine(folder, name, keys, guest, macs);
    }

    /**
     * {@return this clone with a setup of the guest}
     *
     * @param setup what the guest gets at its first start
     */
    public NewMachine withGuest(GuestSetup setup) {
        return new NewMachine(folder, name, settings, Optional.of(setup), macs);
    }

    /**
     * {@return this clone with a static address for its first network adapter}
     *
     * @param address of the adapter
     */
    public NewMachine withMac(MacAddress address) {
        return withMacs(List.of(address));
    }

    /**
     * {@return this clone with static addresses for its network adapters}
     *
     * @param addresses in the order of the adapters; those of further adapters follow the request's rule
     */
    public NewMachine withMacs(List<MacAddress> addresses) {
        return new NewMachine(folder, name, settings, guest, addresses);
    }

    /**
     * {@return this clone in another folder}
     *
     * @param other must be empty or not exist
     */
    public NewMachine withFolder(Path other) {
        return new NewMachine(other, name, settings, guest, macs);
    }

    /**
     * Makes one of several clones of this one. Its folder is that of its name below {@link #folder}. {@link #NUMBER}
     * stands for its number in the name, in the settings' values, and in the guest's host name and addresses. A name
     * without it gets {@code -1}, {@code -2} and so on. Static MAC addresses are left out, because all the clones would
     * have the same.
     *
     * @param number any
     * @return the numbered clone
     */
    public NewMachine numbered(int number) {
        String text = Integer.toString(number);
        String own = name.contains(NUMBER) ? name.replace(NUMBER, text) : name + "-" + text;
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach((key, value) -> values.put(key, value.replace(NUMBER, text)));
        return new NewMachine(folder.resolve(own), own, values, guest.map(setup -> setup.numbered(text)), List.of());
    }

    /** {@return the clone's folder, which must be empty or not exist} */
    public Path folder() {
        return folder;
    }

    /** {@return the name of the machine and its files} */
    public String name() {
        return name;
    }

    /** {@return keys of the configuration to set after everything else, in their order; unmodifiable} */
    public Map<String, String> settings() {
        return settings;
    }

    /** {@return what the guest gets at its first start; empty if it gets nothing} */
    public Optional<GuestSetup> guest() {
        return guest;
    }

    /**
     * {@return the static addresses of its network adapters, in their order; those of further adapters follow the
     * request's rule}
     */
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
