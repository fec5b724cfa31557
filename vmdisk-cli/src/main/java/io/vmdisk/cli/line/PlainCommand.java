package io.vmdisk.cli.line;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** A command that a plain line can name. */
public interface PlainCommand extends Callable<Integer> {
    /** The options that a plain line may have, each with a value in a word of its own. */
    default Set<String> plainOptions() {
        return Set.of();
    }

    /**
     * Takes what the line says.
     *
     * @param operands as typed
     * @param values those of {@link #plainOptions} that were given
     * @throws IllegalArgumentException if it is not plain
     */
    void take(List<String> operands, Map<String, String> values);

    /**
     * The only operand of a line that must have one.
     *
     * @throws IllegalArgumentException if there are others
     */
    static String only(List<String> operands) {
        if (operands.size() != 1) {
            throw new IllegalArgumentException("one operand, not " + operands.size());
        }
        return operands.get(0);
    }
}
