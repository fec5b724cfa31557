package io.vmdisk.extent;

/** Where the descriptor of a new sparse file goes. */
public enum DescriptorArea {
    /** Into the file itself, behind its header. */
    EMBEDDED,
    /** Into a file of its own, as for the parts of a split disk. */
    SEPARATE
}
