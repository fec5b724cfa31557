/**
 * Space given back: what reads as zero or what the guest does not use is unmapped, holes are punched, and files made as
 * short as what they hold.
 */
@NullMarked
package io.vmdisk.space;

import org.jspecify.annotations.NullMarked;
