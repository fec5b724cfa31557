/** What all bulk work on disks stands on: pieces, buffers, and workers whose results come in order. */
@NullMarked
package io.vmdisk.bulk;

import org.jspecify.annotations.NullMarked;
