package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import java.util.Locale;
import java.util.Optional;

/**
 * What a configuration is checked for, besides being able to run.
 *
 * @since 0.1
 */
public enum LintProfile {
    /** Processors and memory are to be added while the machine runs. */
    HOTPLUG,
    /** The machine is to move between hosts while it runs. */
    VMOTION,
    /** The machine is to be copied. */
    CLONE,
    /** The machine is or is to become a template. */
    TEMPLATE,
    /** A snapshot is to be taken or a disk grown. */
    SNAPSHOT,
    /** The machine is backed up by changed blocks. */
    BACKUP,
    /** The machine is to be hardened. */
    SECURITY,
    /** The machine is audited by DISA's guide for vSphere 7, which wants keys to be set. */
    STIG7,
    /** The machine is audited by DISA's guide for vSphere 8, which accepts defaults. */
    STIG8,
    /** The machine is to be fast. */
    PERFORMANCE;

    /** {@return the name for users and in the table of rules, such as {@code vmotion}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the profile with a name; empty for an unknown one}
     *
     * @param word in upper or lower case
     */
    public static Optional<LintProfile> of(String word) {
        for (LintProfile profile : values()) {
            if (Ascii.equalsIgnoreCase(profile.name(), word)) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    boolean isAudit() {
        return this == STIG7 || this == STIG8;
    }
}
