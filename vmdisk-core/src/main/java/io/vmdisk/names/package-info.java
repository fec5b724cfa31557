/**
 * Names and texts from files of any origin: judged by their letters alone, and made safe to show.
 */
@NullMarked
package io.vmdisk.names;

import org.jspecify.annotations.NullMarked;
