package io.vmdisk.vmx.lint;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule: what it checks, why that matters and what to do.
 *
 * @param id a stable name, such as {@code LIM-04}
 * @param severity how bad a finding is
 * @param profiles for which profiles the rule is checked; always if empty
 * @param key the key, or pattern of keys, it is about
 * @param condition when it reports a finding, in the small language of the table; for a rule in code, what that looks
 *     for
 * @param message what a finding means and why it matters
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
    /**
     * Copies the set.
     *
     * @param id a stable name
     * @param severity how bad a finding is
     * @param profiles is copied
     * @param key the key or pattern of keys
     * @param condition when it reports a finding
     * @param message what a finding means
     * @param fix what to do
     */
    public LintRule {
        profiles = Set.copyOf(profiles);
    }

    // By hand, like hashCode: a record's own are linked at run time, which every short command would wait for.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LintRule that
                && id.equals(that.id)
                && severity == that.severity
                && profiles.equals(that.profiles)
                && key.equals(that.key)
                && condition.equals(that.condition)
                && message.equals(that.message)
                && fix.equals(that.fix);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * id.hashCode() + severity.hashCode()) + profiles.hashCode();
    }
}
