/**
 * A machine's {@code .vmx} or {@code .vmtx}: the typed view over its dictionary, edits, derived values, renewed identity,
 * and the contents of an encrypted one.
 *
 * <p>Start at {@link io.vmdisk.vmx.VmxFile}. What is wrong with a configuration is the business of
 * {@code io.vmdisk.vmx.lint}, limits are data in {@code io.vmdisk.vmx.hardware}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vmx;

import org.jspecify.annotations.NullMarked;
