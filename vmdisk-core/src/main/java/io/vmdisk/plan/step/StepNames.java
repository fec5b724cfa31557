package io.vmdisk.plan.step;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What files are called in lines for people: by name alone, with the folder where several have the name. Immutable.
 *
 * @since 0.1
 */
public final class StepNames {
    /** Every file by name alone. */
    public static final StepNames SHORT = new StepNames(Set.of());

    private final Set<String> repeated;

    private StepNames(Set<String> repeated) {
        this.repeated = repeated;
    }

    /** Names for these files. */
    public static StepNames of(Collection<Path> files) {
        Set<String> once = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        for (Path file : new HashSet<>(files)) {
            String name = name(file);
            if (!once.add(name)) {
                repeated.add(name);
            }
        }
        return new StepNames(Set.copyOf(repeated));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** What to call a file. */
    public String of(Path file) {
        return repeated.contains(name(file)) ? file.toString() : name(file);
    }
}
