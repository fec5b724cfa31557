/**
 * Finds what is wrong with a configuration.
 *
 * <p>Each rule is a row of {@code rules.tsv}: number, severity, when it is checked, what it looks at, why that matters
 * and what to do. Most rows have their condition in a small language ({@code Condition}); those that need more than
 * keys name a check in one of the {@code ...Checks} classes. Start at {@link io.vmdisk.vmx.lint.VmxLint}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vmx.lint;

import org.jspecify.annotations.NullMarked;
