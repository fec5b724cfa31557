/**
 * From words to a command: lines that are understood at first sight without picocli ({@code QuickLine}, by the table that
 * {@code LineTable} makes of picocli's knowledge), all others with it ({@code FullLine} over {@code CommandTree}); help, completion and manual pages.
 */
@NullMarked
package io.vmdisk.cli.start;

import org.jspecify.annotations.NullMarked;
