package io.vmdisk.remote;

import io.vmdisk.storage.Volume;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the user's settings are.
 *
 * @param variables of the environment
 * @param properties of the JVM
 */
record Surroundings(Function<String, @Nullable String> variables, Function<String, @Nullable String> properties) {
    /** Those of this process. */
    static final Surroundings OWN = new Surroundings(System::getenv, System::getProperty);

    /** A variable that is set to something. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.apply(name)).filter(value -> !value.isEmpty());
    }

    /** A variable, or else a property. */
    Optional<String> variable(String name, String property) {
        return variable(name)
                .or(() -> Optional.ofNullable(properties.apply(property)).filter(value -> !value.isEmpty()));
    }

    /** The file that a variable names, or else one in the home folder, if it is there. */
    Optional<Path> file(String variable, String inHome) {
        try {
            Optional<Path> named = variable(variable).map(Path::of);
            return named.or(() -> variable("HOME", "user.home").map(home -> Path.of(home, inHome)))
                    .filter(Volume.system()::exists);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
