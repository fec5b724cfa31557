package io.vmdisk.disk;

import com.google.common.base.Ascii;
import io.vmdisk.VmdiskException;
import io.vmdisk.descriptor.files.ParentHints;
import io.vmdisk.storage.BlockFile;
import io.vmdisk.storage.FileFacts;
import io.vmdisk.storage.OpenMode;
import io.vmdisk.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the machine of another program that is locked and stands on a disk: {@code NAME.vmx.lck} in the disk's folder,
 * as Workstation, Fusion and Player make it. A machine that vmdisk works on is no hindrance by itself: vmdisk holds every
 * file that it touches.
 */
final class LockedMachines {
    private static final String LOCK = ".lck";
    /** A member file has this length. */
    private static final int MEMBER_BYTES = 512;

    private static final String OWN_PROCESS = "(vmdisk) ";
    private static final int MAX_CONFIGURATION_BYTES = 16 << 20;
    /** A value that names a disk, whatever its key: the configuration is not understood here, and need not be. */
    private static final Pattern DISK = Pattern.compile("\"([^\"\r\n]*\\.vmdk)\"", Pattern.CASE_INSENSITIVE);

    private final Volume volume;
    private final OpenOptions options;

    LockedMachines(OpenOptions options) {
        this.volume = options.volume();
        this.options = OpenOptions.readOnly()
                .withVolume(volume)
                .withParents(OpenOptions.Parents.IGNORE_CONTENT_ID)
                .withPermission(OpenOptions.Permission.EXTENTS_OUTSIDE_FOLDER);
    }

    /** The lock of such a machine in a folder, if there is one. */
    Optional<Path> standingOn(DiskLink disk, Path folder) throws IOException {
        for (Path entry : volume.list(folder)) {
            String name = Ascii.toLowerCase(String.valueOf(entry.getFileName()));
            boolean machine = name.endsWith(".vmx" + LOCK) || name.endsWith(".vmtx" + LOCK);
            if (machine && isHeld(entry) && names(configuration(entry), disk)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private static Path configuration(Path lock) {
        String name = String.valueOf(lock.getFileName());
        return lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
    }

    private boolean isHeld(Path lock) throws IOException {
        try {
            if (volume.facts(lock).kind() != FileFacts.Kind.FOLDER) {
                return true;
            }
            for (Path member : volume.list(lock)) {
                if (!isOurs(member)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean isOurs(Path member) throws IOException {
        String name = Ascii.toLowerCase(String.valueOf(member.getFileName()));
        if (name.startsWith("d")) {
            // Somebody queues; whoever it is becomes a member before anything is touched.
            return true;
        }
        ByteBuffer text = ByteBuffer.allocate(MEMBER_BYTES);
        try (BlockFile file = volume.open(member, OpenMode.READ)) {
            file.read(0, text);
        }
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).contains(OWN_PROCESS);
    }

    /** Whether a configuration names the disk, or one that stands on it; what can't be read may. */
    private boolean names(Path configuration, DiskLink disk) throws IOException {
        Set<Object> own = new HashSet<>();
        for (Path file : disk.files()) {
            if (volume.exists(file)) {
                own.add(volume.facts(file).key());
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(volume.readAll(configuration, MAX_CONFIGURATION_BYTES)))
                    .toString();
            for (Matcher disks = DISK.matcher(text); disks.find(); ) {
                if (standsOn(configuration, disks.group(1), own)) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException e) {
            return false;
        } catch (VmdiskException | CharacterCodingException e) {
            return true;
        }
    }

    private boolean standsOn(Path configuration, String name, Set<Object> own) throws IOException {
        try {
            for (Path candidate : ParentHints.candidates(configuration, name)) {
                if (volume.exists(candidate)) {
                    for (DiskLink link : DiskChain.of(candidate, options).links()) {
                        for (Path file : link.files()) {
                            if (volume.exists(file)
                                    && own.contains(volume.facts(file).key())) {
                                return true;
                            }
                        }
                    }
                }
            }
            return false;
        } catch (VmdiskException e) {
            // It leads to no disk.
            return false;
        }
    }
}
