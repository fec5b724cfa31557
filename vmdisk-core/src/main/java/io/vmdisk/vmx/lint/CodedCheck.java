package io.vmdisk.vmx.lint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A check that no {@link Condition} can say, known by its rule. Found by a switch: to link a table of methods would cost a
 * first run more than what the methods do.
 *
 * @param rule the rule's ID
 */
record CodedCheck(String rule) implements Check {
    @Override
    public List<Hit> hits(LintSubject subject) {
        List<Hit> hits = ofGroup(subject);
        if (hits == null) {
            throw new IllegalStateException(rule + " has no check");
        }
        return hits;
    }

    private @Nullable List<Hit> ofGroup(LintSubject subject) {
        return switch (rule.substring(0, rule.indexOf('-'))) {
            case "SYN" -> SyntaxChecks.hits(rule, subject);
            case "ID", "ENC", "SEC" -> IdentityChecks.hits(rule, subject);
            case "LIM" -> LimitChecks.hits(rule, subject);
            case "STO" -> StorageChecks.hits(rule, subject);
            case "SNP" -> SnapshotChecks.hits(rule, subject);
            case "NET" -> NetworkChecks.hits(rule, subject);
            case "VMO", "TPL" -> MotionChecks.hits(rule, subject);
            case "CON" -> ConsistencyChecks.hits(rule, subject);
            default -> null;
        };
    }
}
