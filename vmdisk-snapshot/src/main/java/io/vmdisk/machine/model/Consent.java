package io.vmdisk.machine.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A danger that the user agreed to. Its word is that of the refusal.
 *
 * @since 0.1
 */
public enum Consent {
    /** The suspended state may become useless or is thrown away. */
    SUSPENDED("suspended"),
    /** The user knows that the machine does not run and that nothing in what its last run left matters. */
    CRASHED("crashed"),
    /**
     * The snapshot list records linked clones whose names can't be followed from here; the user knows that they are
     * gone.
     */
    CLONES("clones");

    private final String word;

    Consent(String word) {
        this.word = word;
    }

    /** {@return the condition of the refusal that this allows, {@link io.vmdisk.UnsafeStateException#condition}} */
    public String word() {
        return word;
    }

    /**
     * {@return the consent of a word; empty for an unknown word}
     *
     * @param word in lower case
     */
    public static Optional<Consent> of(String word) {
        return Arrays.stream(values()).filter(c -> c.word.equals(word)).findFirst();
    }
}
