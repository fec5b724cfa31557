/**
 * Free blocks of XFS.
 */
@NullMarked
package io.vmdisk.guest.xfs;

import org.jspecify.annotations.NullMarked;
