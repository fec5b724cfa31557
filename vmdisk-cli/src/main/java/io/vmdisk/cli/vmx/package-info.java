/**
 * Commands on configurations, and the catalogue of hardware.
 */
@NullMarked
package io.vmdisk.cli.vmx;

import org.jspecify.annotations.NullMarked;
