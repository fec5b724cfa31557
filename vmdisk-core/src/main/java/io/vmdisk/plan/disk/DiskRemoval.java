package io.vmdisk.plan.disk;

import com.google.common.base.Ascii;
import io.vmdisk.Remedy;
import io.vmdisk.descriptor.files.DiskNames;
import io.vmdisk.disk.Dependants;
import io.vmdisk.disk.DiskChain;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.DiskUse;
import io.vmdisk.disk.ExtentPlace;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.plan.Plan;
import io.vmdisk.plan.PlanBuilder;
import io.vmdisk.plan.step.DeleteFile;
import io.vmdisk.storage.AtomicName;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Plans the removal of a disk with all its files: the descriptor first, so that no disk is left that looks whole and is
 * not. Files outside its folder stay, and those that are not called {@code .vmdk}, whatever the descriptor says; a disk
 * that others depend on, or that shares its files, is refused.
 */
public final class DiskRemoval {
    static final Remedy MAKE_LEGIBLE = Remedy.say("make it readable, or move it away if it is of another disk");

    private DiskRemoval() {}

    /** The plan. */
    public static Plan plan(Path disk, OpenOptions options) throws IOException {
        Volume volume = options.volume();
        DiskLink link = DiskChain.of(disk, options.withParents(OpenOptions.Parents.NONE))
                .top();
        DiskUse.refuse(link, options);
        DiskUse.refuseShared(link, options);
        Path folder = AtomicName.folderOf(disk).toAbsolutePath().normalize();
        if (!options.allows(OpenOptions.Permission.WRITE_SHARED)) {
            Dependants.refuseUnread(List.of(folder), options, MAKE_LEGIBLE);
        }
        PlanBuilder draft = new PlanBuilder();
        Set<Path> files = new LinkedHashSet<>();
        files.add(disk.toAbsolutePath().normalize());
        for (ExtentPlace extent : link.extents()) {
            Path file = extent.path() == null
                    ? null
                    : extent.path().toAbsolutePath().normalize();
            if (file == null || !file.startsWith(folder)) {
                if (extent.line().fileName() != null) {
                    draft.note(extent.line().fileName() + " is not in the disk's folder and stays");
                }
            } else if (files.contains(file)
                    || Ascii.toLowerCase(file.toString()).endsWith(".vmdk")
                    || DiskNames.isRedoLog(String.valueOf(file.getFileName()))) {
                files.add(file);
            } else {
                draft.note(extent.line().fileName() + " is not called .vmdk and stays");
            }
        }
        Path tracking = disk.resolveSibling(
                        DiskNames.changeTracking(DiskNames.stem(String.valueOf(disk.getFileName()))))
                .toAbsolutePath()
                .normalize();
        files.add(tracking);
        for (Path file : files) {
            if (volume.exists(file)) {
                draft.step(new DeleteFile(file));
            }
        }
        return draft.plan("remove disk " + disk.getFileName(), folder);
    }
}
