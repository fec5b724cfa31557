package io.vmdisk.machine.model;

/**
 * What a file in a machine's folder is for.
 *
 * @since 0.1
 */
public enum FileRole {
    /** The {@code .vmx}. */
    CONFIGURATION,
    /** The {@code .vmtx}, which a template has in place of the {@code .vmx}. */
    TEMPLATE,
    /** A copy of the configuration that an editor or host left. */
    CONFIGURATION_COPY,
    /** The {@code .vmxf}: XML that hosts keep beside the configuration. */
    EXTENDED_CONFIGURATION,
    /** The {@code .nvram}: firmware variables. */
    FIRMWARE_VARIABLES,
    /** The {@code .vmsd}. */
    SNAPSHOT_LIST,
    /** The {@code .vmsn} of a snapshot. */
    SNAPSHOT_CHECKPOINT,
    /** The {@code .vmem} of a snapshot. */
    SNAPSHOT_MEMORY,
    /** The {@code .vmss} of a suspended machine. */
    SUSPEND_CHECKPOINT,
    /** The {@code .vmem} of a suspended machine. */
    SUSPEND_MEMORY,
    /** A {@code .vmem} without a checkpoint: the memory of a running hosted machine, or what a crash left. */
    PAGING_FILE,
    /** The machine's swap on ESXi. */
    SWAP,
    /** The swap of the process that runs the machine. */
    PROCESS_SWAP,
    /** The descriptor of a disk, in a file of its own. */
    DISK_DESCRIPTOR,
    /** A disk whose descriptor and data are in one file. */
    DISK,
    /** Data of a disk that a descriptor names. */
    DISK_DATA,
    /** Which blocks of a disk changed, for backups. */
    CHANGE_TRACKING,
    /** A pointer to a LUN; the only handle on its data. */
    RAW_DEVICE_POINTER,
    /** Hashes of a disk's blocks, made for a read cache. */
    DIGEST,
    /** The redo log of an independent-nonpersistent disk, or of a product of two decades ago. */
    REDO_LOG,
    /** A lock of VMware: a file, or a folder of them. */
    LOCK,
    /** A log. */
    LOG,
    /** A file that a crashed process left. */
    CRASH_DUMP,
    /** Pictures, caches and settings of hosted products. */
    INTERFACE_LEFTOVER,
    /** vCenter's list of files to remove when an operation ends. */
    TASK_LIST,
    /** The state of vSphere Replication. */
    REPLICATION_STATE,
    /** The state of an I/O filter, or of something a host or vendor keeps beside a disk. */
    SIDECAR,
    /** Statistics of a run. */
    STATISTICS,
    /** Settings of teams, players and policies. */
    POLICY,
    /** An image of a CD or floppy, an OVF, or another file that belongs to its user. */
    MEDIA,
    /** A file that vmdisk was writing when it ended. */
    UNFINISHED,
    /** A folder. */
    FOLDER,
    /** Not known; such a file is never removed. */
    UNKNOWN
}
