/** What VMware's names of encodings mean: it takes them from ICU, Java from elsewhere. */
@NullMarked
package io.vmdisk.charset;

import org.jspecify.annotations.NullMarked;
