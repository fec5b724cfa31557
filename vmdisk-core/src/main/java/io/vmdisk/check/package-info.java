/**
 * Checks of disks and chains.
 *
 * <p>{@link io.vmdisk.check.DiskCheck} looks at everything and changes nothing. It opens each file by itself, so that
 * damage in one hides nothing of the others: the descriptor, each extent by the checker of its format, and how the
 * links of the chain fit together.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.check;

import org.jspecify.annotations.NullMarked;
