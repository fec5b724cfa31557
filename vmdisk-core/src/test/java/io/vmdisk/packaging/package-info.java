/** What can be said of the jar only once it is packed. */
@NullMarked
package io.vmdisk.packaging;

import org.jspecify.annotations.NullMarked;
