/**
 * Free clusters of FAT12, FAT16, FAT32 and exFAT.
 */
@NullMarked
package io.vmdisk.guest.fat;

import org.jspecify.annotations.NullMarked;
