package io.vmdisk.vmx.lint;

import com.google.common.base.Ascii;
import java.util.Locale;
import java.util.Optional;

/**
 * What a configuration is judged for, beyond being able to run.
 *
 * @since 0.1
 */
public enum LintProfile {
    /** Processors and memory shall be added while it runs. */
    HOTPLUG,
    /** It shall move between hosts while it runs. */
    VMOTION,
    /** It shall be copied. */
    CLONE,
    /** It is, or shall become, a template. */
    TEMPLATE,
    /** A snapshot shall be taken or a disk grown. */
    SNAPSHOT,
    /** It is backed up by changed blocks. */
    BACKUP,
    /** It is hardened. */
    SECURITY,
    /** It is audited by DISA's guide for vSphere 7, which wants keys to be there. */
    STIG7,
    /** It is audited by DISA's guide for vSphere 8, which accepts defaults. */
    STIG8,
    /** It shall be fast. */
    PERFORMANCE;

    /** The name on the command line and in the table of rules. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The profile with this name, in any case. */
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
