/**
 * The page for people: {@code vmdisk report} looks at a disk or a machine as the other commands do, and tells all of it in one
 * file of HTML that refers to nothing outside itself.
 */
@NullMarked
package io.vmdisk.cli.report;

import org.jspecify.annotations.NullMarked;
