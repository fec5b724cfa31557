/**
 * The command line: one class per command, from arguments to a library call to a result; commands stand in {@code disk},
 * {@code machine} and {@code vmx}, their results in {@code answer}.
 *
 * <p>Reading order: {@link io.vmdisk.cli.Main}, {@code CommandTree} (which commands there are), {@code GlobalOptions},
 * {@code Failure} and {@code ExitCodes}, then any command. To add a command: its class, and a line in {@code
 * CommandTree}.
 */
@NullMarked
package io.vmdisk.cli;

import org.jspecify.annotations.NullMarked;
