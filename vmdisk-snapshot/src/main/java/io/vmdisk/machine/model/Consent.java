package io.vmdisk.machine.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A danger that the user agreed to, by the word of the refusal.
 *
 * @since 0.1
 */
public enum Consent {
    /** The suspended state may become useless or is thrown away. */
    SUSPENDED("suspended"),
    /** What a run left behind is known to be of no meaning. */
    CRASHED("crashed"),
    /** The snapshot list records linked clones whose names can't be followed from here; they are known to be gone. */
    CLONES("clones");

    private final String word;

    Consent(String word) {
        this.word = word;
    }

    /** What {@code --force=} takes. */
    public String word() {
        return word;
    }

    /** The consent of that word. */
    public static Optional<Consent> of(String word) {
        return Arrays.stream(values()).filter(c -> c.word.equals(word)).findFirst();
    }
}
