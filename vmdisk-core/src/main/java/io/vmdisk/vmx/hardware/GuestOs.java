package io.vmdisk.vmx.hardware;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A guest operating system that products know.
 *
 * @param id the value of {@code guestOS}
 * @param family {@code windows}, {@code linux}, {@code darwin} and so on
 * @param bits 32 or 64
 * @since 0.1
 */
public record GuestOs(String id, String family, int bits) {
    private static final String ARM_PREFIX = "arm-";

    /** Loads on first use, once. */
    private static final class Holder {
        static final Map<String, GuestOs> BY_ID = DataTable.read("guests.tsv").stream()
                .map(GuestOs::ofRow)
                .collect(Collectors.toUnmodifiableMap(os -> Ascii.toLowerCase(os.id), Function.identity()));
    }

    private static GuestOs ofRow(List<String> row) {
        return new GuestOs(row.get(0), row.get(1), Integer.parseInt(row.get(2)));
    }

    /**
     * {@return the guest system with this id; empty for an unknown one}
     *
     * @param id in upper or lower case; an id for Arm, which begins with {@code arm-}, finds the system of the rest of
     *     the id
     */
    public static Optional<GuestOs> find(String id) {
        String wanted = Ascii.toLowerCase(id);
        boolean arm = wanted.startsWith(ARM_PREFIX);
        return Optional.ofNullable(Holder.BY_ID.get(arm ? wanted.substring(ARM_PREFIX.length()) : wanted));
    }

    /** {@return whether it is a Windows} */
    public boolean isWindows() {
        return family.equals("windows");
    }

    /**
     * {@return whether its releases have drivers for paravirtual devices: 64-bit Linux, and 64-bit Windows from Vista
     * on}
     */
    public boolean isModern() {
        return bits == 64
                && (family.equals("linux")
                        || isWindows()
                                && Splitter.on('-').splitToList(id).get(0).matches("(?i)windows.*|longhorn|winvista"));
    }
}
