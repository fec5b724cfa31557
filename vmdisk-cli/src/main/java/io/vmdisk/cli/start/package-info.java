/**
 * From words to a command: lines that are understood at first sight without picocli ({@code QuickLine}, by the table that
 * {@code LineTable} makes of picocli's knowledge), usual errors and help likewise ({@code QuickError},
 * {@code QuickHelp}), all others with it ({@code FullLine} over {@code CommandTree}); completion and manual pages.
 */
@NullMarked
package io.vmdisk.cli.start;

import org.jspecify.annotations.NullMarked;
