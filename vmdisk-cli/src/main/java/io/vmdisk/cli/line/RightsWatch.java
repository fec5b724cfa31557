package io.vmdisk.cli.line;

import io.vmdisk.plan.Plan;
import io.vmdisk.plan.step.Preparation;
import io.vmdisk.plan.step.Step;
import io.vmdisk.storage.FileRights;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says so when a file that was replaced has other rights than before, or a new disk others than its parent: this process
 * was not allowed to give them. For one thread.
 */
public final class RightsWatch {
    private final Volume volume;
    private final Map<Path, FileRights> wanted = new LinkedHashMap<>();

    private RightsWatch(Volume volume) {
        this.volume = volume;
    }

    /** Over files that will be replaced. */
    public static RightsWatch over(Volume volume, List<Path> files) throws IOException {
        RightsWatch watch = new RightsWatch(volume);
        for (Path file : files) {
            watch.want(file, file);
        }
        return watch;
    }

    /** Over a disk, whose descriptor may be replaced. */
    public static RightsWatch over(Path disk) throws IOException {
        return over(Volume.system(), List.of(disk));
    }

    /** Over what a plan replaces and makes. */
    public static RightsWatch over(Volume volume, Plan plan) throws IOException {
        RightsWatch watch = new RightsWatch(volume);
        for (Preparation preparation : plan.preparations()) {
            Optional<Path> model = preparation.rightsModel();
            if (model.isPresent()) {
                watch.want(preparation.target(), model.get());
            }
        }
        for (Step step : plan.steps()) {
            Optional<Path> rewritten = step.rightsModel();
            if (rewritten.isPresent()) {
                watch.want(rewritten.get(), rewritten.get());
            }
        }
        return watch;
    }

    private void want(Path file, Path model) throws IOException {
        Optional<FileRights> rights = volume.exists(model) ? volume.rights(model) : Optional.empty();
        rights.ifPresent(found -> wanted.put(file, found));
    }

    private static boolean isSameOwner(FileRights one, FileRights other) {
        return one.owner().equals(other.owner()) && one.group().equals(other.group());
    }

    /** Tells people what was lost; to be called when the work is done. */
    public void tell(GlobalOptions global) throws IOException {
        for (String text : lost()) {
            global.note(text);
        }
    }

    /** What was lost, a line for each file. */
    public List<String> lost() throws IOException {
        List<String> lost = new ArrayList<>();
        for (Map.Entry<Path, FileRights> entry : wanted.entrySet()) {
            Path file = entry.getKey();
            Optional<FileRights> now = volume.exists(file) ? volume.rights(file) : Optional.empty();
            if (now.isPresent() && !isSameOwner(now.get(), entry.getValue())) {
                lost.add(file + ": " + entry.getValue() + " could not be kept, it is " + now.get()
                        + ": only root gives files away");
            }
        }
        return lost;
    }
}
