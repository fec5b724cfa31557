package io.vmdisk.vmx.lint;

import io.vmdisk.Finding.Severity;
import io.vmdisk.Remedy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
