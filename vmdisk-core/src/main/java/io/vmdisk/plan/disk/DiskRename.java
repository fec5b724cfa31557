package io.vmdisk.plan.disk;

import io.vmdisk.Remedy;
import io.vmdisk.Remedy.Kind;
import io.vmdisk.UnsafeStateException;
import io.vmdisk.UnsupportedFeatureException;
import io.vmdisk.descriptor.files.DiskFileName;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.DescriptorPlace;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.DescriptorEdit;
import io.vmdisk.plan.step.EditDescriptor;
import io.vmdisk.plan.step.MoveFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans another name for a disk: of its descriptor, its extents and its change tracking file, and of all lines that name
 * them. It stays in its folder; a disk that others depend on is refused, since their hints lead to its name.
 *
 * <p>What configurations of machines say is not looked at.
 */
public final class DiskRename {
    private DiskRename() {}

    /**
     * The plan; without steps if that is the name it has.
     *
     * @param newName the new descriptor's name, in the same folder
     */
    public static Plan plan(Path disk, Path newName, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        DiskLink link = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top();
        Path folder = AtomicName.folderOf(disk);
        Path target = newName.toAbsolutePath().normalize();
        if (!AtomicName.folderOf(target).equals(folder.toAbsolutePath().normalize())) {
            throw new UnsupportedFeatureException(
                    "other-folder",
                    newName,
                    "a disk is renamed in its own folder, " + folder,
                    Remedy.say("use ").with(Kind.CLONE).and(" to have it elsewhere"));
        }
        if (link.place() instanceof DescriptorPlace.Missing) {
            throw new UnsupportedFeatureException(
                    "bare-extent", disk, "this is an extent without its descriptor", "name the descriptor of the disk");
        }
        if (target.equals(link.path().toAbsolutePath().normalize())) {
            return new PlanBuilder().plan(operation(link, target), folder);
        }
        DiskUse.refuse(link, options);
        DiskUse.refuseShared(link, options);
        return new Renaming(volume, link, target).plan();
    }

    private static String operation(DiskLink link, Path target) {
        return "rename disk " + link.path().getFileName() + " to " + target.getFileName();
    }

    private static final class Renaming {
        private final Volume volume;
        private final DiskLink link;
        private final Path target;
        private final String oldStem;
        private final String newStem;
        private final Map<String, String> names = new LinkedHashMap<>();
        private final Map<Path, Path> moves = new LinkedHashMap<>();

        Renaming(Volume volume, DiskLink link, Path target) {
            this.volume = volume;
            this.link = link;
            this.target = target;
            this.oldStem = DiskNames.stem(String.valueOf(link.path().getFileName()));
            this.newStem = DiskNames.stem(String.valueOf(target.getFileName()));
        }

        Plan plan() throws IOException {
            Path own = link.path().toAbsolutePath().normalize();
            for (ExtentPlace extent : link.extents()) {
                String name = extent.line().file().orElse("");
                Path file = extent.path();
                if (file != null && file.toAbsolutePath().normalize().equals(own)) {
                    names.put(name, String.valueOf(target.getFileName()));
                } else if (file != null && !name.isEmpty()) {
                    rename(name, file);
                }
            }
            String tracking = link.descriptor().changeTrackPath().orElse("");
            Path trackingFile = link.path().resolveSibling(DiskNames.changeTracking(oldStem));
            if (tracking.equals(String.valueOf(trackingFile.getFileName())) && volume.exists(trackingFile)) {
                rename(tracking, trackingFile);
            }
            refuseTaken();
            PlanBuilder draft = new PlanBuilder();
            moves.forEach((from, to) -> draft.step(new MoveFile(from, to)));
            if (!names.isEmpty()) {
                draft.step(new EditDescriptor(link.path(), DescriptorEdit.files(names)));
            }
            draft.step(new MoveFile(link.path(), target));
            return draft.plan(operation(link, target), AtomicName.folderOf(link.path()));
        }

        private void rename(String name, Path file) {
            String present = String.valueOf(file.getFileName());
            String wanted = newNameOf(present);
            if (!wanted.equals(present)) {
                String lead = name.endsWith(present) ? name.substring(0, name.length() - present.length()) : "";
                names.put(name, lead + wanted);
                moves.put(file, file.resolveSibling(wanted));
            }
        }

        /** A name that does not begin like the disk's keeps its ending if that is one VMware gives, else it stays. */
        private String newNameOf(String name) {
            if (name.startsWith(oldStem + "-")) {
                return newStem + name.substring(oldStem.length());
            }
            DiskFileName parsed = DiskFileName.parse(name);
            String ending = DiskNames.stem(name).substring(parsed.stem().length());
            return parsed.role() == DiskFileName.Role.DESCRIPTOR ? name : DiskNames.descriptor(newStem + ending);
        }

        private void refuseTaken() throws UnsafeStateException {
            List<Path> wanted = new ArrayList<>(moves.values());
            wanted.add(target);
            for (Path path : wanted) {
                if (volume.exists(path)) {
                    throw new UnsafeStateException("exists", path, "the file exists", "choose another name");
                }
            }
        }
    }
}
