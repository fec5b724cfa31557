/**
 * The only code that touches files: {@link io.vmdisk.storage.Volume} for names, {@link io.vmdisk.storage.BlockFile} for
 * bytes. Tests crash, fault and record here; the native tier (holes, punching, cloning) lies behind.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.storage;

import org.jspecify.annotations.NullMarked;
