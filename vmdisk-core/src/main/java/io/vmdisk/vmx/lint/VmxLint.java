package io.vmdisk.vmx.lint;

import io.vmdisk.Finding.Severity;
import io.vmdisk.vmx.VmxFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Finds what is wrong with a configuration, without changing it.
 *
 * <p>The worst findings come first, those of one severity in the order of the rules. Values in findings are safe to
 * print, whatever the configuration holds, and secrets are hidden. Thread-safe while the configuration is not changed.
 *
 * @since 0.1
 */
public final class VmxLint {
    /** Past this the same thing is wrong everywhere; the rest is counted, not listed. */
    private static final int MAX_HITS_PER_RULE = 100;

    /** Keys that must be there, and in an encrypted configuration are, out of sight. */
    private static final Set<String> HIDDEN_WHEN_SEALED = Set.of("SYN-11", "SYN-19", "SYN-20");

    private VmxLint() {}

    /** {@return all rules, in the order of the catalogue} */
    public static List<LintRule> rules() {
        return RuleTable.get().rules().stream().map(RuleTable.Ruled::rule).toList();
    }

    /**
     * Runs the rules that the options ask for. Only the form of a configuration is checked if it is encrypted as a
     * whole, because its hardware can't be seen.
     *
     * @param vmx the configuration; must not be changed meanwhile
     * @param context what is known besides
     * @param options what to check for
     * @return the findings, the worst first; at most 100 for one rule, and then one more that says how many are left
     *     out
     */
    public static List<LintFinding> run(VmxFile vmx, LintContext context, LintOptions options) {
        LintSubject subject = new LintSubject(vmx, context, options);
        boolean sealed = vmx.encryption() == VmxFile.Encryption.WHOLE;
        List<LintFinding> findings = new ArrayList<>();
        for (RuleTable.Ruled each : RuleTable.get().rules()) {
            LintRule rule = each.rule();
            boolean visible = !sealed || rule.id().startsWith("ENC-") || isAboutForm(rule);
            if (visible && options.asks(rule.profiles())) {
                report(rule, each.check().hits(subject), subject, findings);
            }
        }
        findings.sort(Comparator.comparing(LintFinding::severity).reversed());
        return findings;
    }

    private static boolean isAboutForm(LintRule rule) {
        return rule.id().startsWith("SYN-") && !HIDDEN_WHEN_SEALED.contains(rule.id());
    }

    private static void report(LintRule rule, List<Hit> hits, LintSubject subject, List<LintFinding> findings) {
        for (Hit hit : hits.subList(0, Math.min(hits.size(), MAX_HITS_PER_RULE))) {
            findings.add(finding(rule, hit, subject));
        }
        if (hits.size() > MAX_HITS_PER_RULE) {
            int rest = hits.size() - MAX_HITS_PER_RULE;
            findings.add(finding(rule, Hit.at("", rest + " more of the same"), subject));
        }
    }

    private static LintFinding finding(LintRule rule, Hit hit, LintSubject subject) {
        int line =
                hit.line() > 0 ? hit.line() : subject.keys().lineOf(hit.key()).orElse(0);
        String value = subject.keys()
                .get(hit.key())
                .map(text -> EchoedValue.of(hit.key(), text))
                .orElse("");
        String detail = hit.detail().isEmpty() ? value : EchoedValue.plain(hit.detail());
        String message = detail.isEmpty() ? rule.message() : rule.message() + " (" + detail + ")";
        return new LintFinding(
                rule.id(),
                severity(rule, subject.options()),
                EchoedValue.plain(hit.key()),
                line,
                value,
                message,
                rule.fix());
    }

    /** An audit wants hardening that is otherwise only worth knowing. */
    private static Severity severity(LintRule rule, LintOptions options) {
        boolean audited = options.isAudit() && rule.profiles().stream().anyMatch(LintProfile::isAudit);
        return audited && rule.severity() == Severity.INFO ? Severity.WARNING : rule.severity();
    }
}
