/**
 * From words to a command: the plainest lines without picocli ({@code PlainLine}), all others with it ({@code FullLine}
 * over {@code CommandTree}); help, completion and manual pages.
 */
@NullMarked
package io.vmdisk.cli.start;

import org.jspecify.annotations.NullMarked;
