/**
 * Free blocks of ext2, ext3 and ext4.
 */
@NullMarked
package io.vmdisk.guest.ext;

import org.jspecify.annotations.NullMarked;
