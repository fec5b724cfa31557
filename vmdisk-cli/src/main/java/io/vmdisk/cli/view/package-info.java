/** How answers look: tables and colours for people, JSON for scripts, progress while they wait. */
@NullMarked
package io.vmdisk.cli.view;

import org.jspecify.annotations.NullMarked;
