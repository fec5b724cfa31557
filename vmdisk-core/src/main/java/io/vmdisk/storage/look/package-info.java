/**
 * A look at files before they are opened: what a file is, whether it is there under this name, and whether one that cannot
 * be read may be passed over.
 */
@NullMarked
package io.vmdisk.storage.look;

import org.jspecify.annotations.NullMarked;
