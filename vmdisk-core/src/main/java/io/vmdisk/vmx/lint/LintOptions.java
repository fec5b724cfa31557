package io.vmdisk.vmx.lint;

import com.google.common.collect.ImmutableSet;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.vmx.hardware.EsxiRelease;
import io.vmdisk.vmx.hardware.HardwareCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration is checked for.
 *
 * <p>Immutable, and so safe for many threads.
 *
 * @since 0.1
 */
public final class LintOptions {
    /** Only the rules that apply to all machines. */
    public static final LintOptions DEFAULT = new LintOptions(Set.of(), Optional.empty());

    private static final String TARGET_PREFIX = "esxi-";

    private final Set<LintProfile> profiles;
    private final Optional<EsxiRelease> target;

    private LintOptions(Set<LintProfile> profiles, Optional<EsxiRelease> target) {
        this.profiles = Set.copyOf(profiles);
        this.target = target;
    }

    /**
     * {@return these options and a profile}
     *
     * @param profile is added to those that are there
     */
    public LintOptions with(LintProfile profile) {
        return new LintOptions(
                ImmutableSet.<LintProfile>builder()
                        .addAll(profiles)
                        .add(profile)
                        .build(),
                target);
    }

    /**
     * {@return these options with a host's release}
     *
     * @param release replaces one that is there
     */
    public LintOptions with(EsxiRelease release) {
        return new LintOptions(profiles, Optional.of(release));
    }

    /**
     * Reads words such as {@code vmotion} and {@code esxi-7.0}.
     *
     * @param words profiles and releases; of several releases the last one counts
     * @return the options
     * @throws UnsupportedFeatureException {@code lint-profile} if a word is neither a profile nor a release
     */
    public static LintOptions of(List<String> words) throws UnsupportedFeatureException {
        LintOptions options = DEFAULT;
        for (String word : words) {
            Optional<LintProfile> profile = LintProfile.of(word);
            Optional<EsxiRelease> release = HardwareCatalog.get().release(word);
            if (profile.isPresent()) {
                options = options.with(profile.get());
            } else if (release.isPresent()) {
                options = options.with(release.get());
            } else {
                throw new UnsupportedFeatureException(
                        "lint-profile", null, "nothing is known to lint for '" + word + "'", known());
            }
        }
        return options;
    }

    private static String known() {
        return "known are "
                + Arrays.stream(LintProfile.values()).map(LintProfile::word).collect(Collectors.joining(", "))
                + " and releases such as " + TARGET_PREFIX + "7.0 and " + TARGET_PREFIX + "8.0u2";
    }

    boolean asks(Set<LintProfile> rule) {
        return rule.isEmpty() || rule.stream().anyMatch(profiles::contains);
    }

    boolean isAudit() {
        return profiles.stream().anyMatch(LintProfile::isAudit);
    }

    /** Whether a hardening key that is not there counts as a finding: everywhere but in the newest audit alone. */
    boolean wantsKeysToBeThere() {
        return !profiles.contains(LintProfile.STIG8)
                || profiles.contains(LintProfile.STIG7)
                || profiles.contains(LintProfile.SECURITY);
    }

    /** {@return the profiles, besides the rules that apply to all machines; unmodifiable} */
    public Set<LintProfile> profiles() {
        return profiles;
    }

    /** {@return the release of the host that the machine is to run on; empty if that does not matter} */
    public Optional<EsxiRelease> target() {
        return target;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LintOptions that && profiles.equals(that.profiles) && target.equals(that.target);
    }

    @Override
    public int hashCode() {
        return Objects.hash(profiles, target);
    }

    @Override
    public String toString() {
        return "LintOptions[" + "profiles=" + profiles + ", target=" + target + "]";
    }
}
