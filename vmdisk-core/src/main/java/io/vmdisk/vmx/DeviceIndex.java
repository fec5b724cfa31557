package io.vmdisk.vmx;

import com.google.common.base.Ascii;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** The number in the name of a device family: the 3 of {@code ethernet3.present}. Bounded, since text is hostile. */
final class DeviceIndex {
    private static final int MAX_DIGITS = 3;

    private DeviceIndex() {}

    /** One to three digits without leading zeros; -1 for anything else. */
    static int parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || text.length() > 1 && text.charAt(0) == '0') {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    /** The numbers with which a family occurs in keys {@code familyN.property}. */
    static SortedSet<Integer> of(String family, Collection<String> keys) {
        SortedSet<Integer> found = new TreeSet<>();
        for (String key : keys) {
            int dot = key.indexOf('.');
            if (dot > family.length() && Ascii.equalsIgnoreCase(key.substring(0, family.length()), family)) {
                int number = parse(key.substring(family.length(), dot));
                if (number >= 0) {
                    found.add(number);
                }
            }
        }
        return found;
    }
}
