package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the configuration that a path means: the file itself, or the only one of a folder. */
record ConfigurationFinder(Volume volume) {
    private static final String MACHINE = ".vmx";
    private static final String TEMPLATE = ".vmtx";

    Path find(Path target) throws IOException {
        Path found = volume.facts(target).kind() == FileFacts.Kind.FOLDER ? onlyOneIn(target) : target;
        Path twin = twin(found);
        if (volume.exists(twin)) {
            throw new UnsafeStateException(
                    "two-configurations",
                    found,
                    twin.getFileName() + " lies beside it, and one of the two must be stale",
                    "move the stale one away");
        }
        return found;
    }

    /** The configurations of a folder. */
    List<Path> all(Path folder) throws IOException {
        return volume.list(folder).stream().filter(ConfigurationFinder::isNamed).toList();
    }

    private static boolean isNamed(Path entry) {
        String name = Ascii.toLowerCase(String.valueOf(entry.getFileName()));
        return name.endsWith(MACHINE) || name.endsWith(TEMPLATE);
    }

    private Path onlyOneIn(Path folder) throws IOException {
        List<Path> found = all(folder);
        if (found.isEmpty()) {
            throw new UnsafeStateException(
                    "no-machine", folder, "the folder holds no .vmx and no .vmtx", "name the machine's folder or .vmx");
        }
        if (found.size() > 1 && !(found.size() == 2 && twin(found.get(0)).equals(found.get(1)))) {
            String names = found.stream()
                    .limit(10)
                    .map(path -> String.valueOf(path.getFileName()))
                    .collect(Collectors.joining(", "));
            throw new UnsafeStateException(
                    "several-machines", folder, "the folder holds " + found.size() + " machines: " + names, "name one");
        }
        return found.get(0);
    }

    private static Path twin(Path configuration) {
        String name = String.valueOf(configuration.getFileName());
        boolean template = Ascii.toLowerCase(name).endsWith(TEMPLATE);
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return configuration.resolveSibling(stem + (template ? MACHINE : TEMPLATE));
    }
}
