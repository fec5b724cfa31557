package io.vmdisk.testkit;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files and names as two separate things, as a file system's blocks hold them: a name may be lost while its file is not,
 * and the other way round. Recorded calls are applied one by one, each whole, in part or not at all.
 */
final class ReplayedFiles {
    private static final Call.FileId FOLDER = new Call.FileId(Path.of("/"), -1);

    private final Map<Path, Call.FileId> names = new TreeMap<>();
    private final Map<Call.FileId, SparseBytes> files = new HashMap<>();

    private ReplayedFiles() {}

    ReplayedFiles(MemoryVolume volume) {
        MemoryVolume start = volume.copy();
        start.folders().forEach(folder -> names.put(folder, FOLDER));
        for (Path path : start.files()) {
            Call.FileId id = new Call.FileId(path, 0);
            names.put(path, id);
            files.put(id, start.contentOf(path));
        }
    }

    static Path name(Path path) {
        return path.toAbsolutePath().normalize();
    }

    ReplayedFiles copy() {
        ReplayedFiles copy = new ReplayedFiles();
        copy.names.putAll(names);
        files.forEach((id, content) -> copy.files.put(id, content.copy()));
        return copy;
    }

    void apply(Call call, Crash.Fate fate) {
        if (fate.lost()) {
            return;
        }
        if (call instanceof Call.Write write) {
            apply(write, fate);
        } else if (call instanceof Call.SetSize set) {
            content(set.file()).setSize(set.size());
        } else if (call instanceof Call.Punch punch) {
            content(punch.file()).clear(punch.at(), punch.length());
        } else if (call instanceof Call.Create create) {
            names.put(name(create.path()), create.file());
        } else if (call instanceof Call.CreateFolder create) {
            names.put(name(create.path()), FOLDER);
        } else if (call instanceof Call.Rename rename) {
            // By then the old name may stand for another file.
            names.remove(name(rename.from()), rename.file());
            names.put(name(rename.to()), rename.file());
        } else if (call instanceof Call.Delete delete) {
            names.remove(name(delete.path()));
        }
    }

    private void apply(Call.Write write, Crash.Fate fate) {
        SparseBytes content = content(write.file());
        long first = write.at() / CrashReplay.SECTOR * CrashReplay.SECTOR;
        fate.sectors().stream().forEach(sector -> {
            ByteBuffer part = CrashReplay.sectorOf(write, sector);
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            content.write(Math.max(write.at(), first + (long) sector * CrashReplay.SECTOR), bytes);
        });
        long end = write.at() + write.bytes().length;
        if (fate.fullLength() && end > content.size()) {
            content.setSize(end);
        }
    }

    private SparseBytes content(Call.FileId id) {
        return files.computeIfAbsent(id, unseen -> new SparseBytes());
    }

    /** What can be reached by a name, from the root on. */
    MemoryVolume toVolume() {
        MemoryVolume volume = new MemoryVolume();
        names.forEach((path, id) -> {
            if (reachable(path)) {
                if (id.equals(FOLDER)) {
                    volume.putFolder(path);
                } else {
                    volume.put(path, content(id).copy());
                }
            }
        });
        return volume;
    }

    private boolean reachable(Path path) {
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            if (!FOLDER.equals(names.get(parent))) {
                return false;
            }
        }
        return true;
    }
}
