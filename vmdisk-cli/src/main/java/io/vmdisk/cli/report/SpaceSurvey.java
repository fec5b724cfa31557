package io.vmdisk.cli.report;

import io.vmdisk.cli.answer.FileSpace;
import io.vmdisk.cli.answer.MachineInfo;
import io.vmdisk.cli.line.DiskArgument;
import io.vmdisk.disk.DiskLink;
import io.vmdisk.disk.OpenOptions;
import io.vmdisk.disk.VirtualDisk;
import io.vmdisk.machine.model.VmFile;
import io.vmdisk.space.DiskUnmap;
import io.vmdisk.space.OwnFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for space that is held for nothing; gives none back. */
final class SpaceSurvey {
    private final Look look;
    private final List<Space> found = new ArrayList<>();

    SpaceSurvey(Look look) {
        this.look = look;
    }

    List<Space> found() {
        return found;
    }

    /** What a disk's own files hold; parents are other states' too. */
    void disk(DiskFacts disk) throws IOException {
        Optional<DiskLink> top =
                disk.info().value().map(info -> info.links().get(0).link());
        if (top.isEmpty() || disk.disk().isRaw()) {
            return;
        }
        String name = disk.title();
        String command = "vmdisk unmap " + top.get().path().getFileName();
        if (look.readsData() || isSparse(top.get())) {
            add(name + ": room in its files that holds nothing", () -> packed(disk.disk()), command + " --compact");
        }
        add(name + ": free blocks of the guest's file systems", () -> guest(disk.disk()), command + " --guest");
        if (look.readsData()) {
            add(name + ": zeros that are stored", () -> zeros(disk.disk()), command + " --zero");
        }
    }

    /** Files of a machine's folder that nothing refers to. */
    void machine(MachineInfo machine) throws IOException {
        List<VmFile> orphans = machine.vm().orphans();
        if (!orphans.isEmpty()) {
            long bytes = orphans.stream().mapToLong(VmFile::sizeBytes).sum();
            add(
                    (orphans.size() == 1 ? "a file" : orphans.size() + " files") + " that nothing refers to",
                    () -> bytes,
                    "vmdisk files tells which; look at each before you remove it");
        }
    }

    private void add(String what, Answer.Question<Long> bytes, String remedy) throws IOException {
        found.add(new Space(what, Answer.of(bytes), remedy));
    }

    private boolean isSparse(DiskLink link) throws IOException {
        return Answer.of(() -> OwnFiles.of(link, look.volume()).stream()
                        .allMatch(file -> file.format().isPresent()))
                .value()
                .orElse(false);
    }

    private long packed(DiskArgument disk) throws IOException {
        return FileSpace.of(
                        disk.path(),
                        OpenOptions.readOnly().withVolume(look.volume()),
                        look.progress(),
                        FileSpace.Way.COMPACT,
                        DiskUnmap.Effect.COUNT)
                .giveBack();
    }

    private long guest(DiskArgument disk) throws IOException {
        try (VirtualDisk open = disk.open(OpenOptions.readOnly().withVolume(look.volume()))) {
            return counting(open).guest().stream()
                    .mapToLong(DiskUnmap.GuestSpace::bytes)
                    .sum();
        }
    }

    private long zeros(DiskArgument disk) throws IOException {
        try (VirtualDisk open = disk.open(OpenOptions.readOnly().withVolume(look.volume()))) {
            return counting(open).zeros();
        }
    }

    private DiskUnmap counting(VirtualDisk open) {
        return new DiskUnmap(open, DiskUnmap.Effect.COUNT, look.threads(), look.progress());
    }
}
