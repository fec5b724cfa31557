package io.vmdisk.clone;

import com.google.common.base.Ascii;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.vm.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * New names for files of a machine's folder: where a name begins with the machine's, the new one takes its place.
 */
final class Renaming {
    private final VirtualMachine machine;
    private final String before;
    private final String after;
    private final Map<Path, Path> taken = new LinkedHashMap<>();

    Renaming(VirtualMachine machine, String before, String after) {
        this.machine = machine;
        this.before = before;
        this.after = after;
    }

    static Path withSuffix(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + suffix);
    }

    boolean isHere(Path file) {
        return machine.path().equals(file.toAbsolutePath().normalize().getParent());
    }

    /** What a file would be called; itself if it is not called like the machine, or lies elsewhere. */
    Path target(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean alike = name.startsWith(before)
                && (name.length() == before.length() || ".-_".indexOf(name.charAt(before.length())) >= 0);
        return alike && isHere(file) ? file.resolveSibling(after + name.substring(before.length())) : file;
    }

    /** Notes that a file gets its new name. */
    Path take(Path file) {
        Path target = target(file);
        taken.put(file.toAbsolutePath().normalize(), target);
        return target;
    }

    /** Notes that a file gets a name that follows from another's. */
    void take(Path file, Path target) {
        taken.put(file.toAbsolutePath().normalize(), target);
    }

    boolean isTaken(Path file) {
        return taken.containsKey(file.toAbsolutePath().normalize());
    }

    /** Refuses new names that a file has, or that two would have. */
    void requireFree() throws IOException {
        Set<String> present = new HashSet<>();
        for (Path entry : machine.volume().list(machine.path())) {
            present.add(folded(entry));
        }
        for (Map.Entry<Path, Path> rename : taken.entrySet()) {
            boolean moves = !rename.getKey().equals(rename.getValue());
            if (moves && !present.add(folded(rename.getValue()))) {
                throw new UnsafeStateException(
                        "exists",
                        rename.getValue(),
                        "the file exists, or two would be called so",
                        "choose another name");
            }
        }
    }

    private static String folded(Path file) {
        return Ascii.toLowerCase(String.valueOf(file.getFileName()));
    }
}
