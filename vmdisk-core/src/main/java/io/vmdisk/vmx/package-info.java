/**
 * A machine's {@code .vmx} or {@code .vmtx}: the typed view over its dictionary, edits, derived values, a new identity
 * for copies, and the contents of an encrypted configuration.
 *
 * <p>Start at {@link io.vmdisk.vmx.VmxFile}. {@code io.vmdisk.vmx.lint} finds what is wrong with a configuration; the
 * limits are data in {@code io.vmdisk.vmx.hardware}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vmx;

import org.jspecify.annotations.NullMarked;
