/**
 * Free clusters of NTFS.
 */
@NullMarked
package io.vmdisk.guest.ntfs;

import org.jspecify.annotations.NullMarked;
