package io.vmdisk.cli.disk;

import io.vmdisk.UnsafeStateException;
import io.vmdisk.dictionary.Dictionary;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Content;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Publish;
import io.vmdisk.plan.step.StageText;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import io.vmdisk.vmx.VmxFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The machines in a disk's folder that name it: a rename takes them along, a removal is refused. */
public final class MachineReferences {
    private static final String KEY_END = ".filename";

    private final List<Reference> found = new ArrayList<>();
    private final List<Path> hidden = new ArrayList<>();

    private record Reference(Path file, Dictionary text, List<String> keys) {}

    private MachineReferences() {}

    /** Looks into every {@code .vmx}, {@code .vmtx} and {@code .vmsd} beside the disk. */
    public static MachineReferences to(Path disk) throws IOException {
        return in(AtomicName.folderOf(disk), disk);
    }

    /** Looks into those of another folder. */
    static MachineReferences in(Path place, Path disk) throws IOException {
        Volume volume = Volume.system();
        MachineReferences references = new MachineReferences();
        Path folder = place.toAbsolutePath().normalize();
        for (Path file : volume.list(folder)) {
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            boolean text = name.endsWith(".vmx") || name.endsWith(".vmtx") || name.endsWith(".vmsd");
            if (text && volume.exists(file)) {
                references.look(volume, file, folder, disk.toAbsolutePath().normalize());
            }
        }
        return references;
    }

    private void look(Volume volume, Path file, Path folder, Path disk) throws IOException {
        Dictionary text = Dictionary.read(volume, file);
        if (VmxFile.of(text).encryption() == VmxFile.Encryption.WHOLE) {
            hidden.add(file);
        }
        List<String> keys = text.names().stream()
                .filter(key -> key.toLowerCase(Locale.ROOT).endsWith(KEY_END))
                .filter(key -> names(text.get(key, ""), folder, disk))
                .toList();
        if (!keys.isEmpty()) {
            found.add(new Reference(file, text, keys));
        }
    }

    private static boolean names(String value, Path folder, Path disk) {
        try {
            return !value.isEmpty() && folder.resolve(value).normalize().equals(disk);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Refuses a disk that a machine names. */
    void refuse(Path disk) throws UnsafeStateException {
        if (!found.isEmpty()) {
            Reference first = found.get(0);
            throw new UnsafeStateException(
                    "in-use",
                    disk,
                    first.file().getFileName() + " names it at " + first.keys().get(0),
                    "remove it from the machine first, or say --force=in-use");
        }
    }

    /** Refuses a disk beside a machine whose configuration is encrypted: it may name the disk, and can't be changed. */
    public void refuseHidden(Path disk) throws UnsafeStateException {
        if (!hidden.isEmpty()) {
            throw new UnsafeStateException(
                    "in-use",
                    disk,
                    hidden.get(0).getFileName() + " is encrypted, and may name it",
                    "look in the product that has the key, or say --force=in-use");
        }
    }

    /** The plan with the machines' files changed to the new name. */
    public Plan follow(Plan plan, Path target) throws IOException {
        List<Preparation> preparations = new ArrayList<>(plan.preparations());
        List<Step> steps = new ArrayList<>(plan.steps());
        for (Reference reference : found) {
            for (String key : reference.keys()) {
                String before = reference.text().get(key, "");
                Path named = Path.of(before);
                String after = named.isAbsolute()
                        ? named.resolveSibling(target.getFileName()).toString()
                        : String.valueOf(target.getFileName());
                reference.text().set(key, after);
            }
            preparations.add(
                    new StageText(reference.file(), Content.of(reference.text().toBytes())));
            steps.add(new Publish(reference.file()));
        }
        return new Plan(plan.operation(), plan.folder(), preparations, steps, plan.notes());
    }
}
