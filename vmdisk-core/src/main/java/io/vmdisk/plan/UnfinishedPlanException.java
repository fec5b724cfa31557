package io.vmdisk.plan;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import java.io.IOException;

/**
 * The system failed in the middle of an operation behind its commit point. Nothing is lost: a recovery goes on where it
 * ended.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class UnfinishedPlanException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    UnfinishedPlanException(String problem, IOException cause) {
        super(problem + ": " + way().text(), cause);
        this.problem = problem;
    }

    private static Remedy way() {
        return Remedy.say("nothing is lost; when the cause is gone ")
                .with(Kind.RECOVER)
                .and(" goes on");
    }

    /** What failed and why, without the remedy. */
    public String problem() {
        return problem;
    }

    /** How the operation is finished. */
    public Remedy remedy() {
        return way();
    }
}
