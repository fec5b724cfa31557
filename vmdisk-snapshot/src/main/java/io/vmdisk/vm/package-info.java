/**
 * A machine as a whole: the files of its folder and what each is for, who holds locks, and what state the files tell of.
 *
 * <p>Start at {@link io.vmdisk.vm.VmFolder}. See {@code docs/formats/vm-folder.md}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vm;

import org.jspecify.annotations.NullMarked;
