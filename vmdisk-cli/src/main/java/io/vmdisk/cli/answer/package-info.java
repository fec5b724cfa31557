/**
 * What commands answer, each as text and as JSON.
 */
@NullMarked
package io.vmdisk.cli.answer;

import org.jspecify.annotations.NullMarked;
