package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.LinkBounds;
import io.vmdisk.storage.Volume;
import io.vmdisk.storage.look.FileKind;
import io.vmdisk.storage.look.Inaccessible;
import io.vmdisk.storage.look.NameEncoding;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the configuration that a path means: the file itself, or the only one of a folder. */
record ConfigurationFinder(Volume volume) {
    private static final String MACHINE = ".vmx";
    private static final String TEMPLATE = ".vmtx";

    Path find(Path target) throws IOException {
        boolean inFolder = volume.facts(target).kind() == FileFacts.Kind.FOLDER;
        Path found = inFolder ? onlyOneIn(target) : target;
        if (inFolder) {
            requireWithin(target, found);
        } else {
            requireNamed(found);
        }
        NameEncoding.requireSayable(found);
        VmxFile.refuseOther(volume, found);
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

    /** The configurations of a folder; a link that leads nowhere, or a folder called like one, is none. */
    List<Path> all(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path entry : volume.list(folder)) {
            if (isNamed(entry) && isFile(entry)) {
                all.add(entry);
            }
        }
        return all;
    }

    private boolean isFile(Path entry) throws IOException {
        try {
            return volume.facts(entry).kind() == FileFacts.Kind.FILE;
        } catch (IOException e) {
            Inaccessible.orThrow(e);
            return false;
        }
    }

    private static boolean isNamed(Path entry) {
        String name = Ascii.toLowerCase(String.valueOf(entry.getFileName()));
        return name.endsWith(MACHINE) || name.endsWith(TEMPLATE);
    }

    private void requireWithin(Path folder, Path found) throws IOException {
        if (!LinkBounds.ofFolders(volume, List.of(folder)).hold(found)) {
            throw new UnsafeStateException(
                    "outside-folder",
                    found,
                    "links lead from here to " + volume.real(found) + ", which is not in the folder",
                    "name " + found + " itself to work on what it leads to");
        }
    }

    private void requireNamed(Path target) throws IOException {
        if (isNamed(target)) {
            return;
        }
        FileKind kind = FileKind.of(volume, target);
        if (kind == FileKind.MACHINE) {
            throw new UnsupportedFeatureException(
                    "not-a-machine",
                    target,
                    "this has the content of a configuration, but not the name of one",
                    "give it a name that ends in .vmx");
        }
        throw kind.insteadOf("a machine", target);
    }

    private Path onlyOneIn(Path folder) throws IOException {
        List<Path> found = all(folder);
        if (found.isEmpty()) {
            throw new UnsafeStateException(
                    "no-machine", folder, "the folder holds no .vmx and no .vmtx", "name the machine's folder or .vmx");
        }
        for (Path one : found) {
            NameEncoding.requireSayable(one);
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
