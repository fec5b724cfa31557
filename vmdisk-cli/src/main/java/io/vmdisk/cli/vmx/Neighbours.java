package io.vmdisk.cli.vmx;

import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The machines beside one: in its own folder and in the folders beside that, where a host's inventory mostly lies. What
 * can't be read is none, and of a store with very many machines only the first are looked at.
 */
final class Neighbours {
    private static final int MAX_MACHINES = 1000;

    private final Volume volume;
    private final Object own;
    private final List<VmxFile> found = new ArrayList<>();

    private Neighbours(Volume volume, Object own) {
        this.volume = volume;
        this.own = own;
    }

    /** Looks around a configuration. */
    static List<VmxFile> of(Path vmx, Volume volume) {
        Path folder = vmx.toAbsolutePath().normalize().getParent();
        if (folder == null) {
            return List.of();
        }
        try {
            Neighbours neighbours = new Neighbours(volume, volume.facts(vmx).key());
            neighbours.add(folder);
            Path store = folder.getParent();
            for (Path beside : store == null ? List.<Path>of() : neighbours.list(store)) {
                if (!beside.equals(folder) && neighbours.isFolder(beside)) {
                    neighbours.add(beside);
                }
            }
            return List.copyOf(neighbours.found);
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<Path> list(Path folder) {
        try {
            return volume.list(folder);
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean isFolder(Path path) {
        try {
            return volume.facts(path).kind() == FileFacts.Kind.FOLDER;
        } catch (IOException e) {
            return false;
        }
    }

    private void add(Path folder) {
        for (Path file : list(folder)) {
            if (found.size() < MAX_MACHINES
                    && file.toString().toLowerCase(Locale.ROOT).endsWith(".vmx")) {
                try {
                    if (!volume.facts(file).key().equals(own)) {
                        found.add(VmxFile.read(volume, file));
                    }
                } catch (IOException e) {
                    // No machine that could share anything.
                }
            }
        }
    }
}
