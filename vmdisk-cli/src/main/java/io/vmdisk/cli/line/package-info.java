/**
 * What commands share: options and operands of more than one command, the console, failures and exit codes.
 */
@NullMarked
package io.vmdisk.cli.line;

import org.jspecify.annotations.NullMarked;
