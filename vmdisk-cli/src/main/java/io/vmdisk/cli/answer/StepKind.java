package io.vmdisk.cli.answer;

/** What a step of a plan does, in the words of a closed list that scripts may rely on. */
public enum StepKind {
    /** Makes a folder. */
    MAKE_FOLDER,
    /** Makes a file of a new disk. */
    MAKE_FILE,
    /** Writes the new content of a small file beside it. */
    WRITE_FILE,
    /** Makes an empty disk. */
    CREATE_DISK,
    /** Copies a file. */
    COPY_FILE,
    /** Copies a disk with all its parents. */
    COPY_DISK,
    /** Puts what {@link #WRITE_FILE} wrote in place. */
    PUBLISH,
    /** Changes lines of a disk's descriptor. */
    EDIT_DESCRIPTOR,
    /** Makes a disk larger. */
    GROW_DISK,
    /** Makes a disk smaller. */
    SHRINK_DISK,
    /** Moves what links hold into the disk below them. */
    FOLD,
    /** Renames or moves a file. */
    RENAME,
    /** Removes a file. */
    REMOVE,
    /** Writes bytes of the virtual disk. */
    WRITE_DATA,
    /** Mends metadata of a disk in place. */
    REPAIR;

    /** As in the JSON: {@code edit-descriptor}. */
    public String word() {
        return LibraryWords.key(this);
    }
}
