/**
 * Tells what is wrong with a configuration.
 *
 * <p>Every rule is a row of {@code rules.tsv}: number, severity, when it is asked, what it looks at, why it matters and
 * what to do. Most rows carry their condition ({@link io.vmdisk.vmx.lint.Condition}); those that need more than keys name
 * a check in one of the {@code ...Checks} classes. Start at {@link io.vmdisk.vmx.lint.VmxLint}.
 *
 * @since 0.1
 */
@NullMarked
package io.vmdisk.vmx.lint;

import org.jspecify.annotations.NullMarked;
