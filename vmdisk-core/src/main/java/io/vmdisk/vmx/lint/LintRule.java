package io.vmdisk.vmx.lint;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import java.util.Set;

/**
 * A rule: what is looked at, why it matters and what to do.
 *
 * @param id stable name
 * @param severity how bad a hit is
 * @param profiles when it is asked; always, if there is none
 * @param key the key, or pattern of keys, it is about
 * @param condition when it hits, in words of {@link Condition}; for a check in code, what that looks for
 * @param message what a hit means and why it matters
 * @param fix what to do
 * @since 0.1
 */
public record LintRule(
        String id,
        Severity severity,
        Set<LintProfile> profiles,
        String key,
        String condition,
        String message,
        Remedy fix) {
    /** Keeps a copy. */
    public LintRule {
        profiles = Set.copyOf(profiles);
    }
}
