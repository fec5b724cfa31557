package io.vmdisk.vm;

import com.google.common.base.Ascii;
import io.vmdisk.descriptor.Descriptor;
import io.vmdisk.format.ContainerKind;
import io.vmdisk.machine.model.FileRole;
import io.vmdisk.snapshot.vmsn.CheckpointKind;
import io.vmdisk.storage.AtomicName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a file by its first bytes and its name. Bytes win: a {@code -flat.vmdk} that holds a descriptor is a descriptor.
 * Who refers to a file is judged elsewhere.
 */
final class FileForm {
    private static final int ENCRYPTED_MAGIC = 0x8943dd9e;

    private static final Map<String, FileRole> BY_SUFFIX = Map.ofEntries(
            Map.entry("vmx", FileRole.CONFIGURATION),
            Map.entry("vmtx", FileRole.TEMPLATE),
            Map.entry("vmxf", FileRole.EXTENDED_CONFIGURATION),
            Map.entry("nvram", FileRole.FIRMWARE_VARIABLES),
            Map.entry("vmsd", FileRole.SNAPSHOT_LIST),
            Map.entry("vmsn", FileRole.SNAPSHOT_CHECKPOINT),
            Map.entry("vmss", FileRole.SUSPEND_CHECKPOINT),
            Map.entry("std", FileRole.SUSPEND_CHECKPOINT),
            Map.entry("vmem", FileRole.PAGING_FILE),
            Map.entry("vswp", FileRole.SWAP),
            Map.entry("vmdk", FileRole.DISK_DATA),
            Map.entry("redo", FileRole.REDO_LOG),
            Map.entry("lck", FileRole.LOCK),
            Map.entry("writelock", FileRole.LOCK),
            Map.entry("readlock", FileRole.LOCK),
            Map.entry("log", FileRole.LOG),
            Map.entry("core", FileRole.CRASH_DUMP),
            Map.entry("hlog", FileRole.TASK_LIST),
            Map.entry("psf", FileRole.REPLICATION_STATE),
            Map.entry("vmfd", FileRole.SIDECAR),
            Map.entry("iorf", FileRole.SIDECAR),
            Map.entry("dvp", FileRole.SIDECAR),
            Map.entry("scoreboard", FileRole.STATISTICS),
            Map.entry("vmtm", FileRole.POLICY),
            Map.entry("vmpl", FileRole.POLICY),
            Map.entry("vmpolicy", FileRole.POLICY),
            Map.entry("png", FileRole.INTERFACE_LEFTOVER),
            Map.entry("plist", FileRole.INTERFACE_LEFTOVER),
            Map.entry("iso", FileRole.MEDIA),
            Map.entry("flp", FileRole.MEDIA),
            Map.entry("ovf", FileRole.MEDIA),
            Map.entry("ova", FileRole.MEDIA),
            Map.entry("mf", FileRole.MEDIA),
            Map.entry("cert", FileRole.MEDIA));

    private record Rule(Pattern name, FileRole role) {
        static Rule of(String pattern, FileRole role) {
            return new Rule(Pattern.compile(pattern), role);
        }
    }

    /** For names whose suffix tells too little; matched against the folded name, first match wins. */
    private static final List<Rule> BY_NAME = List.of(
            Rule.of(".*" + Pattern.quote(AtomicName.SUFFIX), FileRole.UNFINISHED),
            Rule.of("\\.lck-[0-9a-f]{16}", FileRole.LOCK),
            Rule.of("nvram", FileRole.FIRMWARE_VARIABLES),
            Rule.of(".*\\.vmx(~|\\.bak|[0-9]{4})", FileRole.CONFIGURATION_COPY),
            Rule.of("vmx-.*-[0-9]+-[0-9]+\\.vswp", FileRole.PROCESS_SWAP),
            Rule.of("(vmmcores.*\\.gz|vmware-vmx-zdump\\..*)", FileRole.CRASH_DUMP),
            Rule.of(".*\\.redo_[0-9a-z]{6}", FileRole.REDO_LOG),
            Rule.of(".*-digest(-delta|-flat)?\\.vmdk", FileRole.DIGEST),
            Rule.of(".*-rdmp?\\.vmdk", FileRole.RAW_DEVICE_POINTER));

    private FileForm() {}

    /** Whether a name is that of a lock; then content doesn't matter. */
    static boolean isLock(String name) {
        return named(Ascii.toLowerCase(name)) == FileRole.LOCK;
    }

    /** The role a file has the form of. */
    static FileRole of(String name, ByteBuffer start) {
        FileRole named = named(Ascii.toLowerCase(name));
        return switch (named) {
            case DISK_DATA, REDO_LOG, RAW_DEVICE_POINTER -> disk(named, start);
            case CONFIGURATION, TEMPLATE, SNAPSHOT_LIST, EXTENDED_CONFIGURATION ->
                isBinary(start) ? FileRole.UNKNOWN : named;
            case SNAPSHOT_CHECKPOINT, SUSPEND_CHECKPOINT -> isCheckpoint(start) ? named : FileRole.UNKNOWN;
            default -> named;
        };
    }

    private static FileRole named(String folded) {
        for (Rule rule : BY_NAME) {
            if (rule.name().matcher(folded).matches()) {
                return rule.role();
            }
        }
        FileRole role = BY_SUFFIX.get(folded.substring(folded.lastIndexOf('.') + 1));
        return role == null || folded.indexOf('.') < 0 ? FileRole.UNKNOWN : role;
    }

    private static FileRole disk(FileRole named, ByteBuffer start) {
        return switch (ContainerKind.of(start)) {
            case SPARSE -> named == FileRole.REDO_LOG ? named : FileRole.DISK_DATA;
            case CHANGE_TRACKING -> FileRole.CHANGE_TRACKING;
            case OTHER -> Descriptor.looksLike(start) ? FileRole.DISK_DESCRIPTOR : named;
        };
    }

    private static boolean isCheckpoint(ByteBuffer start) {
        Integer magic = magic(start);
        return magic != null
                && (magic == ENCRYPTED_MAGIC || CheckpointKind.of(magic).isPresent());
    }

    /** Whether a checkpoint that begins so could be resumed from: whole, not used up. */
    static boolean isResumable(ByteBuffer start) {
        Integer magic = magic(start);
        return magic != null
                && (magic == ENCRYPTED_MAGIC
                        || CheckpointKind.of(magic)
                                .filter(kind -> !kind.consumed())
                                .isPresent());
    }

    private static @Nullable Integer magic(ByteBuffer start) {
        return start.remaining() < Integer.BYTES
                ? null
                : start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position());
    }

    private static boolean isBinary(ByteBuffer start) {
        for (int i = start.position(); i < start.limit(); i++) {
            if (start.get(i) == 0) {
                return true;
            }
        }
        return false;
    }
}
