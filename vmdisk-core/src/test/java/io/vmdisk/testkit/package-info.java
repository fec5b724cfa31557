/**
 * What tests of all modules share: volumes that remember, record, fail and crash; seeded content; other people's tools
 * and images. {@code docs/testing.md} is the guide.
 */
@NullMarked
package io.vmdisk.testkit;

import org.jspecify.annotations.NullMarked;
